#include "shell/interpreter.h"

#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/programs.h"

namespace heddle::shell {
namespace {

constexpr int kMaxDepth = 48, kMaxPieces = 300;
constexpr size_t kMaxCommand = 1 << 20;  // beyond, nothing is looked at
// Twice what Linux lets a program be started with in one argument, as the text of sh -c is one. A longer text is rated
// by its length alone, so that any text is rated within a tenth of a second.
constexpr size_t kMaxText = 1 << 18;
// Of the process; a bound for hostile text, a hundred times what an ordinary line takes.
constexpr std::clock_t kMaxTicks = CLOCKS_PER_SEC * 5 / 100, kMaxParseTicks = CLOCKS_PER_SEC * 4 / 100;

using Kind = Statement::Kind;

// A command's text split at everything that separates commands outside quotes: the reading of last resort.
std::vector<std::string> RoughCommands(std::string_view text) {
  std::vector<std::string> out(1);
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size() && quote != '\'') {
      if (text[++i] != '\n') out.back() += {c, text[i]};
      continue;
    }
    const bool group = (c == '{' && (i + 1 == text.size() || text[i + 1] == ' ')) ||
                       (c == '}' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == ';'));
    if (quote == 0 && (group || std::string_view(";|&\n()`").find(c) != std::string_view::npos)) {
      out.emplace_back();
    } else {
      if (c == '"' || c == '\'') quote = quote == 0 ? c : quote == c ? '\0' : quote;
      out.back() += c;
    }
    if (out.size() > kMaxPieces) break;
  }
  return out;
}

bool CallsItself(const Statement& statement, std::string_view name, bool beside) {
  const bool parallel = beside || statement.kind == Kind::kPipeline || statement.background;
  if (statement.kind == Kind::kCommand && !statement.words.empty() && statement.words[0].raw == name) return parallel;
  return std::any_of(statement.children.begin(), statement.children.end(),
                     [&](const Statement& child) { return CallsItself(child, name, parallel); });
}

// Whether a substitution's text is `< file` alone, which prints the file. With anything more it prints nothing.
bool OnlyReads(std::string_view command) {
  const std::string_view text = Trim(command);
  if (!text.starts_with("<") || text.starts_with("<<") || text.starts_with("<(")) return false;
  const auto script = Parse(text);
  if (!script || script->root.children.size() != 1) return false;
  const Statement& only = script->root.children[0];
  return only.kind == Kind::kCommand && only.words.empty() && only.assignments.empty() && !only.background &&
         only.redirects.size() == 1 && only.redirects[0].op == "<";
}

}  // namespace

Interpreter::Interpreter(const World& world, const AnalyzeOptions& options)
    : frame(world), world_(world), options_(options), rules_(RuleSet::BuiltIn()), started_(std::clock()) {}

std::string_view Interpreter::Keep(std::string text) { return texts_.emplace_back(std::move(text)); }

void Interpreter::Limit(std::string_view what) {
  result_.complete = false;
  Report("analysis.limit", Risk::kHigh, Cat({what, ": what follows was not looked at"}));
}

bool Interpreter::Spend() {
  if (++steps_ > kMaxSteps) {
    Limit("too many commands to be followed");
    return false;
  }
  if (steps_ % 8 == 0) out_of_time_ |= TicksLeft() <= 0;
  if (out_of_time_) Limit("it takes too long to follow");
  return !out_of_time_;
}

std::clock_t Interpreter::TicksLeft() const { return kMaxTicks - (std::clock() - started_); }

Expander Interpreter::MakeExpander() {
  return Expander(
      frame, {.substitute = [this](std::string_view command, bool process) { return Substitute(command, process); },
              .limit = [this](std::string_view what) { Limit(what); }});
}

std::vector<Field> Interpreter::ExpandAll(const std::vector<Word>& words) {
  auto expander = MakeExpander();
  std::vector<Field> out;
  size_t bytes = 0;
  for (const Word& word : words) {
    for (auto& field : expander.Expand(word)) {
      bytes += field.text.size();
      out.push_back(std::move(field));
    }
    if (out.size() <= kMaxWords && bytes <= kMaxCommand) continue;
    Limit("too many words in one command");
    break;
  }
  return out;
}

// $(..) runs in a copy of the state.
std::string Interpreter::Substitute(std::string_view command, bool process) {
  const Frame before = frame;
  frame.DropTraps();
  frame.choices = nullptr;
  Stream input{Unknown()};
  alongside_ += process ? 1 : 0;
  const bool reads = OnlyReads(command);
  std::string out = RunText(reads ? Cat({"cat ", Trim(command)}) : command, input).text;
  if (reads && !frame.bash && !frame.zsh) out = Unsure(out);  // nothing, to dash
  RunTraps();
  alongside_ -= process ? 1 : 0;
  frame = before;
  if (process) return out;
  std::erase(out, '\0');  // as bash does
  // Behind what may be nothing, the ends of lines may go too.
  const size_t end = out.find_last_not_of("\n\x01") + 1;
  const bool open = out.find(kUnknown, end) != out.npos;
  out.resize(end);
  return open ? out + kUnknown : out;
}

Stream Interpreter::RunText(std::string_view text, Stream& input) {
  if (depth_ >= kMaxDepth || text.size() > kMaxText) {
    Limit("nested too deep or too long to be followed");
    return {Unknown()};
  }
  const std::clock_t left = TicksLeft();
  out_of_time_ |= left <= 0;
  if (!Spend()) return {Unknown()};
  const std::string_view kept = Keep(WithoutUnknown(text));
  static_assert(CLOCKS_PER_SEC == 1'000'000);  // so that ticks are microseconds
  auto script = Parse(kept, static_cast<uint64_t>(std::min(left, kMaxParseTicks)));
  if (!script) {
    result_.complete = false;
    Report("parse.failed", Risk::kHigh, "cannot be parsed: " + script.error().message);
    return {Unknown()};
  }
  ++depth_;
  const Script& stored = scripts_.emplace_back(*std::move(script));
  Choices* const outer = frame.choices;
  Stream out = Run(stored.root, input);
  if (stored.too_deep) Limit("statements nested too deep");
  if (!stored.complete) RunUnparsed(kept);
  frame.choices = outer;
  --depth_;
  return out;
}

Stream Interpreter::RunScript(const std::string& text, Stream& input) {
  if (text.find(kDownloaded) != text.npos) {
    Report("exec.downloaded", Risk::kCritical, "runs what it downloads");
    Touch(EffectKind::kExecute, {"downloaded code"}, false);
  } else if (text.find(kDecoded) != text.npos) {
    Report("exec.decoded", Risk::kHigh, "runs code that is decoded or unpacked on the way");
    Touch(EffectKind::kExecute, {"decoded code"}, false);
  } else if (HasUnknown(text) && WithoutUnknown(text).find_first_not_of(" \n\t\"'") == std::string::npos) {
    Report("exec.built", Risk::kHigh, "runs text that is built while it runs, so it cannot be known beforehand");
    Touch(EffectKind::kExecute, {"text that is built while it runs"}, false);
  }
  // Unknown parts read as a variable of unknown value inside the inner script.
  std::string readable;
  for (char c : text) readable += IsMark(c) ? "${_}" : std::string(1, c);
  frame.Assign("_", Unknown());
  return RunText(readable, input);
}

Stream Interpreter::RunScriptApart(const std::string& text, Stream& input) {
  const Frame before = frame;
  frame.DropTraps();
  Stream out = RunScript(text, input);
  RunTraps();
  frame = before;
  return out;
}

const Stream* Interpreter::FileText(std::string_view path) {
  for (std::string_view prefix : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(prefix)) continue;
    const auto found = frame.descriptors.find(static_cast<int>(ParseInt(path.substr(prefix.size())).value_or(-1)));
    if (found != frame.descriptors.end()) return &found->second;
  }
  const std::string absolute = PathOf(path);
  if (const Stream* made = files.Find(absolute)) return made;
  if (!world_.read || path.empty() || HasUnknown(path) || (frame.cwd.empty() && path[0] != '/')) return nullptr;
  auto text = world_.read(absolute);
  // Marks are control characters, so a text may hold none; what does is a program that cannot be looked into.
  if (!text || std::any_of(text->begin(), text->end(), IsMark)) return nullptr;
  files.Write(absolute, {*std::move(text)}, false);
  return files.Find(absolute);
}

std::string Interpreter::PathOf(std::string_view text) const { return CleanPath(text, frame.cwd); }

bool Interpreter::RunFile(const Field& file, Stream& input) {
  if (file.substitution) {
    (void)RunScript(file.substituted, input);
    return true;
  }
  const std::string& path = file.text;
  const bool there = !world_.resolve || !world_.resolve(PathOf(path)).empty();
  if (path == "/dev/stdin" || path == "/dev/fd/0" || path == "/proc/self/fd/0" || path == "-") {
    Stream none;
    (void)RunScript(input.text, none);
    return true;
  }
  if (file.glob) {
    for (const std::string& made : files.Matching(PathOf(path))) (void)RunFile({made}, input);
  }
  if (const Stream* known = FileText(path)) {
    const Stream text = *known;
    (void)RunScript(text.text, input);
    if (text.decoded) Report("exec.decoded", Risk::kHigh, "runs code that is decoded or unpacked on the way");
    return true;
  }
  Report("exec.script", Risk::kModerate, "runs a script that cannot be looked into");
  // What is not there yet is made by this line, in a way that was not followed.
  if (!there && result_.commands.size() > 1)
    Report("exec.built", Risk::kHigh, "runs text that is built while it runs, so it cannot be known beforehand");
  if (!HasUnknown(path)) return false;
  (void)RunScript(Unknown(), input);
  return true;
}

// Text the grammar refused: every fragment that could be a command is looked at as one.
void Interpreter::RunUnparsed(std::string_view text) {
  result_.complete = false;
  Report("parse.incomplete", Risk::kModerate,
         "part of the line is not valid shell, so it is rated by its worst reading");
  const auto pieces = RoughCommands(text);
  if (pieces.size() > kMaxPieces) Limit("too many fragments");
  for (const std::string& piece : pieces) {
    if (!Spend()) return;
    std::vector<Word> words;
    for (auto word : SplitWords(Keep(piece))) {
      if (word[0] != '<' && word[0] != '>') words.push_back({word});
    }
    std::vector<Field> argv = ExpandAll(words);
    Stream input{Unknown()};
    if (!argv.empty()) (void)RunArgv(std::move(argv), input);
  }
}

void Interpreter::DefineFunction(const Statement& statement) {
  frame.functions[std::string(statement.name)] = {&statement};
  // Functions that a shell calls by itself.
  if (InList("command_not_found_handle command_not_found_handler precmd preexec chpwd periodic zshexit",
             statement.name)) {
    Stream none;
    (void)CallFunction(statement, {{std::string(statement.name)}}, none);
  }
  for (const Statement& child : statement.children) {
    if (!CallsItself(child, statement.name, false)) continue;
    Report("resources.fork-bomb", Risk::kCritical, "a function starts itself again and again until the machine stops");
    Touch(EffectKind::kResources, {"processes"}, false);
    frame.functions.erase(std::string(statement.name));
    return;
  }
}

Stream Interpreter::CallFunction(const Statement& definition, const std::vector<Field>& argv, Stream& input) {
  const auto positional = frame.positional;
  const bool known = frame.positional_known;
  const bool lost = frame.positional_lost;
  SetPositional(frame, argv, 1);
  Stream out;
  frame.locals.emplace_back();
  Exits outer;
  std::swap(outer, exits);
  for (const Statement& child : definition.children) out.text += Run(child, input).text;
  if (exits.function) {
    frame = JoinFrames(frame, *exits.function);
    if (!out.text.empty()) out.text = Unsure(out.text);
  }
  std::swap(outer, exits);
  if (!frame.locals.empty()) {
    for (auto& [name, hidden] : frame.locals.back()) frame.variables[name] = hidden;
    frame.locals.pop_back();
  }
  frame.positional = positional;
  frame.positional_known = known;
  frame.positional_lost = lost;
  return out;
}

void Interpreter::Leave(std::optional<Frame>& to) {
  to = to ? JoinFrames(*to, frame) : frame;
  ++exits.count;
}

// What signals and DEBUG run, at times that are not known: variables have any of the values that they have held.
void Interpreter::RunSignals() {
  const Frame before = frame;
  const auto signals = std::move(frame.signals);
  frame.signals.clear();
  for (const auto& [name, values] : before.held) {
    Variable& variable = frame.Ref(name);
    for (const std::string& value : values) variable.others.push_back(value);
    if (variable.array || values.back() == Unknown()) {
      for (auto& [key, value] : variable.elements) value = Unknown();
      variable.others.clear();
      variable.open = variable.array;
    }
  }
  for (const std::string& text : signals) {
    Stream input;
    (void)RunScript(text, input);
  }
  frame = before;
}

// What trap set aside for the end of this shell, and what that sets aside in turn.
void Interpreter::RunTraps() {
  if (!frame.signals.empty()) RunSignals();
  for (int round = 0; round < 4 && !frame.traps.empty(); ++round) {
    const std::vector<std::string> traps = std::move(frame.traps);
    frame.traps.clear();
    for (const std::string& trap : traps) {
      Stream input;
      (void)RunScript(trap, input);
    }
  }
}

Stream Interpreter::RunArgv(std::vector<Field> argv, Stream& input) {
  if (depth_ >= kMaxDepth) {
    Limit("nested too deep to be followed");
    return {Unknown()};
  }
  if (!Spend()) return {Unknown()};
  if (options_.on_command) options_.on_command(argv);
  ++depth_;
  Stream out = RunResolved(*this, std::move(argv), input);
  --depth_;
  if (out.text.size() > kMaxStream) out.text = Unknown();
  return out;
}

Analysis Interpreter::Finish() {
  RunTraps();
  const bool runs_more = std::any_of(result_.findings.begin(), result_.findings.end(),
                                     [](const Finding& finding) { return finding.rule.starts_with("exec."); });
  if (runs_more || !result_.complete) result_.changes.push_back({.why = "it is not known all that it would run"});
  std::stable_sort(result_.findings.begin(), result_.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.risk > b.risk; });
  for (const Finding& finding : result_.findings) result_.risk = std::max(result_.risk, finding.risk);
  return std::move(result_);
}

Result<Analysis> Analyze(std::string_view command, const World& world, const AnalyzeOptions& options) {
  if (command.size() > kMaxCommand) return Error{Code::kTooLarge, "the command is longer than 1 MB"};
  if (Contains(command, std::string_view("\0", 1))) return Error{Code::kInvalid, "the command holds a NUL byte"};
  Interpreter interpreter(world, options);
  Stream input;
  (void)interpreter.RunText(command, input);
  return interpreter.Finish();
}

}  // namespace heddle::shell
