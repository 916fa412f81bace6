#include "shell/frame.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxValues = 8, kMaxCombinations = 32;

// What a shell sets by itself, and what stands for the user's own choice where the environment does not say.
constexpr std::pair<std::string_view, std::string_view> kDefaults[] = {
    {"IFS", " \t\n"},   {"SHELL", "/bin/bash"}, {"EDITOR", "editor"}, {"VISUAL", "editor"},
    {"PAGER", "pager"}, {"BROWSER", "browser"}, {"TMPDIR", "/tmp"},   {"OPTIND", "1"},
};

std::vector<std::string> ValuesOf(const Frame& frame, const std::string& name) {
  const Variable* found = frame.Find(name);
  if (found == nullptr) return {Unknown()};
  const std::string* first = found->At("0");
  std::vector<std::string> out{first != nullptr ? *first : std::string()};
  out.insert(out.end(), found->others.begin(), found->others.end());
  return out;
}

Variable JoinVariable(const Frame& a, const Frame& b, const std::string& name) {
  const Variable* left = a.Find(name);
  const Variable* right = b.Find(name);
  Variable out = left != nullptr ? *left : *right;
  out.gone = false;
  if (out.array || (right != nullptr && right->array)) {
    out.elements = {{"0", Unknown()}};
    out.array = out.open = true;
    return out;
  }
  std::vector<std::string> values = ValuesOf(a, name);
  for (auto& value : ValuesOf(b, name)) {
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(std::move(value));
  }
  if (values.size() > kMaxValues) values = {Unknown()};
  out.elements = {{"0", values[0]}};
  out.others.assign(values.begin() + 1, values.end());
  return out;
}

}  // namespace

namespace {

// What a variable's attributes make of a value.
std::string Shaped(const Variable& variable, std::string value) {
  if (variable.odd) return Unknown();
  if (variable.integer) {
    const auto number = ParseInt(value);
    return number && std::to_string(*number) == value ? value : Unknown();
  }
  if ((variable.lower || variable.upper) && !IsAscii(value)) return Unknown();
  if (variable.lower) return Lower(value);
  for (char& c : value) {
    if (variable.upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return value;
}

}  // namespace

const std::string* Variable::At(std::string_view key) const {
  for (const auto& [each, value] : elements) {
    if (each == key) return &value;
  }
  return nullptr;
}

void Variable::Set(std::string_view key, std::string value) {
  others.clear();
  gone = false;
  const auto number = associative ? std::nullopt : ParseInt(key);
  // The usual case, filling a list from the front, is kept cheap.
  if (number && !elements.empty() && ParseInt(elements.back().first).value_or(INT64_MAX) < *number) {
    elements.emplace_back(key, std::move(value));
    return;
  }
  auto at = elements.begin();
  for (; at != elements.end(); ++at) {
    if (at->first == key) {
      at->second = std::move(value);
      return;
    }
    if (number && ParseInt(at->first).value_or(0) > *number) break;
  }
  elements.insert(at, {std::string(key), std::move(value)});
}

bool Choices::Next() {
  size_t combinations = 1;
  for (const auto& [name, choice] : by_name) combinations *= std::min<size_t>(choice.count, kMaxCombinations);
  if (combinations > kMaxCombinations) {
    const bool again = !overflow;
    overflow = true;
    return again;
  }
  for (auto& [name, choice] : by_name) {
    if (++choice.index < choice.count) return true;
    choice.index = 0;
  }
  return false;
}

Frame::Frame(const World& world) : cwd(world.cwd), world_(&world) {
  if (!world.home.empty()) Assign("HOME", world.home);
  if (Find("HOME") == nullptr) Assign("HOME", "/home/user");
  if (!world.cwd.empty()) Assign("PWD", world.cwd);
}

std::string Frame::Target(std::string_view name) const {
  std::string out(name);
  for (int hops = 0; hops < 8; ++hops) {
    const auto found = variables.find(out);
    if (found == variables.end() || !found->second.nameref) return out;
    const std::string* next = found->second.At("0");
    if (next == nullptr || next->empty() || HasUnknown(*next)) return out;
    out = *next;
  }
  return out;
}

const Variable* Frame::Find(std::string_view name) const {
  const std::string target = Target(name);
  if (const auto found = variables.find(target); found != variables.end()) {
    return found->second.elements.empty() && !found->second.array ? nullptr : &found->second;
  }
  // What comes from outside is looked up once and then stands among the others.
  std::string_view value;
  if (const auto outside = world_->environment.find(target); outside != world_->environment.end()) {
    value = outside->second;
  } else {
    const auto known =
        std::find_if(std::begin(kDefaults), std::end(kDefaults), [&](const auto& row) { return row.first == target; });
    if (known == std::end(kDefaults)) return nullptr;
    value = known->second;
  }
  Variable& slot = variables[target];
  slot.Set("0", std::string(value));
  return &slot;
}

Variable& Frame::Ref(std::string_view name) {
  (void)Find(name);
  return variables[Target(name)];
}

void Frame::Assign(std::string_view name, std::string value) {
  if (name == "OPTIND") variables.erase(std::string(kGetoptsCursor));
  Variable& variable = Ref(name);
  variable.Set("0", Shaped(variable, std::move(value)));
  if (!signals.empty()) Hold(name, *variable.At("0"));
}

void Frame::Hold(std::string_view name, const std::string& value) {
  constexpr size_t kMaxHeld = 8;
  auto& values = held[std::string(name)];
  if (std::find(values.begin(), values.end(), value) != values.end()) return;
  if (values.size() < kMaxHeld)
    values.push_back(value);
  else
    values.back() = Unknown();
}

void Frame::DropTraps() {
  traps.clear();
  signals.clear();
  held.clear();
}

void Frame::Append(std::string_view name, std::string_view value) {
  Variable& variable = Ref(name);
  const std::string* before = variable.At("0");
  for (std::string& other : variable.others) other = Shaped(variable, other + std::string(value));
  const auto others = variable.others;
  variable.Set("0", Shaped(variable, (before != nullptr ? *before : std::string()) + std::string(value)));
  variable.others = others;
  if (!signals.empty()) Hold(name, *variable.At("0"));
}

void Frame::AssignElement(std::string_view name, const std::string& key, std::string value, bool append) {
  Variable& variable = Ref(name);
  if (!variable.others.empty()) variable.elements = {{"0", Unknown()}};
  variable.array = true;
  if (!signals.empty()) Hold(name, Unknown());
  std::string place = key;
  const bool open = variable.open;
  if (key.starts_with("-") && !variable.associative) {  // from the end
    const int64_t last = variable.elements.empty() ? 0 : ParseInt(variable.elements.back().first).value_or(0) + 1;
    const int64_t index = last + ParseInt(key).value_or(0);
    if (index < 0 && !open) return;  // an error
    place = open ? Unknown() : std::to_string(index);
  }
  if (HasUnknown(place)) {  // any of them
    for (auto& [each, element] : variable.elements) element = Unknown();
    if (variable.elements.empty()) variable.Set("0", Unknown());
    variable.open = true;
    return;
  }
  const std::string* before = variable.At(place);
  if (append) value = (before != nullptr ? *before : open ? Unknown() : std::string()) + value;
  variable.Set(place, Shaped(variable, std::move(value)));
}

void Frame::Unset(std::string_view name) {
  Variable& variable = variables[Target(name)];
  variable = {};
  variable.gone = true;
}

bool Frame::IsGone(std::string_view name) const {
  const auto found = variables.find(Target(name));
  return found != variables.end() && found->second.gone && found->second.elements.empty();
}

std::optional<size_t> Frame::Choose(std::string_view key, size_t count) const {
  if (choices == nullptr || choices->overflow) return std::nullopt;
  auto& choice = choices->by_name[std::string(key)];
  choice.count = std::max(choice.count, count);
  return choice.index < count ? choice.index : 0;
}

std::string Frame::Value(std::string_view name) const {
  const Variable* found = Find(name);
  if (found == nullptr) return IsGone(name) ? std::string() : Unknown();
  if (!found->others.empty()) {
    const auto index = Choose(name, found->others.size() + 1);
    if (!index) return Unknown();
    if (*index > 0) return found->others[*index - 1];
  }
  const std::string* first = found->At("0");
  return first != nullptr ? *first : std::string();
}

bool Frame::ReadsAsEmpty(std::string_view spelling, bool unset) const {
  if (!unset || choices == nullptr || choices->overflow) return false;
  auto& choice = choices->by_name[std::string(spelling)];
  choice.count = 2;
  return choice.index == 1;
}

std::vector<std::string> Frame::NamesWith(std::string_view prefix) const {
  std::vector<std::string> out;
  for (const auto& [name, variable] : variables) {
    if (name.starts_with(prefix)) out.push_back(name);
  }
  return out;
}

Frame JoinFrames(const Frame& a, const Frame& b) {
  Frame out = a;
  for (const auto& [name, variable] : b.variables) {
    const auto mine = a.variables.find(name);
    if (mine != a.variables.end() && mine->second == variable) continue;
    if (a.Find(name) == nullptr && b.Find(name) == nullptr) continue;
    out.variables[name] = JoinVariable(a, b, name);
  }
  for (const auto& [name, variable] : a.variables) {
    if (b.variables.contains(name) || a.Find(name) == nullptr) continue;
    out.variables[name] = JoinVariable(a, b, name);
  }
  if (a.positional != b.positional || a.positional_known != b.positional_known) {
    out.positional_known = false;
    out.positional_lost = true;
  }
  if (a.cwd != b.cwd) out.cwd.clear();
  for (const auto& [name, bodies] : b.functions) {
    auto& mine = out.functions[name];
    for (const Statement* body : bodies) {
      if (std::find(mine.begin(), mine.end(), body) == mine.end()) mine.push_back(body);
    }
  }
  for (const auto& [name, text] : b.aliases) out.aliases.emplace(name, text);
  for (const auto& [fd, stream] : b.descriptors) out.descriptors.emplace(fd, stream);
  for (const auto& trap : b.traps) {
    if (std::find(out.traps.begin(), out.traps.end(), trap) == out.traps.end()) out.traps.push_back(trap);
  }
  for (const auto& trap : b.signals) {
    if (std::find(out.signals.begin(), out.signals.end(), trap) == out.signals.end()) out.signals.push_back(trap);
  }
  for (const auto& [name, values] : b.held) {
    for (const auto& value : values) out.Hold(name, value);
  }
  return out;
}

}  // namespace heddle::shell
