// ${...}: what parameters stand for (the bash manual, 3.4 and 3.5.3). What is made of them is in operators.cc.
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/expand.h"

namespace heddle::shell {
namespace {

// Variables that the shell itself keeps changing: numbers, and others.
constexpr std::string_view kNumbers =
    "RANDOM SRANDOM SECONDS LINENO BASHPID PPID UID EUID EPOCHSECONDS EPOCHREALTIME BASH_SUBSHELL HISTCMD";
constexpr std::string_view kChanging =
    "_ PIPESTATUS BASH_REMATCH DIRSTACK FUNCNAME BASH_SOURCE BASH_LINENO BASH_ARGC BASH_ARGV BASH_ARGV0 BASH_COMMAND "
    "GROUPS "
    "BASH_ALIASES BASH_CMDS COPROC COLUMNS LINES SHELLOPTS BASHOPTS COMP_WORDS";

bool AnyUnknown(const std::vector<std::string>& items) {
  return std::any_of(items.begin(), items.end(), [](const std::string& item) { return HasUnknown(item); });
}

// Whether a list may have further elements than those that are known.
bool IsOpen(const Variable& list) { return list.open || !list.others.empty(); }

}  // namespace

Expander::Parameter Expander::Positional(bool star) {
  Parameter out;
  out.list = !star;
  out.star = star;
  out.known = frame_.positional_known;
  out.unset = !out.known;
  out.items = frame_.positional_known ? frame_.positional : std::vector<std::string>{Unknown()};
  return out;
}

// $1 $# $? ...
Expander::Parameter Expander::Special(std::string_view name) {
  if (name == "@" || name == "*") return Positional(name == "*");
  if (name == "#") return {{frame_.positional_known ? std::to_string(frame_.positional.size()) : Unknown()}};
  if (name == "?" || name == "$") return {{std::string(1, kName)}};
  if (name == "!" || name == "-") return {{Unknown()}};
  if (name == "0") return {{frame_.Value("0")}};
  const auto index = ParseInt(name);
  if (!frame_.positional_known || !index) return {{Unknown()}, false, true, !frame_.positional_lost};
  const auto at = static_cast<size_t>(*index) - 1;
  if (at < frame_.positional.size()) return {{frame_.positional[at]}};
  Parameter out{{""}, false, true, true};
  out.gone = true;
  return out;
}

// An element of an array, or of a scalar as if it were one.
Expander::Parameter Expander::Element(const Variable& found, std::string_view name, std::string_view subscript) {
  const std::string key = Subscript(std::string(name), subscript);
  if (!found.array && key == "0") return {{frame_.Value(name)}};
  if (HasUnknown(key)) return {{Unknown()}};
  const std::string* value = found.At(key);
  if (key.starts_with("-") && !found.associative) {  // a[-1] counts from the end
    if (IsOpen(found)) return {{Unknown()}};
    const int64_t last = found.elements.empty() ? 0 : ParseInt(found.elements.back().first).value_or(0) + 1;
    value = found.At(std::to_string(last + ParseInt(key).value_or(0)));
  }
  if (value != nullptr) return {{*value}};
  if (IsOpen(found) || !found.others.empty()) return {{Unknown()}};
  Parameter out{{""}, false, true, true};
  out.gone = true;
  return out;
}

// A parameter by name: special, positional, scalar or array.
Expander::Parameter Expander::Named(std::string_view name, std::string_view subscript, bool has_subscript) {
  if (name.empty()) return {{Unknown()}};
  if (!IsNameByte(name[0], true)) return Special(name);
  if (InList(kNumbers, name)) return {{std::string(1, kName)}};
  const bool all = has_subscript && (subscript == "@" || subscript == "*");
  const Variable* found = frame_.Find(name);
  const bool changing = InList(kChanging, name) && (found == nullptr || name != "_");
  if (found == nullptr || changing) {
    // The subscript is read all the same, and what it runs is run.
    if (has_subscript && !all) (void)Subscript(std::string(name), subscript);
    const bool gone = !changing && frame_.IsGone(name);
    Parameter out{{gone ? std::string() : Unknown()}, all && subscript == "@", gone || !all, !changing};
    if (gone && all) out.items.clear();
    out.gone = gone;
    out.star = all && subscript == "*";
    return out;
  }
  if (all) {
    Parameter out{{}, subscript == "@"};
    out.star = subscript == "*";
    for (const auto& [key, value] : found->elements) out.items.push_back(value);
    if (!found->array) out.items = {frame_.Value(name)};
    out.known = !IsOpen(*found);
    if (found->associative && out.items.size() > 1) {  // in an order that is not known
      out.items = {Unknown()};
      out.known = false;
    }
    return out;
  }
  if (has_subscript) return Element(*found, name, subscript);
  return found->array ? Element(*found, name, "0") : Parameter{{frame_.Value(name)}};
}

std::string Expander::Subscript(const std::string& name, std::string_view raw) {
  const Variable* found = frame_.Find(name);
  if (found != nullptr && found->associative) return ExpandWhole(raw);
  return Arithmetic(raw);
}

// ${!name}, ${!prefix*}, ${!a[@]}.
Expander::Parameter Expander::Indirect(std::string_view name, std::string_view& rest) {
  if (rest == "*" || rest == "@") {
    // The environment may have further ones.
    const bool list = rest == "@";
    rest = "";
    return {{Unknown()}, list, false};
  }
  if (rest == "[@]" || rest == "[*]") {
    Parameter out{{}, rest == "[@]"};
    out.star = rest == "[*]";
    rest = "";
    const Variable* found = frame_.Find(name);
    if (found == nullptr || IsOpen(*found) || !found->others.empty() ||
        (found->associative && found->elements.size() > 1))
      return {{Unknown()}, out.list, false};
    for (const auto& [key, value] : found->elements) out.items.push_back(key);
    return out;
  }
  // Of a nameref it is the name.
  const auto own = frame_.variables.find(name);
  if (own != frame_.variables.end() && own->second.nameref) return {{Unknown()}};
  const Parameter pointer = Named(name, "", false);
  const std::string target = pointer.items.empty() ? "" : pointer.items[0];
  if (HasUnknown(target) || target.empty()) return {{Unknown()}};
  const size_t open = target.find('[');
  if (open != target.npos && target.ends_with("]"))
    return Named(target.substr(0, open), std::string_view(target).substr(open + 1, target.size() - open - 2), true);
  const bool special = target.size() == 1 && std::string_view("@*#?-$!").find(target[0]) != target.npos;
  const bool number = target.find_first_not_of("0123456789") == target.npos;
  if (!special && !number && NameEnd(target, 0) != target.size()) return {{Unknown()}};
  return Named(target, "", false);
}

// ${#x}, ${#a[@]}: characters of a text, items of a list.
Expander::Parameter Expander::Counted(const Parameter& value, bool list) {
  if (!value.known || (!list && AnyUnknown(value.items))) return {{Unknown()}};
  if (list) return {{std::to_string(value.items.size())}};
  const std::string_view text = value.items.empty() ? std::string_view() : value.items[0];
  return {{IsAscii(text) ? std::to_string(text.size()) : Unknown()}};
}

Expander::Parameter Expander::Braced(std::string_view inside, bool quoted) {
  if (inside == "#" || inside == "!" || inside == "-" || inside == "?") return Named(inside, "", false);
  // ${ command; } and ${| command; } of ksh, and of bash since 5.3.
  if (!inside.empty() && std::string_view(" \t\n|").find(inside[0]) != inside.npos && hooks_.substitute) {
    (void)hooks_.substitute(inside.substr(1), false);
    return {{Unknown()}};
  }
  const bool counts =
      inside.size() > 1 && inside[0] == '#' && std::string_view("-:}+=?#%/").find(inside[1]) == inside.npos;
  const bool indirect = inside.size() > 1 && inside[0] == '!';
  if (counts || indirect) inside.remove_prefix(1);
  size_t end = NameEnd(inside, 0);
  if (end == 0) {  // a special or positional parameter
    while (end < inside.size() && inside[end] >= '0' && inside[end] <= '9') ++end;
    if (end == 0 && !inside.empty()) end = 1;
  }
  const std::string_view name = inside.substr(0, end);
  std::string_view rest = inside.substr(end);
  Parameter value;
  if (indirect) {
    value = Indirect(name, rest);
    if (!rest.empty() && (value.list || value.star)) return {{Unknown()}, value.list, false};
  } else if (!rest.empty() && rest[0] == '[') {
    const size_t close = MatchingClose(rest, 0, '[', ']');
    if (close == rest.npos) return {{Unknown()}};
    const std::string_view subscript = rest.substr(1, close - 2);
    const Variable* found = frame_.Find(name);
    if (counts && (subscript == "@" || subscript == "*") && found != nullptr && found->associative && !IsOpen(*found))
      return {{std::to_string(found->elements.size())}};
    value = Named(name, subscript, true);
    rest.remove_prefix(close);
    if (rest.starts_with("=") || rest.starts_with(":=")) {  // assigns to the element
      (void)ExpandWhole(rest.substr(rest.find('=') + 1));
      frame_.AssignElement(name, Unknown(), Unknown());
      return {{Unknown()}};
    }
  } else {
    value = Named(name, "", false);
  }
  if (counts) return rest.empty() ? Counted(value, value.list || value.star) : Parameter{{Unknown()}};
  return rest.empty() ? value : Operate(std::move(value), name, rest, quoted);
}

}  // namespace heddle::shell
