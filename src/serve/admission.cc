#include "serve/admission.h"

#include <algorithm>

#include "base/guard.h"

namespace heddle::serve {

bool Admission::Enter(const std::string& client, std::function<void()> work, const std::stop_token& gone,
                      Priority priority) {
  const auto waiting = std::make_shared<Waiting>();
  waiting->client = client, waiting->work = std::move(work), waiting->priority = priority;
  {
    const std::lock_guard lock(mutex_);
    auto& queues = LineOf(priority).queues;
    auto& queue = queues[client];
    if (closed_ || queued_ >= options_.queued || queue.size() >= options_.per_client) {
      if (queue.empty()) queues.erase(client);
      return false;
    }
    queue.push_back(waiting);
    ++queued_;
    if (idle_ < queued_ && threads_.size() < options_.active) threads_.emplace_back([this] { Run(); });
  }
  changed_.notify_one();
  // Called at once where it was requested already; never under the lock.
  waiting->leave.emplace(gone, [this, weak = std::weak_ptr(waiting)] {
    if (const auto held = weak.lock()) Leave(held);
  });
  return true;
}

void Admission::Leave(const std::shared_ptr<Waiting>& waiting) {
  const std::lock_guard lock(mutex_);
  if (waiting->left) return;
  waiting->left = true;
  --queued_;
  auto& queues = LineOf(waiting->priority).queues;
  auto& queue = queues[waiting->client];
  std::erase(queue, waiting);
  if (queue.empty()) queues.erase(waiting->client);
}

// The first of the client whose turn it is: the one after the last, in the order of their names.
std::shared_ptr<Admission::Waiting> Admission::Next() {
  Line& line = lines_[lines_[0].queues.empty() ? 1 : 0];
  auto turn = line.queues.upper_bound(line.last);
  if (turn == line.queues.end()) turn = line.queues.begin();
  line.last = turn->first;
  auto out = std::move(turn->second.front());
  turn->second.pop_front();
  if (turn->second.empty()) line.queues.erase(turn);
  out->left = true;
  --queued_;
  return out;
}

void Admission::Run() {
  for (;;) {
    std::shared_ptr<Waiting> next;
    {
      std::unique_lock lock(mutex_);
      ++idle_;
      changed_.wait(lock, [&] { return closed_ || queued_ > 0; });
      --idle_;
      if (closed_) return;
      next = Next();
      ++active_;
    }
    (void)Guarded(next->work);  // whoever asked is answered by the work itself
    next->work = nullptr;       // what it holds goes before its place is free
    const std::lock_guard lock(mutex_);
    --active_;
  }
}

void Admission::Close() {
  std::list<std::jthread> threads;
  std::array<Line, 2> dropped;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    threads.swap(threads_);
    dropped.swap(lines_);
    queued_ = 0;
    for (Line& line : dropped) {
      for (auto& [client, queue] : line.queues) {
        for (const auto& each : queue) each->left = true;
      }
    }
  }
  changed_.notify_all();
}

size_t Admission::active() const {
  const std::lock_guard lock(mutex_);
  return active_;
}
size_t Admission::queued() const {
  const std::lock_guard lock(mutex_);
  return queued_;
}
int Admission::RetryAfter() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(std::clamp<size_t>(queued_ / std::max<size_t>(options_.active, 1), 1, 60));
}

}  // namespace heddle::serve
