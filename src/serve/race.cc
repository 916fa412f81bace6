#include "serve/race.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/guard.h"

namespace heddle::serve {
namespace {

struct Course {
  std::mutex mutex;
  std::condition_variable_any changed;
  int winner = -1;  // who has shown something, or is the only one left
  std::stop_source stops[2];
  std::optional<Result<model::ChatReply>> replies[2];
};

}  // namespace

Raced Race(const Attempt& first, const Attempt& second, int64_t after_us, const OnRacePiece& on_piece,
           const std::stop_token& stop) {
  Course course;
  const std::stop_callback both(stop, [&] {
    for (std::stop_source& each : course.stops) each.request_stop();
  });
  const auto run = [&](int who, const Attempt& attempt) {
    const auto shown = [&](const model::ChatPiece& piece) {
      {
        const std::lock_guard lock(course.mutex);
        if (course.winner < 0) course.winner = who;
        if (course.winner != who) return false;
      }
      course.changed.notify_all();
      course.stops[1 - who].request_stop();
      return on_piece(who, piece);
    };
    auto reply = Guarded([&] { return attempt(shown, course.stops[who].get_token()); });
    {
      const std::lock_guard lock(course.mutex);
      // An answer without pieces wins as well.
      if (reply && reply->finish != model::Finish::kCancelled && course.winner < 0) course.winner = who;
      if (course.winner == who) course.stops[1 - who].request_stop();
      course.replies[who] = std::move(reply);
    }
    course.changed.notify_all();
  };
  std::jthread one([&] { run(0, first); });
  bool needed = false;
  {
    std::unique_lock lock(course.mutex);
    (void)course.changed.wait_for(lock, stop, std::chrono::microseconds(after_us),
                                  [&] { return course.winner >= 0 || course.replies[0].has_value(); });
    needed = course.winner < 0 && !stop.stop_requested();
  }
  if (needed) run(1, second);  // in this thread, which has nothing else to do
  one.join();
  const int winner = course.winner >= 0 ? course.winner : course.replies[1].has_value() ? 1 : 0;
  return {*std::move(course.replies[winner]), winner};
}

}  // namespace heddle::serve
