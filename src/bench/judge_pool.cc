#include "bench/judge_pool.h"

#include "base/text.h"

namespace heddle::bench {

class JudgePool::Lease {
 public:
  explicit Lease(JudgePool& pool) : pool_(pool) {
    std::unique_lock lock(pool_.mutex_);
    pool_.freed_.wait(lock, [&] { return !pool_.free_.empty(); });
    judge_ = pool_.free_.back();
    pool_.free_.pop_back();
  }
  ~Lease() {
    {
      const std::lock_guard lock(pool_.mutex_);
      pool_.free_.push_back(judge_);
    }
    pool_.freed_.notify_one();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Judge* operator->() const { return judge_; }

 private:
  JudgePool& pool_;
  Judge* judge_ = nullptr;
};

JudgePool::JudgePool(std::vector<Judge>& judges) {
  for (Judge& judge : judges) free_.push_back(&judge);
}

Verdict JudgePool::Run(const Task& task, const TaskFacts& facts, const std::string& code) {
  Verdict verdict;
  {
    const std::shared_lock lock(alone_);
    verdict = Lease(*this)->Run(task, facts, code);
  }
  if (verdict.kind != Kind::kTimeout && verdict.kind != Kind::kHarnessError) return verdict;
  const std::unique_lock lock(alone_);
  verdict = Lease(*this)->Run(task, facts, code);
  verdict.retried = true;
  // A judge that a program ended twice, the second time with nothing beside it, was ended by what it had to read:
  // nobody gets out of a rate by that, whether or not a reference has shown that the judge can do it.
  if (verdict.judge_ended)
    verdict.kind = Kind::kWrongAnswer, verdict.message = Cat({"its answers end the judge: ", verdict.message});
  return verdict;
}

}  // namespace heddle::bench
