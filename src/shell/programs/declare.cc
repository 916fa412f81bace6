// declare, local, export, readonly, typeset and unset: variables with their attributes (the bash manual, 4.2).
#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/builtin_call.h"

namespace heddle::shell {
namespace {

// A name that a function makes its own hides what was there until the function ends.
void MakeLocal(BuiltinCall& call, const std::string& name) {
  Frame& frame = call.in.frame;
  if (frame.locals.empty() || InList("export readonly", call.argv[0].text) || call.HasOption('g')) return;
  (void)frame.Find(name);  // looked up in the environment
  const auto own = frame.variables.find(name);
  const Variable before = own != frame.variables.end() ? own->second : Variable{};
  if (!frame.locals.back().try_emplace(name, before).second) return;
  Variable& fresh = frame.variables[name];
  if (frame.bash) fresh = {};
  fresh.gone = frame.bash;
  if (!frame.bash) fresh.Set("0", Unknown());  // other shells keep the value, or do not
  if (name == "OPTIND") MakeLocal(call, std::string(kGetoptsCursor));
}

void SetAttributes(BuiltinCall& call, Variable& variable) {
  if (call.HasOption('A')) variable.associative = variable.array = true;
  if (call.HasOption('a')) variable.array = true;
  const bool same = variable.lower || variable.upper;
  if (call.HasOption('l')) variable.lower = true;
  if (call.HasOption('u')) variable.upper = true;
  if (same && variable.lower && variable.upper) variable.lower = call.HasOption('l');
  if (variable.lower) variable.upper = variable.upper && !call.HasOption('l');
  if (call.HasOption('i')) variable.integer = true;
  if (call.HasOption('c')) variable.odd = true;
  if (call.HasOption('l', '+')) variable.lower = false;
  if (call.HasOption('u', '+')) variable.upper = false;
  if (call.HasOption('i', '+')) variable.integer = false;
}

void DeclareReference(BuiltinCall& call, const std::string& name, const std::string* target) {
  Variable& variable = call.in.frame.variables[name];
  variable.nameref = true;
  if (target == nullptr) return;
  // A reference to an element, or to what is not known, is not followed.
  if (NameEnd(*target, 0) != target->size() || target->empty()) call.in.result().complete = false;
  variable.Set("0", *target);
  VisitSubscript(call, *target);  // evaluated whenever the reference is used
}

void DeclareOne(BuiltinCall& call, const std::string& text) {
  const size_t equals = text.find('=');
  const bool append = equals != text.npos && equals > 0 && text[equals - 1] == '+';
  const std::string whole = text.substr(0, append ? equals - 1 : equals);
  VisitSubscript(call, whole);
  const std::string name = whole.substr(0, whole.find('['));
  if (name.empty() || HasUnknown(name)) return;
  MakeLocal(call, name);
  std::string value = equals == text.npos ? "" : text.substr(equals + 1);
  if (call.HasOption('n')) return DeclareReference(call, name, equals == text.npos ? nullptr : &value);
  if (call.HasOption('n', '+')) call.in.frame.variables[name].nameref = false;
  SetAttributes(call, call.in.frame.Ref(name));
  if (equals != text.npos) {
    if (call.in.frame.Ref(name).integer) value = call.in.MakeExpander().Evaluate(value);
    if (append)
      call.in.frame.Append(name, value);
    else
      AssignTo(call, whole, value);
    if (call.argv[0].text == "local" && call.in.frame.locals.empty())  // an error to bash
      call.in.frame.Ref(name).others = {Unknown()};
    call.in.NoteVariable(name, value);
    if (call.argv[0].text == "export" || call.HasOption('x')) call.in.ProbeLines(value);
  }
  if (call.argv[0].text == "readonly" || call.HasOption('r')) call.in.frame.Ref(name).readonly = true;
}

void UnsetElement(BuiltinCall& call, const std::string& text) {
  const size_t open = text.find('[');
  const std::string name = text.substr(0, open);
  const std::string subscript = text.substr(open + 1, text.size() - open - 2);
  Variable& variable = call.in.frame.Ref(name);
  std::string key = call.in.MakeExpander().Subscript(name, subscript);
  const bool from_end = key.starts_with("-") && !variable.associative;
  if (HasUnknown(key) || (from_end && variable.open) || subscript == "@" || subscript == "*") {
    variable.elements = {{"0", Unknown()}};  // any of them may be gone
    variable.open = true;
    return;
  }
  if (from_end) {
    const int64_t last = variable.elements.empty() ? -1 : ParseInt(variable.elements.back().first).value_or(-1);
    key = std::to_string(last + 1 + ParseInt(key).value_or(0));
  }
  std::erase_if(variable.elements, [&](const auto& element) { return element.first == key; });
}

}  // namespace

bool BuiltinCall::HasOption(char letter, char sign) const {
  for (size_t i = 1; i < argv.size() && IsOption(i) && At(i) != "--"; ++i) {
    if (At(i)[0] == sign && At(i).find(letter, 1) != std::string::npos) return true;
  }
  return false;
}

size_t BuiltinCall::Operands() const {
  size_t i = 1;
  while (i < argv.size() && IsOption(i) && At(i) != "--") ++i;
  return i < argv.size() && At(i) == "--" ? i + 1 : i;
}

void VisitSubscript(BuiltinCall& call, const std::string& name) {
  const size_t open = name.find('[');
  if (open == std::string::npos || !name.ends_with("]")) return;
  const std::string_view inside = std::string_view(name).substr(open + 1, name.size() - open - 2);
  (void)call.in.MakeExpander().Subscript(name.substr(0, open), inside);
}

void AssignTo(BuiltinCall& call, const std::string& name, std::string value) {
  const size_t open = name.find('[');
  if (open == name.npos || !name.ends_with("]")) {
    if (NameEnd(name, 0) == name.size()) call.in.frame.Assign(name, std::move(value));
    return;
  }
  const std::string array = name.substr(0, open);
  const std::string_view inside = std::string_view(name).substr(open + 1, name.size() - open - 2);
  call.in.frame.AssignElement(array, call.in.MakeExpander().Subscript(array, inside), std::move(value));
}

void RunDeclare(BuiltinCall& call) {
  for (size_t i = call.Operands(); i < call.argv.size(); ++i) {
    if (call.argv[i].many || call.argv[i].glob) call.in.result().complete = false;  // it may be any assignment
    DeclareOne(call, call.At(i));
  }
  call.in.ApplyRules(call.argv, call.input);
}

void RunUnset(BuiltinCall& call) {
  Frame& frame = call.in.frame;
  for (size_t i = call.Operands(); i < call.argv.size(); ++i) {
    const std::string& name = call.At(i);
    VisitSubscript(call, name);
    if (name.ends_with("]") && name.find('[') != name.npos) {
      UnsetElement(call, name);
    } else if (call.HasOption('f')) {
      frame.functions.erase(name);
    } else if (call.HasOption('n')) {
      frame.variables[name] = {};
      frame.variables[name].gone = true;
    } else {
      if (frame.Find(name) == nullptr && !call.HasOption('v')) frame.functions.erase(name);
      frame.Unset(name);
    }
  }
  call.in.ApplyRules(call.argv, call.input);
}

}  // namespace heddle::shell
