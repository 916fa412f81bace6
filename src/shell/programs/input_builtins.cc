// read and mapfile: variables from lines of the input (the bash manual, 4.2).
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/builtin.h"

namespace heddle::shell {
namespace {

constexpr int64_t kMaxLines = 4096;

// The first line of the input, which it loses.
std::string TakeLine(Stream& input) {
  if (input.text.empty()) return "";
  const size_t end = input.text.find('\n');
  std::string line = input.text.substr(0, end);
  if (!HasUnknown(line)) input.text.erase(0, end == std::string::npos ? input.text.size() : end + 1);
  return line;
}

// Fields of one line for `count` variables: the last gets what is left (POSIX read).
std::vector<std::string> SplitLine(std::string line, size_t count, const std::string& separators) {
  std::vector<std::string> out;
  const auto blank = [&](char c) {
    return (c == ' ' || c == '\t' || c == '\n') && separators.find(c) != separators.npos;
  };
  size_t at = 0;
  while (at < line.size() && blank(line[at])) ++at;
  while (out.size() + 1 < count && at < line.size()) {
    size_t end = at;
    while (end < line.size() && separators.find(line[end]) == separators.npos) ++end;
    out.push_back(line.substr(at, end - at));
    at = end;
    while (at < line.size() && blank(line[at])) ++at;
    if (at < line.size() && separators.find(line[at]) != separators.npos && !blank(line[at])) ++at;
    while (at < line.size() && blank(line[at])) ++at;
  }
  std::string rest = at < line.size() ? line.substr(at) : "";
  while (!rest.empty() && blank(rest.back())) rest.pop_back();
  out.push_back(rest);
  out.resize(count);
  return out;
}

// How read was called.
struct ReadCall {
  std::vector<std::string> names{};
  std::string array{}, delimiter{};
  std::optional<int64_t> most{};  // -n, -N: so many characters
  bool exact = false;             // -N: delimiters do not count, and nothing is split
};

ReadCall ReadOptions(Builtin& call) {
  ReadCall out;
  for (size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& text = call.At(i);
    if (text.size() < 2 || text[0] != '-') {
      out.names.push_back(text);
      continue;
    }
    const size_t letter = text.find_first_of("adnNptiu", 1);
    if (letter == std::string::npos) continue;
    const std::string value = letter + 1 < text.size()   ? text.substr(letter + 1)
                              : i + 1 < call.argv.size() ? call.At(++i)
                                                         : std::string();
    if (text[letter] == 'a') out.array = value;
    if (text[letter] == 'd') out.delimiter = value.empty() ? std::string(1, '\x04') : value;
    if (text[letter] == 'n' || text[letter] == 'N') out.most = ParseInt(value).value_or(-1);
    out.exact |= text[letter] == 'N';
    if (text[letter] == 'u') {
      const auto known = call.in.frame.descriptors.find(static_cast<int>(ParseInt(value).value_or(-1)));
      call.input = known != call.in.frame.descriptors.end() ? known->second : Stream{Unknown()};
    }
  }
  return out;
}

// What read takes from its input, which loses it.
std::string TakeInput(Builtin& call, const ReadCall& read) {
  std::string& text = call.input.text;
  if (read.most && !HasUnknown(text) && *read.most >= 0) {
    std::string line = text.substr(0, static_cast<size_t>(*read.most));
    if (!read.exact) line = line.substr(0, line.find(read.delimiter.empty() ? '\n' : read.delimiter[0]));
    const bool ended = !read.exact && line.size() < static_cast<size_t>(*read.most);
    text.erase(0, line.size() + (ended ? 1 : 0));
    return line;
  }
  if (read.most) return Unknown();
  if (read.delimiter.empty()) return text.empty() ? Unknown() : TakeLine(call.input);
  const std::string line = text.substr(0, text.find(read.delimiter[0]));
  text = text.size() > line.size() ? text.substr(line.size() + 1) : "";
  return line;
}

}  // namespace

void ReadLine(Builtin& call) {
  ReadCall read = ReadOptions(call);
  std::string line = TakeInput(call, read);
  if (line.empty() && call.input.text.empty()) line = Unknown();
  const std::string separators = read.exact ? "" : call.in.frame.Value("IFS");
  if (!read.array.empty()) {
    Variable list;
    list.array = true;
    int64_t next = 0;
    for (auto& field : SplitLine(line, 64, separators)) {
      if (!field.empty()) list.Set(std::to_string(next++), field);
    }
    call.in.frame.Ref(read.array) = list;
    return;
  }
  if (read.names.empty()) read.names.push_back("REPLY");
  for (const auto& name : read.names) ExpandSubscript(call, name);
  const auto fields = SplitLine(line, read.names.size(), separators);
  for (size_t i = 0; i < read.names.size(); ++i)
    call.in.frame.Assign(read.names[i], HasUnknown(line) && fields[i].empty() ? Unknown() : fields[i]);
  if (call.input.filtered) call.in.sweep = {.on = true, .filtered = true};
}

void MapFile(Builtin& call) {
  std::string name = "MAPFILE";
  char delimiter = '\n';
  int64_t skipped = 0, most = kMaxLines;
  for (size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& text = call.At(i);
    if (text.empty() || text[0] != '-')
      name = text;
    else if (text == "-C" && i + 1 < call.argv.size())
      (void)call.in.RunScript(call.At(++i), call.input);
    else if (text == "-d" && i + 1 < call.argv.size())
      delimiter = call.At(++i).empty() ? '\0' : call.At(i)[0];
    else if ((text == "-s" || text == "-n") && i + 1 < call.argv.size())
      (text == "-s" ? skipped : most) = ParseInt(call.At(++i)).value_or(0);
    else if (InList("-O -u -c", text))
      ++i;
  }
  Variable list;
  list.array = true;
  std::vector<std::string_view> lines = Split(call.input.text, delimiter);
  if (call.input.text.ends_with(std::string(1, delimiter))) lines.pop_back();
  if (most == 0) most = kMaxLines;
  if (static_cast<int64_t>(lines.size()) > kMaxLines) call.in.Limit("a file of more than 4,096 lines");
  int64_t next = 0;
  for (auto line : lines) {
    if (skipped-- <= 0 && next < std::min(most, kMaxLines)) list.Set(std::to_string(next++), std::string(line));
  }
  if (call.input.text.empty()) list.elements = {{"0", Unknown()}};
  call.in.frame.Ref(name) = std::move(list);
  call.input.text.clear();
}

}  // namespace heddle::shell
