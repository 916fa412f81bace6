// read and mapfile: how lines of the input become variables (POSIX.1-2017 XCU read, the bash manual, 4.2).
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/builtin_call.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxElements = 4096;

struct Options {
  std::vector<std::pair<char, std::string>> given{};
  std::vector<std::string> names{};

  const std::string* Value(char letter) const {
    const auto found =
        std::find_if(given.rbegin(), given.rend(), [&](const auto& each) { return each.first == letter; });
    return found == given.rend() ? nullptr : &found->second;
  }
  bool Has(char letter) const { return Value(letter) != nullptr; }
};

Options ReadOptions(const BuiltinCall& call, std::string_view with_value) {
  Options out;
  size_t i = 1;
  for (; i < call.argv.size() && call.At(i).size() > 1 && call.At(i)[0] == '-'; ++i) {
    const std::string& text = call.At(i);
    if (text == "--") {
      ++i;
      break;
    }
    for (size_t k = 1; k < text.size(); ++k) {
      if (with_value.find(text[k]) == with_value.npos) {
        out.given.emplace_back(text[k], "");
        continue;
      }
      const bool attached = k + 1 < text.size();
      const std::string next = !attached && i + 1 < call.argv.size() ? call.At(i + 1) : "";
      out.given.emplace_back(text[k], attached ? text.substr(k + 1) : next);
      if (!attached) ++i;
      break;
    }
  }
  for (; i < call.argv.size(); ++i) out.names.push_back(call.At(i));
  return out;
}

// The stream that -u names, or the input.
Stream& SourceOf(BuiltinCall& call, const Options& options) {
  const std::string* fd = options.Value('u');
  if (fd == nullptr || *fd == "0") return call.input;
  Stream& stream = call.in.frame.descriptors[static_cast<int>(ParseInt(*fd).value_or(-1))];
  if (stream.text.empty()) stream.text = Unknown();
  return stream;
}

// A character of a line, and whether a backslash stood before it.
struct Char {
  char c;
  bool quoted = false;
};

// Takes a line from the front of `text`: up to `delimiter`, which goes too, or `most` characters. A backslash, unless
// `raw`, keeps the character behind it from meaning anything, and joins lines.
std::vector<Char> TakeLine(std::string& text, char delimiter, bool raw, size_t most) {
  std::vector<Char> out;
  size_t at = 0;
  while (at < text.size() && out.size() < most) {
    const char c = text[at++];
    if (c == '\\' && !raw && at < text.size()) {
      if (text[at] != '\n') out.push_back({text[at], true});
      ++at;
      continue;
    }
    if (c == delimiter) break;
    out.push_back({c});
  }
  text.erase(0, at);
  return out;
}

// Splits a line at the characters of IFS.
class Splitter {
 public:
  Splitter(const std::vector<Char>& line, const std::string& separators) : line_(line), separators_(separators) {
    SkipBlanks();
  }

  bool done() const { return at_ >= line_.size(); }

  std::string Next() {
    std::string out;
    while (!done() && !IsSeparator(at_)) out += line_[at_++].c;
    SkipBlanks();
    if (!done() && IsSeparator(at_)) ++at_;
    SkipBlanks();
    return out;
  }

  // What is left; if that is one field and its separator, the field.
  std::string Rest() {
    Splitter ahead = *this;
    const std::string field = ahead.Next();
    if (ahead.done()) return field;
    size_t end = line_.size();
    while (end > at_ && IsBlank(end - 1)) --end;
    std::string out;
    for (size_t i = at_; i < end; ++i) out += line_[i].c;
    return out;
  }

 private:
  bool IsSeparator(size_t i) const { return !line_[i].quoted && separators_.find(line_[i].c) != separators_.npos; }
  bool IsBlank(size_t i) const {
    return IsSeparator(i) && (line_[i].c == ' ' || line_[i].c == '\t' || line_[i].c == '\n');
  }
  void SkipBlanks() {
    while (!done() && IsBlank(at_)) ++at_;
  }

  std::vector<Char> line_;
  std::string separators_;
  size_t at_ = 0;
};

std::string TextOf(const std::vector<Char>& line) {
  std::string out;
  for (const Char& each : line) out += each.c;
  return out;
}

// What is known of a value in which something is not: what stands before that.
std::string Beginning(const std::string& text) {
  const auto mark = std::find_if(text.begin(), text.end(), IsMark);
  std::string before(text.begin(), mark);
  while (!before.empty() && (before.back() == ' ' || before.back() == '\t')) before.pop_back();
  return mark == text.end() ? text : Cat({before, std::string(1, *mark == kName ? kUnknown : *mark)});
}

void AssignArray(BuiltinCall& call, const std::string& name, const std::vector<Char>& line, const std::string& ifs) {
  Variable list;
  list.array = true;
  Splitter splitter(line, ifs);
  const bool known = !HasUnknown(TextOf(line)) && !HasUnknown(ifs);
  if (!known) list.Set("0", Unknown());
  list.open = !known;
  for (int64_t next = 0; known && !splitter.done() && list.elements.size() < kMaxElements; ++next)
    list.Set(std::to_string(next), splitter.Next());
  if (list.elements.size() >= kMaxElements) call.in.Limit("a list of more than 4,096 elements");
  call.in.frame.Ref(name) = std::move(list);
}

void AssignNames(BuiltinCall& call, const std::vector<std::string>& names, const std::vector<Char>& line,
                 const std::string& ifs) {
  Splitter splitter(line, ifs);
  bool known = !HasUnknown(ifs);
  // Whether a separator at the line's end goes too, zsh tells otherwise.
  const bool keeps = call.in.frame.zsh && !line.empty() && ifs.find(line.back().c) != ifs.npos;
  for (size_t i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    std::string field = last ? splitter.Rest() : splitter.Next();
    if (last && keeps) field = Unknown();
    const bool marked = HasUnknown(field);
    if (!known)
      field = Unknown();
    else if (marked)
      field = last ? Beginning(field) : Unknown();
    known &= !marked;
    AssignTo(call, names[i], field);
  }
}

// Whether a text is "DIRECTORY/" and what is not known: any number of lines of that form, so that one less is the same.
bool IsListing(std::string_view text) {
  const size_t mark = text.find(kUnknown);
  return mark != text.npos && (mark == 0 || text[mark - 1] == '/') && Trim(text.substr(mark + 1)).empty();
}

bool IsName(const std::string& text) {
  const size_t end = NameEnd(text, 0);
  return end > 0 && (end == text.size() || (text[end] == '[' && text.ends_with("]")));
}

}  // namespace

void RunRead(BuiltinCall& call) {
  Options options = ReadOptions(call, "adinNptu");
  Stream& source = SourceOf(call, options);
  const std::string* array = options.Value('a');
  const std::string* delimiter = options.Value('d');
  const std::string* exactly = options.Value('N');
  const std::string* amount = exactly != nullptr ? exactly : options.Value('n');
  const auto most = amount != nullptr ? ParseInt(*amount) : std::optional<int64_t>(INT32_MAX);
  const std::string ifs = call.in.frame.IsGone("IFS") ? " \t\n" : call.in.frame.Value("IFS");
  for (const auto& name : options.names) VisitSubscript(call, name);
  const bool names_known = std::all_of(options.names.begin(), options.names.end(), IsName);
  const bool readable = !source.text.empty() && source.text.find('\0') == std::string::npos && most && names_known &&
                        (amount == nullptr || IsAscii(source.text)) && !options.Has('e');
  std::vector<Char> line{{kUnknown}};
  const bool whole = source.text.find(kUnknown) == std::string::npos;
  if (readable && whole) {
    // With -N no delimiter counts; with -d '' it is NUL.
    const char end = delimiter == nullptr ? '\n' : delimiter->empty() ? '\0' : (*delimiter)[0];
    line = TakeLine(source.text, exactly != nullptr ? '\0' : end, options.Has('r'), static_cast<size_t>(*most));
  } else if (readable && delimiter == nullptr && amount == nullptr) {
    const std::string before = source.text;
    line = TakeLine(source.text, '\n', options.Has('r'), static_cast<size_t>(*most));
    if (HasUnknown(TextOf(line))) source.text = IsListing(before) ? before : Unsure(before);
  } else if (!source.text.empty()) {
    source.text = Unsure(source.text);  // how much of it is gone is not known
  }
  if (array != nullptr) {
    AssignArray(call, *array, line, ifs);
  } else if (options.names.empty()) {
    call.in.frame.Assign("REPLY", Beginning(TextOf(line)));
  } else if (exactly != nullptr) {
    for (size_t i = 0; i < options.names.size(); ++i)
      AssignTo(call, options.names[i], i == 0 ? Beginning(TextOf(line)) : HasUnknown(TextOf(line)) ? Unknown() : "");
  } else {
    AssignNames(call, options.names, line, ifs);
  }
  if (call.input.filtered) call.in.sweep = {.on = true, .filtered = true};
}

void RunMapFile(BuiltinCall& call) {
  const Options options = ReadOptions(call, "dnOsuCc");
  Stream& source = SourceOf(call, options);
  if (const std::string* callback = options.Value('C')) (void)call.in.RunScript(*callback, call.input);
  const auto number = [&](char letter) {
    const std::string* value = options.Value(letter);
    return value == nullptr ? std::optional<int64_t>(0) : ParseInt(*value);
  };
  const auto most = number('n'), origin = number('O'), skipped = number('s');
  const std::string name = options.names.empty() ? "MAPFILE" : options.names[0];
  Variable list = options.Has('O') ? call.in.frame.Ref(name) : Variable{};
  list.array = true;
  const bool sound = most && origin && skipped && *most >= 0 && *origin >= 0 && *skipped >= 0;
  if (!sound || source.text.empty() || HasUnknown(source.text)) {
    list.elements = {{"0", Unknown()}};
    list.open = true;
  } else {
    const std::string* given = options.Value('d');
    const char delimiter = given == nullptr ? '\n' : given->empty() ? '\0' : (*given)[0];
    int64_t line = 0;
    for (size_t at = 0; at < source.text.size(); ++line) {
      const size_t found = source.text.find(delimiter, at);
      const size_t end = std::min(found, source.text.size());
      const bool kept = !options.Has('t') && found != source.text.npos && delimiter != '\0';
      const int64_t index = line - *skipped;
      const bool wanted = index >= 0 && (*most == 0 || index < *most);
      if (wanted && list.elements.size() < kMaxElements)
        list.Set(std::to_string(index + *origin), source.text.substr(at, end - at + (kept ? 1 : 0)));
      at = end + 1;
    }
    if (list.elements.size() >= kMaxElements) call.in.Limit("a list of more than 4,096 elements");
  }
  call.in.frame.Ref(name) = std::move(list);
  source.text.clear();
}

}  // namespace heddle::shell
