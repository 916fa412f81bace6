#include "serve/admission.h"

#include <algorithm>

namespace heddle::serve {

bool Admission::Enter(const std::string& client, std::function<void()> work, const std::stop_token& gone) {
  const auto waiting = std::make_shared<Waiting>();
  waiting->client = client, waiting->work = std::move(work);
  {
    const std::lock_guard lock(mutex_);
    auto& queue = queues_[client];
    if (closed_ || queued_ >= options_.queued || queue.size() >= options_.per_client) {
      if (queue.empty()) queues_.erase(client);
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
  auto& queue = queues_[waiting->client];
  std::erase(queue, waiting);
  if (queue.empty()) queues_.erase(waiting->client);
}

// The first of the client whose turn it is: the one after the last, in the order of their names.
std::shared_ptr<Admission::Waiting> Admission::Next() {
  auto turn = queues_.upper_bound(last_);
  if (turn == queues_.end()) turn = queues_.begin();
  last_ = turn->first;
  auto out = std::move(turn->second.front());
  turn->second.pop_front();
  if (turn->second.empty()) queues_.erase(turn);
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
    next->work();
    next->work = nullptr;  // what it holds goes before its place is free
    const std::lock_guard lock(mutex_);
    --active_;
  }
}

void Admission::Close() {
  std::list<std::jthread> threads;
  std::map<std::string, std::deque<std::shared_ptr<Waiting>>> dropped;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    threads.swap(threads_);
    dropped.swap(queues_);
    queued_ = 0;
    for (auto& [client, queue] : dropped) {
      for (const auto& each : queue) each->left = true;
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
