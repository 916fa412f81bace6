#include "shell/interpreter.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::shell {
namespace {

constexpr int kMaxDepth = 48, kMaxSteps = 4000;
constexpr size_t kMaxText = 1 << 20, kMaxStream = 1 << 16;

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
    } else if (c == '"' || c == '\'') {
      quote = quote == 0 ? c : quote == c ? 0 : quote;
    } else {
      out.back() += c;
    }
    if (out.size() > 300) break;
  }
  return out;
}

bool CallsItself(const Statement& statement, std::string_view name, bool beside) {
  const bool parallel = beside || statement.kind == Kind::kPipeline || statement.background;
  if (statement.kind == Kind::kCommand && !statement.words.empty() && statement.words[0].raw == name) return parallel;
  return std::any_of(statement.children.begin(), statement.children.end(),
                     [&](const Statement& child) { return CallsItself(child, name, parallel); });
}

bool StartsInBackground(const Statement& statement) {
  if (statement.background) return true;
  return std::any_of(statement.children.begin(), statement.children.end(), StartsInBackground);
}

}  // namespace

Interpreter::Interpreter(const World& world, const AnalyzeOptions& options)
    : world_(world), options_(options), rules_(RuleSet::BuiltIn()), cwd_(world.cwd) {
  variables_.values = {{"IFS", " \t\n"},     {"SHELL", "/bin/bash"},
                       {"EDITOR", "editor"}, {"VISUAL", "editor"},
                       {"PAGER", "pager"},   {"BROWSER", "browser"},
                       {"TMPDIR", "/tmp"},   {"RANDOM", "12345"},
                       {"0", "bash"},        {"SHELLOPTS", "braceexpand:hashall"},
                       {"BASH", "/bin/bash"}};
  for (const auto& [name, value] : world.environment) variables_.values[name] = value;
  if (!world.home.empty()) variables_.values["HOME"] = world.home;
  if (!variables_.values.contains("HOME")) variables_.values["HOME"] = "/home/user";
  if (!world.cwd.empty()) variables_.values["PWD"] = world.cwd;
}

std::string_view Interpreter::Keep(std::string text) { return texts_.emplace_back(std::move(text)); }

bool Interpreter::Spend() {
  if (++steps_ <= kMaxSteps) return true;
  result_.complete = false;
  return false;
}

Expander Interpreter::MakeExpander() {
  return Expander(variables_, [this](std::string_view command, bool) { return Substitute(command); });
}

std::string Interpreter::Substitute(std::string_view command) {
  std::string out = RunText(command).text;
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

Stream Interpreter::RunText(std::string_view text, const Stream& input) {
  if (depth_ >= kMaxDepth || text.size() > kMaxText || !Spend()) {
    result_.complete = false;
    Report("parse.limit", Risk::kHigh, "nested too deep or too long to be followed");
    return {std::string(1, kUnknown)};
  }
  const std::string_view kept = Keep(WithoutUnknown(text));
  auto script = Parse(kept);
  if (!script) {
    result_.complete = false;
    Report("parse.failed", Risk::kHigh, "cannot be parsed: " + script.error().message);
    return {std::string(1, kUnknown)};
  }
  ++depth_;
  const Script& stored = scripts_.emplace_back(*std::move(script));
  Stream out = Run(stored.root, input);
  if (!stored.complete) RunUnparsed(kept);
  --depth_;
  return out;
}

// Text the grammar refused: every fragment that could be a command is looked at as one.
void Interpreter::RunUnparsed(std::string_view text) {
  result_.complete = false;
  Report("parse.incomplete", Risk::kModerate,
         "part of the line is not valid shell, so it is rated by its worst reading");
  for (const std::string& piece : RoughCommands(text)) {
    if (!Spend()) return;
    auto expander = MakeExpander();
    std::vector<Field> argv;
    for (auto word : SplitWords(Keep(piece))) {
      if (word[0] == '<' || word[0] == '>') continue;
      for (auto& field : expander.Expand({word})) argv.push_back(std::move(field));
    }
    while (!argv.empty() &&
           (argv[0].text == "then" || argv[0].text == "do" || argv[0].text == "else" || argv[0].text == "!")) {
      argv.erase(argv.begin());
    }
    if (!argv.empty()) (void)RunArgv(std::move(argv), {std::string(1, kUnknown)});
  }
}

Stream Interpreter::Run(const Statement& statement, const Stream& input) {
  if (depth_ >= kMaxDepth + 200 || !Spend()) return {std::string(1, kUnknown)};
  switch (statement.kind) {
    case Kind::kCommand: return RunCommand(statement, input);
    case Kind::kPipeline: return RunPipeline(statement, input);
    case Kind::kLoop: return RunLoop(statement, input);
    case Kind::kFunction: DefineFunction(statement); return {};
    case Kind::kUnparsed: result_.complete = false; return {};
    case Kind::kSequence: break;
  }
  const Stream inner = ReadRedirects(statement, input);
  Stream out;
  for (const Statement& child : statement.children) {
    Stream part = Run(child, inner);
    if (out.text.size() + part.text.size() < kMaxStream) out.text += part.text;
    out.filtered |= part.filtered;
    out.secret |= part.secret;
  }
  WriteRedirects(statement, out, "");
  return out;
}

Stream Interpreter::RunPipeline(const Statement& statement, const Stream& input) {
  Stream flow = input;
  for (const Statement& child : statement.children) flow = Run(child, flow);
  return flow;
}

Stream Interpreter::RunLoop(const Statement& statement, const Stream& input) {
  const Stream inner = ReadRedirects(statement, input);
  if (!statement.name.empty()) {
    auto expander = MakeExpander();
    std::vector<Field> values;
    for (const Word& word : statement.words) {
      for (auto& field : expander.Expand(word)) values.push_back(std::move(field));
    }
    // The worst value decides, so every known one is tried, up to a few.
    if (values.empty()) values.push_back({std::string(1, kUnknown)});
    if (values.size() > 16) values.resize(16);
    Stream out;
    for (const Field& value : values) {
      const bool before = sweeping_, before_filtered = sweep_filtered_;
      if (value.glob) sweeping_ = true, sweep_filtered_ = value.text != "*" && value.text != "/*";
      variables_.values[std::string(statement.name)] = value.text;
      for (const Statement& child : statement.children) out = Run(child, inner);
      sweeping_ = before, sweep_filtered_ = before_filtered;
    }
    WriteRedirects(statement, out, "");
    return out;
  }
  const bool endless = !statement.children.empty() && !statement.children[0].words.empty() &&
                       (statement.children[0].words[0].raw == "true" || statement.children[0].words[0].raw == ":");
  if (endless && StartsInBackground(statement.children.back())) {
    Report("resources.endless-spawn", Risk::kHigh, "starts processes in an endless loop");
  }
  Stream out;
  for (const Statement& child : statement.children) out = Run(child, inner);
  WriteRedirects(statement, out, "");
  return out;
}

void Interpreter::DefineFunction(const Statement& statement) {
  functions_[std::string(statement.name)] = &statement;
  for (const Statement& child : statement.children) {
    if (CallsItself(child, statement.name, false)) {
      Report("resources.fork-bomb", Risk::kCritical,
             "a function starts itself again and again until the machine stops");
      Touch(EffectKind::kResources, {"processes"}, false);
      functions_.erase(std::string(statement.name));
      return;
    }
  }
}

Stream Interpreter::RunCommand(const Statement& statement, const Stream& input) {
  auto expander = MakeExpander();
  for (const Assignment& assignment : statement.assignments) {
    std::string value = expander.ExpandWhole(assignment.value.raw);
    if (value.size() > 2 && value.front() == '(' && value.back() == ')') value = value.substr(1, value.size() - 2);
    const size_t subscript = assignment.name.find('[');
    std::string name(assignment.name.substr(0, subscript));
    if (!name.empty() && name.back() == '+') name.pop_back();
    if (name == "LD_PRELOAD" && !value.empty())
      Report("exec.preload", Risk::kModerate, "loads a library into the command");
    variables_.values[name] = assignment.name.ends_with("+") ? variables_.values[name] + value : value;
  }
  std::vector<Field> argv;
  for (const Word& word : statement.words) {
    for (auto& field : expander.Expand(word)) argv.push_back(std::move(field));
  }
  const Stream in = ReadRedirects(statement, input);
  const std::string name = argv.empty() ? "" : argv[0].text;
  Stream out = argv.empty() ? Stream{} : RunArgv(std::move(argv), in);
  WriteRedirects(statement, out, name);
  if (std::any_of(statement.redirects.begin(), statement.redirects.end(),
                  [](const Redirect& r) { return r.op == ">" && r.fd != 2; })) {
    out.text.clear();
  }
  return out;
}

Stream Interpreter::RunArgv(std::vector<Field> argv, const Stream& input) {
  if (depth_ >= kMaxDepth || !Spend()) {
    Report("parse.limit", Risk::kHigh, "nested too deep to be followed");
    return {std::string(1, kUnknown)};
  }
  ++depth_;
  Stream out = CommandRunner(*this, input).Run(std::move(argv));
  --depth_;
  if (out.text.size() > kMaxStream) out.text = std::string(1, kUnknown);
  return out;
}

void Interpreter::Report(std::string_view rule, Risk risk, std::string reason) {
  for (Finding& finding : result_.findings) {
    if (finding.rule != rule) continue;
    if (risk > finding.risk) finding = {rule, risk, std::move(reason)};
    return;
  }
  result_.findings.push_back({rule, risk, std::move(reason)});
}

void Interpreter::Touch(EffectKind kind, const Field& target, bool recursive) {
  const Location where = Locate(target.text, target.glob, cwd_, world_);
  if (where.place == Place::kInert && kind != EffectKind::kDelete) return;
  Effect effect{.kind = kind, .target = target.text, .place = where.place, .recursive = recursive, .glob = target.glob};
  if (sweeping_) {
    effect.filtered = sweep_filtered_;
    effect.tests = sweep_tests_;
    effect.recursive |= !sweep_filtered_;
  }
  const bool lost = (kind == EffectKind::kDelete || kind == EffectKind::kOverwrite) && !effect.recursive;
  if (lost && effect.place == Place::kOrdinary && !target.glob && world_.tracked && world_.tracked(where.path))
    effect.place = Place::kTracked;
  if (const PlaceRule* rule = rules_.Place(effect); rule != nullptr && (!allowed_ || rule->risk == Risk::kCritical)) {
    Report(rule->id, rule->risk,
           ReplaceAll(std::string(rule->reason), "{target}", ReplaceAll(target.text, std::string(1, kUnknown), "$?")));
  }
  if (kind == EffectKind::kRead && where.place != Place::kCredential) return;
  if (result_.effects.size() < kMaxEffects) result_.effects.push_back(std::move(effect));
}

Analysis Interpreter::Finish() {
  std::stable_sort(result_.findings.begin(), result_.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.risk > b.risk; });
  for (const Finding& finding : result_.findings) result_.risk = std::max(result_.risk, finding.risk);
  return std::move(result_);
}

Result<Analysis> Analyze(std::string_view command, const World& world, const AnalyzeOptions& options) {
  if (command.size() > kMaxText) return Error{Code::kTooLarge, "the command is longer than 1 MB"};
  if (Contains(command, std::string_view("\0", 1))) return Error{Code::kInvalid, "the command holds a NUL byte"};
  Interpreter interpreter(world, options);
  (void)interpreter.RunText(command);
  return interpreter.Finish();
}

}  // namespace heddle::shell
