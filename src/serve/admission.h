// Admission: which calls are worked on now, and which wait. So many at a time; the waiting ones in turn by client, so
// that one with a thousand calls delays nobody else; more than the queue holds are refused at once. Thread-safe.
#pragma once

#include <condition_variable>
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

class Admission {
 public:
  explicit Admission(AdmissionOptions options) : options_(options) {}
  ~Admission() { Close(); }

  // `work` runs in a thread of its own when its turn comes; not at all, once `gone` is requested before that. False:
  // the queue is full, or closed.
  bool Enter(const std::string& client, std::function<void()> work, const std::stop_token& gone);
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
    bool left = false;  // out of the queue
    std::optional<std::stop_callback<std::function<void()>>> leave;
  };
  void Run();
  std::shared_ptr<Waiting> Next();
  void Leave(const std::shared_ptr<Waiting>& waiting);

  const AdmissionOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::deque<std::shared_ptr<Waiting>>> queues_;  // by client, none of them empty
  std::string last_;                                                    // whose turn it was
  size_t queued_ = 0, active_ = 0, idle_ = 0;
  bool closed_ = false;
  std::list<std::jthread> threads_;
};

}  // namespace heddle::serve
