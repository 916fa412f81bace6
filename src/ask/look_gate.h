// LookGate: the one place that keeps what changes something from being the answer to a request that asks to look,
// whoever proposed it: intents, phrases about files, learned examples, a model.
#pragma once

#include <functional>
#include <string>

#include "ask/purpose.h"
#include "base/result.h"
#include "shell/analyze.h"

namespace heddle::ask {

class LookGate {
 public:
  using Rate = std::function<Result<shell::Analysis>(const std::string&)>;

  LookGate(std::string request, Rate rate);

  bool closed() const { return purpose_ != Purpose::kOther; }  // the request asks to look: not everything may answer it
  bool Admits(const std::string& command) const;

 private:
  bool OnlySaves(const std::string& command) const;
  bool Changes(const std::string& command) const;

  std::string request_;
  Rate rate_;
  Purpose purpose_;
};

}  // namespace heddle::ask
