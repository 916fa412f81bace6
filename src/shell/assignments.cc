// Assignments: scalars, lists, elements, and the variables that run something when they are set.
#include <optional>
#include <utility>

#include "base/text.h"
#include "shell/interpreter.h"
#include "shell/parsing/scan.h"
#include "shell/programs/programs.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxElements = 4096;

// The words inside the brackets of a list, as typed.
std::vector<std::string_view> ListWords(std::string_view raw) {
  std::vector<std::string_view> out;
  for (size_t i = 0; i < raw.size();) {
    const char c = raw[i];
    if (c == ' ' || c == '\t' || c == '\n') {
      ++i;
      continue;
    }
    if (c == '#') {
      i = std::min(raw.find('\n', i), raw.size());
      continue;
    }
    size_t end = c == '[' ? std::min(SkipSubscript(raw, i, 0), raw.size()) : i;
    if (end == i || (end < raw.size() && !EndsWord(raw[end]))) end = std::min(SkipWord(raw, end, 0), raw.size());
    end = std::max(end, i + 1);
    out.push_back(raw.substr(i, end - i));
    i = end;
  }
  return out;
}

// Elements that may have been overwritten: those from index `from` on, or any of an associative array.
void Blur(Variable& list, int64_t from) {
  for (auto& [key, value] : list.elements) {
    if (list.associative || ParseInt(key).value_or(from) >= from) value = Unknown();
  }
}

}  // namespace

void Interpreter::Assign(const Assignment& assignment) {
  auto expander = MakeExpander();
  const std::string name(assignment.name);
  if (frame.Ref(name).readonly) {  // an error, after which other things happen
    result_.complete = false;
    return;
  }
  const std::string_view raw = assignment.value.raw;
  if (!raw.starts_with("(")) {
    const std::string value = expander.ExpandValue(raw);
    if (!assignment.subscript.empty()) {
      const bool by_name = name == "BASH_ALIASES" || name == "BASH_CMDS";
      if (by_name) {
        frame.Ref(name).associative = true;
        frame.Ref(name).array = true;
      }
      const std::string key = expander.Subscript(name, assignment.subscript);
      if (by_name) frame.aliases[key] = value;
      const bool integer = frame.Ref(name).integer;
      frame.AssignElement(name, key, integer ? Unknown() : value, assignment.append);
    } else if (frame.Ref(name).integer) {
      frame.Assign(name, expander.Evaluate(assignment.append ? Cat({name, "+(", value, ")"}) : value));
    } else if (assignment.append) {
      frame.Append(name, value);
    } else {
      frame.Assign(name, value);
    }
    NoteVariable(name, value);
    return;
  }
  AssignList(name, raw.substr(1, raw.size() - (raw.ends_with(")") ? 2 : 1)), assignment.append);
}

// NAME=(..): words, or [KEY]=VALUE. An associative array also takes keys and values in turn.
void Interpreter::AssignList(const std::string& name, std::string_view inside, bool append) {
  auto expander = MakeExpander();
  Variable list = frame.Ref(name);
  if (append && !list.others.empty()) list.elements = {{"0", Unknown()}};
  list.array = true;
  list.others.clear();
  if (!append) list.elements.clear();
  bool open = append && list.open;  // what comes next has no known place
  int64_t next = list.elements.empty() ? 0 : ParseInt(list.elements.back().first).value_or(0) + 1;
  std::optional<std::string> pending;  // a key whose value comes next
  const auto add = [&](const std::string& key, std::string value) {
    const bool placed = !HasUnknown(key) && !key.starts_with("-");
    open |= !placed;
    if (!placed) Blur(list, 0);
    list.Set(placed ? key : std::to_string(next), open ? Unknown() : std::move(value));
    next = ParseInt(key).value_or(next) + 1;
  };
  for (auto word : ListWords(inside)) {
    if (list.elements.size() > kMaxElements) {
      Limit("a list of more than 4,096 elements");
      list.Set(std::to_string(next), Unknown());
      break;
    }
    const size_t close = word.starts_with("[") ? MatchingClose(word, 0, '[', ']') : word.npos;
    const bool keyed = close != word.npos && close < word.size() && word[close] == '=';
    open |= close != word.npos && word.substr(close).starts_with("+=");
    if (keyed) {
      const std::string key = expander.Subscript(name, word.substr(1, close - 2));
      add(key, expander.ExpandWhole(word.substr(close + 1)));
    } else if (list.associative) {
      std::string text = expander.ExpandWhole(word);
      if (pending)
        add(*std::exchange(pending, std::nullopt), std::move(text));
      else
        pending = std::move(text);
    } else {
      for (const Field& field : expander.Expand({word})) {
        // A wildcard becomes the names of files, which are not known.
        open |= field.glob || field.many;
        if (open) Blur(list, next);
        const size_t wild = field.glob ? field.text.find_first_of("*?[") : field.text.npos;
        list.Set(std::to_string(next++), !open                     ? field.text
                                         : wild != field.text.npos ? field.text.substr(0, wild) + Unknown()
                                                                   : Unknown());
      }
    }
  }
  if (pending) add(*pending, "");
  if (list.integer || list.lower || list.upper || list.odd) {
    for (auto& [key, value] : list.elements) value = Unknown();
  }
  list.gone = false;
  list.open = open;
  frame.Ref(name) = std::move(list);
}

// PROMPT_COMMAND, GIT_SSH_COMMAND, LD_PRELOAD ...: what a variable runs counts as run.
void Interpreter::NoteVariable(std::string_view name, const std::string& value) {
  const VariableRow* row = value.empty() ? nullptr : rules_.Variable(name);
  if (row == nullptr) return;
  if (row->role == "append") Touch(EffectKind::kAppend, {value}, false);
  if (row->role == "load") {
    ProbeLines(value);
    ProbeFile(value);
  }
  Report("exec.variable", row->risk, Cat({name, " ", row->reason}));
  if (row->role == "git") {  // 'alias.x=!command' 'core.pager=less'
    for (const auto part : Split(value, '\''))
      if (Contains(part, "=")) ApplyGitSetting(*this, std::string(part));
  }
  if (row->role != "shell" || WithoutUnknown(value).empty()) return;
  const Frame before = frame;
  Stream input;
  (void)RunScript(value, input);
  frame = before;
}

}  // namespace heddle::shell
