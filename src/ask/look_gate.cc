#include "ask/look_gate.h"

#include "ask/purpose.h"
#include "base/text.h"
#include "shell/nature.h"

namespace heddle::ask {

LookGate::LookGate(std::string request, Rate rate)
    : request_(std::move(request)), rate_(std::move(rate)), closed_(OnlyAsksToLook(request_)) {}

bool LookGate::Changes(const std::string& command) const {
  const auto analysis = rate_(command);
  return !analysis || shell::NatureOf(*analysis) >= shell::Nature::kCreates;
}

bool LookGate::Admits(const std::string& command) const {
  return !closed_ || !Changes(command) || OnlySaves(command);
}

// "list the files into out.txt": what is printed goes to a file that the request names, and nothing else changes.
bool LookGate::OnlySaves(const std::string& command) const {
  for (const std::string_view arrow : {" >> ", " > "}) {
    const size_t at = command.rfind(arrow);
    if (at == command.npos) continue;
    std::string target = command.substr(at + arrow.size());
    if (target.size() > 2 && target.front() == '\'' && target.back() == '\'')
      target = target.substr(1, target.size() - 2);
    const bool plain = !target.empty() && target.find_first_of("'\"\\$`;&|<>()\n") == target.npos;
    return plain && Contains(request_, target) && !Changes(command.substr(0, at));
  }
  return false;
}

}  // namespace heddle::ask
