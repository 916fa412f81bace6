#include "shell/assignment_words.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::shell {

Assignment ReadAssignment(std::string_view text, size_t name_end) {
  name_end = std::min(name_end, text.size());
  Assignment out{.name = text.substr(0, name_end)};
  const std::string_view rest = text.substr(name_end);
  if (const size_t open = out.name.find('['); open != out.name.npos) {
    out.subscript = out.name.substr(open + 1, out.name.size() - open - 2);
    out.name = out.name.substr(0, open);
  }
  out.append = rest.starts_with("+");
  const size_t equals = rest.find('=');
  if (equals != rest.npos) out.value = {rest.substr(equals + 1)};
  return out;
}

bool AssignsApart(const Statement& command) {
  if (command.assignments.empty() || command.words.empty()) return false;
  const std::string_view last = command.assignments.back().value.raw;
  const char* const end = last.data() + last.size();
  const char* const word = command.words[0].raw.data();
  return last.data() != nullptr && end <= word && Contains({end, static_cast<size_t>(word - end)}, "\n");
}

Statement Apart(Statement command) {
  Statement assigns, out;
  assigns.kind = Statement::Kind::kCommand;
  assigns.assignments.swap(command.assignments);
  out.children.push_back(std::move(assigns));
  out.children.push_back(std::move(command));
  return out;
}

}  // namespace heddle::shell
