// Commands that run the command among their operands ([[wrapper]] rows), and xargs, which adds what it reads.
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/programs.h"
#include "shell/quote.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxItems = 64;

struct XargsCall {
  size_t command = 0;  // the index where its command begins
  std::string replace{};
  std::string delimiter{};
  size_t most = 0;     // words for each time it is run; 0: all of them
  std::string file{};  // read in place of the input
};

XargsCall ReadXargs(const std::vector<Field>& argv, bool parallel) {
  constexpr std::string_view kWithValue = "nPLdEsaIJjSR";
  XargsCall call;
  size_t i = 1;
  for (; i < argv.size() && argv[i].text.size() > 1 && argv[i].text[0] == '-'; ++i) {
    const std::string& text = argv[i].text;
    if (text == "--") {
      ++i;
      break;
    }
    if (text.starts_with("--")) {
      const size_t equals = text.find('=');
      const std::string name = text.substr(0, equals);
      std::string value = equals != text.npos ? text.substr(equals + 1) : "";
      if (equals == text.npos && InList("--max-args --max-procs --delimiter --jobs --arg-file --max-chars --eof", name))
        value = i + 1 < argv.size() ? argv[++i].text : "";
      if (name == "--replace") call.replace = value.empty() ? "{}" : value;
      if (name == "--max-args") call.most = static_cast<size_t>(std::max<int64_t>(0, ParseInt(value).value_or(0)));
      if (name == "--delimiter") call.delimiter = value;
      if (name == "--null") call.delimiter = "\\0";
      if (name == "--arg-file") call.file = value;
      continue;
    }
    const size_t letter = text.find_first_of(kWithValue, 1);
    if (text.find('0') < letter) call.delimiter = "\\0";
    if (text[1] == 'i') call.replace = text.size() > 2 ? text.substr(2) : "{}";
    if (letter == text.npos) continue;
    const std::string value = letter + 1 < text.size() ? text.substr(letter + 1)
                              : i + 1 < argv.size()    ? argv[++i].text
                                                       : std::string();
    if (text[letter] == 'I' || text[letter] == 'J') call.replace = value;
    if (text[letter] == 'd') call.delimiter = value;
    if (text[letter] == 'n') call.most = static_cast<size_t>(std::max<int64_t>(0, ParseInt(value).value_or(0)));
    if (text[letter] == 'a') call.file = value;
  }
  if (parallel) call.replace = "{}";
  call.command = i;
  return call;
}

// Words between blanks; quotes keep those of a word together, as a backslash does.
std::vector<std::string> UnquotedWords(std::string_view text) {
  std::vector<std::string> out;
  bool open = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n') {
      open = false;
      continue;
    }
    if (!open) out.emplace_back();
    open = true;
    if (c == '\'' || c == '"') {
      const size_t end = std::min(text.find(c, i + 1), text.size());
      out.back() += text.substr(i + 1, end - i - 1);
      i = end;
    } else if (c == '\\' && i + 1 < text.size()) {
      out.back() += text[++i];
    } else {
      out.back() += c;
    }
  }
  return out;
}

// The items that xargs reads: lines, or words between blanks.
std::vector<Field> Items(const Stream& input, const XargsCall& call) {
  std::vector<Field> out;
  if (call.delimiter.empty() && call.replace.empty()) {
    for (auto& item : UnquotedWords(input.text)) out.push_back({std::move(item)});
  } else {
    const std::string decoded = DecodeEscapes(call.delimiter);
    const char separator = call.delimiter.empty() || decoded.empty() ? '\n' : decoded[0];
    for (auto item : Split(input.text, separator)) {
      const auto trimmed = Trim(item);
      if (!trimmed.empty()) out.push_back({std::string(trimmed)});
    }
  }
  if (out.empty()) out.push_back({Unknown()});
  if (out.size() > kMaxItems) {
    out.resize(kMaxItems);
    out.push_back({Unknown()});
  }
  return out;
}

void RunXargs(Interpreter& in, const std::vector<Field>& argv, const Stream& standard, bool parallel) {
  const XargsCall call = ReadXargs(argv, parallel);
  Stream input = standard;
  if (!call.file.empty() && call.file != "-") {
    const Stream* known = in.FileText(call.file);
    input = known != nullptr ? *known : Stream{Unknown()};
  }
  const std::vector<Field> items = Items(input, call);
  std::vector<Field> inner = Tail(argv, call.command);
  // parallel ::: a b gives its items itself.
  const auto given = std::find_if(inner.begin(), inner.end(), [](const Field& f) { return f.text.starts_with(":::"); });
  std::vector<Field> own(given == inner.end() ? given : given + 1, inner.end());
  if (given != inner.end()) inner.erase(given, inner.end());
  const std::vector<Field>& used = own.empty() ? items : own;
  const Sweep outer = in.sweep;
  in.sweep = {.on = HasUnknown(input.text) && own.empty(), .filtered = input.filtered};
  const bool placed = !call.replace.empty() && std::any_of(inner.begin(), inner.end(), [&](const Field& field) {
    return Contains(field.text, call.replace);
  });
  if (inner.empty() && !parallel) inner.push_back({"echo"});
  Stream none;
  if (placed) {
    for (const Field& item : used) {
      std::vector<Field> each = inner;
      // parallel hands one text to a shell, with each item as one word of it.
      const std::string text = parallel && !HasUnknown(item.text) && own.empty() ? Quote(item.text) : item.text;
      for (Field& field : each) field.text = ReplaceAll(field.text, call.replace, text);
      if (parallel)
        (void)in.RunScriptApart(JoinFrom(each, 0), none);
      else
        (void)in.RunArgv(std::move(each), none);
    }
  } else if (inner.empty()) {
    for (const Field& item : used) (void)in.RunScriptApart(item.text, none);  // parallel < file of commands
  } else if (parallel) {
    for (const Field& item : used) (void)in.RunScriptApart(Cat({JoinFrom(inner, 0), " ", item.text}), none);
  } else {
    const size_t most = call.most == 0 ? used.size() : call.most;
    for (size_t from = 0; from < used.size(); from += most) {
      std::vector<Field> each = inner;
      const size_t to = std::min(used.size(), from + most);
      for (size_t i = from; i < to; ++i) each.push_back(used[i]);
      (void)in.RunArgv(std::move(each), none);
    }
  }
  in.sweep = outer;
}

// sudo -i, sudo -s and doas -s run a shell: of their operands, or of their input.
bool RunLoginShell(Interpreter& in, const Invocation& invocation, Stream& input) {
  const auto has = [&](std::string_view flag) { return HasFlag(invocation, flag); };
  if (!InList("sudo doas", invocation.name) || !(has("-i") || has("-s") || has("--login") || has("--shell")))
    return false;
  if (!invocation.operands.empty()) {
    (void)in.RunArgv(invocation.operands, input);  // sudo quotes each word for that shell
  } else if (!input.text.empty()) {
    const Stream text = input;
    (void)in.RunScriptApart(text.text, input);
  }
  return true;
}

// What runs in a container or on another machine changes no files of this one: what was noted since goes.
void LeaveElsewhere(Interpreter& in, size_t changes, const std::string& name) {
  in.result().changes.resize(changes);
  in.Change({.why = Cat({name, " runs it elsewhere"})});
}

}  // namespace

bool RunWrapped(Interpreter& in, const std::vector<Field>& argv, const Invocation& invocation, Stream& input,
                Stream& out) {
  const std::string name = Base(argv[0]);
  if (name == "xargs" || name == "gxargs" || name == "parallel") {
    RunXargs(in, argv, input, name == "parallel");
    out = {Unknown()};
    return true;
  }
  if (RunLoginShell(in, invocation, input)) {
    out = {Unknown()};
    return true;
  }
  size_t at = 0;
  const WrapperRow* wrapper = in.rules().Wrapper(argv, at);
  if (wrapper == nullptr && in.user_rules() != nullptr) wrapper = in.user_rules()->Wrapper(argv, at);
  if (wrapper == nullptr) {
    // ssh host < script: what is sent is run there.
    const bool reads = (name == "ssh" || name == "slogin") && !in.rules().Read(argv).operands.empty();
    if (reads && !input.text.empty()) (void)in.RunScriptApart(input.text, input);
    return false;
  }
  const Frame before = in.frame;
  const size_t changes = in.result().changes.size();
  if (wrapper->elsewhere) in.frame.cwd.clear();
  if (wrapper->elsewhere && input.secret)
    in.Report("network.exfiltration", Risk::kHigh, Cat({"hands a secret to ", name, ", which runs elsewhere"}));
  const Invocation own = in.rules().Read({argv.begin(), argv.begin() + static_cast<std::ptrdiff_t>(at)});
  for (const OptionRow* row : in.rules().Options(own)) {
    for (auto option : row->options) {
      for (const auto& folder : ValuesOf(own, option)) {
        if (row->role == "directory") in.frame.cwd = HasUnknown(folder) ? "" : in.PathOf(folder);
      }
    }
  }
  if (wrapper->assignments) {
    for (size_t i = 1; i < at; ++i) {
      if (argv[i].text.find('=') == std::string::npos || argv[i].text[0] == '-') continue;
      const size_t equals = argv[i].text.find('=');
      const std::string variable = argv[i].text.substr(0, equals), value = argv[i].text.substr(equals + 1);
      in.frame.Assign(variable, value);
      in.NoteVariable(variable, value);
      in.ProbeLines(value);
    }
  }
  if (wrapper->runs == "shell") {  // the words of a shell: -c 'rm -rf /'
    std::vector<Field> shell = Tail(argv, at);
    shell.insert(shell.begin(), {"bash"});
    out = in.RunArgv(std::move(shell), input);
  } else if (wrapper->runs == "text") {
    out = in.RunScriptApart(JoinFrom(argv, at), input);
  } else {
    out = in.RunArgv(Tail(argv, at), input);
  }
  // What this shell itself runs changes its state: builtin eval, time x=1.
  if (!InList("builtin command time noglob nocorrect", name)) in.frame = before;
  if (wrapper->elsewhere) LeaveElsewhere(in, changes, name);
  // A wrapper whose options are not all known may have swallowed a word: what follows is looked at as well.
  if (!in.rules().Knows(Base(argv[at])) && wrapper->runs == "argv") {
    for (size_t i = at + 1; i < argv.size(); ++i) {
      if (!in.rules().IsDangerous(Base(argv[i]))) continue;
      (void)in.RunArgv(Tail(argv, i), input);
      break;
    }
  }
  return true;
}

}  // namespace heddle::shell
