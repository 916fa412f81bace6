#include "shell/arguments.h"

#include <algorithm>

namespace heddle::shell {

bool InList(std::string_view list, std::string_view name) {
  if (name.empty()) return false;
  for (size_t at = list.find(name); at != list.npos; at = list.find(name, at + 1)) {
    const size_t end = at + name.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}

std::string WithoutVersion(const std::string& name) {
  const size_t dot = name.find('.');
  return dot != name.npos && dot > 0 && name[dot - 1] >= '0' && name[dot - 1] <= '9' ? name.substr(0, dot) : name;
}

std::string Base(const Field& field) {
  const size_t slash = field.text.rfind('/');
  return slash == field.text.npos ? field.text : field.text.substr(slash + 1);
}

std::string Printed(const Field& field) {
  const size_t wild = field.glob ? field.text.find_first_of("*?[") : field.text.npos;
  return wild == field.text.npos ? field.text : field.text.substr(0, wild) + Unknown();
}

bool IsAssignment(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == 0 || equals == text.npos) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(equals), [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

std::string JoinFrom(const std::vector<Field>& argv, size_t from) {
  std::string out;
  for (size_t i = from; i < argv.size(); ++i) out += (i > from ? " " : "") + argv[i].text;
  return out;
}

std::vector<Field> Tail(const std::vector<Field>& argv, size_t from) {
  return {argv.begin() + static_cast<std::ptrdiff_t>(std::min(from, argv.size())), argv.end()};
}

}  // namespace heddle::shell
