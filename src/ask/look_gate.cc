#include "ask/look_gate.h"

#include "base/text.h"
#include "shell/nature.h"

namespace heddle::ask {

LookGate::LookGate(std::string request, Rate rate)
    : request_(std::move(request)), rate_(std::move(rate)), purpose_(PurposeOf(request_)) {}

namespace {

// "sed -i s/a/b/ <file>" as it will be once the place is filled in: to a shell "<file>" is no operand.
std::string WithoutMarks(const std::string& command) {
  std::string out;
  for (size_t at = 0; at < command.size(); ++at) {
    const size_t end = command[at] == '<' ? command.find('>', at) : command.npos;
    const std::string name = end != command.npos ? command.substr(at + 1, end - at - 1) : "";
    if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != name.npos) {
      out += command[at];
      continue;
    }
    out += name;
    at = end;
  }
  return out;
}

}  // namespace

bool LookGate::Changes(const std::string& command) const {
  for (const std::string& each : {command, WithoutMarks(command)}) {
    const auto analysis = rate_(each);
    if (!analysis || shell::NatureOf(*analysis) >= shell::Nature::kCreates) return true;
  }
  return false;
}

bool LookGate::Admits(const std::string& command) const {
  return !closed() || !Changes(command) || (purpose_ == Purpose::kLook && OnlySaves(command));
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
