// Assignments: scalars, lists, elements, and the variables that run something when they are set.
#include "base/text.h"
#include "shell/arguments.h"
#include "shell/interpreter.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxElements = 4096;

// The words inside the brackets of a list, as typed.
std::vector<std::string_view> ListWords(std::string_view raw) {
  std::vector<std::string_view> out;
  size_t start = raw.npos;
  for (size_t i = 0; i < raw.size();) {
    const char c = raw[i];
    if (c == ' ' || c == '\t' || c == '\n') {
      if (start != raw.npos) out.push_back(raw.substr(start, i - start));
      start = raw.npos;
      ++i;
      continue;
    }
    if (start == raw.npos) start = i;
    if (c == '\'' || c == '"' || c == '\\' || c == '`') {
      i = SkipQuote(raw, i);
    } else if ((c == '$' || c == '<') && i + 1 < raw.size() && (raw[i + 1] == '(' || raw[i + 1] == '{')) {
      const size_t end = MatchingClose(raw, i + 1, raw[i + 1], raw[i + 1] == '(' ? ')' : '}');
      i = end == raw.npos ? raw.size() : end;
    } else {
      ++i;
    }
  }
  if (start != raw.npos) out.push_back(raw.substr(start));
  return out;
}

}  // namespace

void Interpreter::Assign(const Assignment& assignment) {
  auto expander = MakeExpander();
  const std::string name(assignment.name);
  const std::string_view raw = assignment.value.raw;
  if (!raw.starts_with("(")) {
    const std::string value = expander.ExpandWhole(raw);
    if (!assignment.subscript.empty()) {
      const bool by_name = name == "BASH_ALIASES" || name == "BASH_CMDS";
      if (by_name) {
        frame.Ref(name).associative = true;
        frame.Ref(name).array = true;
      }
      const std::string key = expander.Subscript(name, assignment.subscript);
      if (by_name) frame.aliases[key] = value;
      Variable& variable = frame.Ref(name);
      variable.array = true;
      const std::string* before = variable.At(key);
      variable.Set(key, assignment.append && before != nullptr ? *before + value : value);
    } else if (assignment.append) {
      frame.Append(name, value);
    } else {
      frame.Assign(name, frame.Ref(name).integer ? expander.Arithmetic(value) : value);
    }
    NoteVariable(name, value);
    return;
  }
  Variable list = frame.Ref(name);
  list.array = true;
  list.others.clear();
  if (!assignment.append) list.elements.clear();
  int64_t next = list.elements.empty() ? 0 : ParseInt(list.elements.back().first).value_or(0) + 1;
  for (auto word : ListWords(raw.substr(1, raw.size() - (raw.ends_with(")") ? 2 : 1)))) {
    if (list.elements.size() > kMaxElements) {
      Limit("a list of more than 4,096 elements");
      list.Set(std::to_string(next), Unknown());
      break;
    }
    const size_t close = word.starts_with("[") ? word.find("]=") : word.npos;
    if (close != word.npos) {
      const std::string key = expander.Subscript(name, word.substr(1, close - 1));
      list.Set(key, expander.ExpandWhole(word.substr(close + 2)));
      next = ParseInt(key).value_or(next) + 1;
      continue;
    }
    for (const Field& field : expander.Expand({word})) list.Set(std::to_string(next++), Printed(field));
  }
  frame.Ref(name) = std::move(list);
}

// PROMPT_COMMAND, GIT_SSH_COMMAND, LD_PRELOAD ...: what a variable runs counts as run.
void Interpreter::NoteVariable(std::string_view name, const std::string& value) {
  const VariableRow* row = value.empty() ? nullptr : rules_.Variable(name);
  if (row == nullptr) return;
  Report("exec.variable", row->risk, Cat({name, " ", row->reason}));
  if (row->role != "shell" || WithoutUnknown(value).empty()) return;
  const Frame before = frame;
  Stream input;
  (void)RunScript(value, input);
  frame = before;
}

}  // namespace heddle::shell
