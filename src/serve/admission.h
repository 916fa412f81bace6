// Admission: which calls are worked on now, and which wait. So many at a time; the waiting ones in turn by client, so
// that one with a thousand calls delays nobody else; more than the queue holds are refused at once. Thread-safe.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace heddle::serve {

struct AdmissionOptions {
  size_t active = 256;      // calls at a time
  size_t queued = 1024;     // that wait
  size_t per_client = 256;  // of one client that wait
};

// Calls that nobody waits for come when no others do.
enum class Priority : uint8_t { kInteractive, kBatch };

class Admission {
 public:
  explicit Admission(AdmissionOptions options) : options_(options) {}
  ~Admission() { Close(); }

  // `work` runs in a thread of its own when its turn comes; not at all, once `gone` is requested before that. False:
  // the queue is full, or closed.
  bool Enter(const std::string& client, std::function<void()> work, const std::stop_token& gone,
             Priority priority = Priority::kInteractive);
  // Waits for all that runs; what waits is dropped.
  void Close();

  size_t active() const;
  size_t queued() const;
  // Seconds after which it is worth trying again.
  int RetryAfter() const;

 private:
  struct Waiting {
    std::string client;
    std::function<void()> work;
    Priority priority = Priority::kInteractive;
    bool left = false;  // out of the queue
    std::optional<std::stop_callback<std::function<void()>>> leave;
  };
  void Run();
  std::shared_ptr<Waiting> Next();
  void Leave(const std::shared_ptr<Waiting>& waiting);

  const AdmissionOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  struct Line {
    std::map<std::string, std::deque<std::shared_ptr<Waiting>>> queues;  // by client, none of them empty
    std::string last;                                                    // whose turn it was
  };
  Line& LineOf(Priority priority) { return lines_[static_cast<size_t>(priority)]; }
  std::array<Line, 2> lines_;  // by priority
  size_t queued_ = 0, active_ = 0, idle_ = 0;
  bool closed_ = false;
  std::list<std::jthread> threads_;
};

}  // namespace heddle::serve
