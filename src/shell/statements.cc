// How statements run: which state each part sees, and what state is left behind.
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/interpreter.h"

namespace heddle::shell {
namespace {

using Kind = Statement::Kind;

constexpr size_t kMaxRounds = 16, kMaxStream = 1 << 16;

void Add(Stream& to, Stream part) {
  to.text += part.text;
  if (to.text.size() > kMaxStream) to.text = Unknown();
  to.filtered |= part.filtered;
  to.secret |= part.secret;
  to.decoded |= part.decoded;
}

bool StartsInBackground(const Statement& statement) {
  if (statement.background) return true;
  return std::any_of(statement.children.begin(), statement.children.end(), StartsInBackground);
}

bool IsAlways(const Statement& condition) {
  return !condition.words.empty() && (condition.words[0].raw == "true" || condition.words[0].raw == ":");
}

// Whether a statement hardly ever fails: an assignment, or a command that only sets or prints something.
bool Succeeds(const Statement& statement) {
  if (statement.kind == Kind::kAnd) return Succeeds(statement.children[0]) && Succeeds(statement.children[1]);
  if (statement.kind != Kind::kCommand) return false;
  return statement.words.empty() ||
         InList("true : echo printf export set local declare readonly", statement.words[0].raw);
}

// Whether control never goes on after a statement: exit, return, exec of nothing is not meant here.
bool Leaves(const Statement& statement) {
  if (statement.kind == Kind::kCommand && !statement.words.empty())
    return InList("exit return break continue", statement.words[0].raw);
  return statement.kind == Kind::kSequence && !statement.children.empty() && Leaves(statement.children.back());
}

bool Same(const Frame& a, const Frame& b) {
  return a.variables == b.variables && a.cwd == b.cwd && a.positional == b.positional && a.functions == b.functions;
}

// After more rounds than are followed, whatever changed between two of them may hold anything.
void Widen(Frame& frame, const Frame& before) {
  for (auto& [name, variable] : frame.variables) {
    const auto old = before.variables.find(name);
    if (old != before.variables.end() && old->second == variable) continue;
    for (auto& [key, value] : variable.elements) value = Unknown();
    variable.others.clear();
  }
  if (frame.cwd != before.cwd) frame.cwd.clear();
}

}  // namespace

Stream Interpreter::Run(const Statement& statement, Stream& input) {
  if (!Spend()) return {Unknown()};
  if (!statement.background) return RunKind(statement, input);
  const Frame before = frame;
  Stream sent{Unknown()};  // a coprocess is written to later
  Stream out = RunKind(statement, statement.coprocess ? sent : input);
  frame = before;
  return out;
}

Stream Interpreter::RunKind(const Statement& statement, Stream& input) {
  switch (statement.kind) {
    case Kind::kCommand: return RunCommand(statement, input);
    case Kind::kPipeline: return RunPipeline(statement, input);
    case Kind::kSequence: return RunSequence(statement, input);
    case Kind::kSubshell: return RunSubshell(statement, input);
    case Kind::kOr: return RunOr(statement, input);
    case Kind::kAnd: return RunAnd(statement, input);
    case Kind::kBranches: return RunBranches(statement, input);
    case Kind::kCase: return RunCase(statement, input);
    case Kind::kFor: return RunFor(statement, input);
    case Kind::kLoop: return RunLoop(statement, input);
    case Kind::kFunction: DefineFunction(statement); return {};
    case Kind::kTest: return RunTest(statement, input);
    case Kind::kUnparsed: result_.complete = false; return {};
  }
  return {};
}

Stream Interpreter::RunSequence(const Statement& statement, Stream& input) {
  Stream own = ReadRedirects(statement, input);
  Stream& inner = statement.redirects.empty() ? input : own;
  Stream out;
  for (const Statement& child : statement.children) Add(out, Run(child, inner));
  WriteRedirects(statement, out, "");
  return out;
}

Stream Interpreter::RunSubshell(const Statement& statement, Stream& input) {
  const Frame before = frame;
  frame.traps.clear();
  Stream out = RunSequence(statement, input);
  RunTraps();
  frame = before;
  return out;
}

// Every stage has a state of its own; the last one's may stay (zsh, lastpipe).
Stream Interpreter::RunPipeline(const Statement& statement, Stream& input) {
  const Frame before = frame;
  Stream flow = input;
  for (const Statement& child : statement.children) {
    frame = before;
    Stream next = Run(child, flow);
    flow = std::move(next);
  }
  frame = JoinFrames(before, frame);
  return flow;
}

Stream Interpreter::RunOr(const Statement& statement, Stream& input) {
  Stream out = Run(statement.children[0], input);
  const Frame first = frame;
  Add(out, Run(statement.children[1], input));
  frame = Leaves(statement.children[1]) ? first : JoinFrames(first, frame);
  return out;
}

// What follows a whole chain of && may see the state of any part that failed; each part sees that of the one before.
Stream Interpreter::RunAnd(const Statement& statement, Stream& input) {
  std::vector<Frame> failed;
  Stream out = RunChain(statement, input, failed);
  for (const Frame& end : failed) frame = JoinFrames(frame, end);
  return out;
}

Stream Interpreter::RunChain(const Statement& statement, Stream& input, std::vector<Frame>& failed) {
  const Statement& left = statement.children[0];
  const bool chain = left.kind == Kind::kAnd && !left.background && left.redirects.empty();
  Stream out = chain ? RunChain(left, input, failed) : Run(left, input);
  if (!Succeeds(chain ? left.children[1] : left)) failed.push_back(frame);
  Add(out, Run(statement.children[1], input));
  return out;
}

Stream Interpreter::RunBranches(const Statement& statement, Stream& input) {
  Stream own = ReadRedirects(statement, input);
  Stream& inner = statement.redirects.empty() ? input : own;
  Stream out;
  std::vector<Frame> ends;
  const auto& parts = statement.children;
  size_t i = 0;
  for (; i + 1 < parts.size(); i += 2) {
    (void)Run(parts[i], inner);
    const Frame condition = frame;
    Add(out, Run(parts[i + 1], inner));
    if (!Leaves(parts[i + 1])) ends.push_back(frame);
    frame = condition;
  }
  if (i < parts.size()) Add(out, Run(parts[i], inner));
  for (const Frame& end : ends) frame = JoinFrames(end, frame);
  WriteRedirects(statement, out, "");
  return out;
}

Stream Interpreter::RunCase(const Statement& statement, Stream& input) {
  Stream own = ReadRedirects(statement, input);
  Stream& inner = statement.redirects.empty() ? input : own;
  auto expander = MakeExpander();
  for (const Word& word : statement.words) (void)expander.ExpandWhole(word.raw);
  const Frame before = frame;
  Frame joined = before;
  Stream out;
  for (const Statement& arm : statement.children) {
    frame = before;
    auto patterns = MakeExpander();
    for (const Word& word : arm.words) (void)patterns.ExpandWhole(word.raw);
    for (const Statement& child : arm.children) Add(out, Run(child, inner));
    if (arm.children.empty() || !Leaves(arm.children.back())) joined = JoinFrames(joined, frame);
  }
  frame = joined;
  WriteRedirects(statement, out, "");
  return out;
}

Stream Interpreter::RunTest(const Statement& statement, Stream& input) {
  (void)ReadRedirects(statement, input);
  auto expander = MakeExpander();
  const std::string_view inside = statement.words.empty() ? std::string_view() : statement.words[0].raw;
  if (statement.name == "((")
    (void)expander.Arithmetic(inside);
  else
    (void)expander.ExpandWhole(inside);
  // Numeric tests and -v evaluate what they are given, and the subscripts in it once more.
  for (std::string_view op : {"-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-v"}) {
    if (!Contains(inside, op)) continue;
    for (auto word : SplitWords(inside)) {
      const std::string operand = expander.ExpandWhole(word);
      if (!operand.empty() && IsNameByte(operand[0], true)) (void)expander.Arithmetic(Keep(operand));
    }
    break;
  }
  WriteRedirects(statement, {}, "");
  return {};
}

// Every value is tried, since the worst decides; beyond some, the rest is one round with a value that may be anything.
Stream Interpreter::RunFor(const Statement& statement, Stream& input) {
  Stream own = ReadRedirects(statement, input);
  Stream& inner = statement.redirects.empty() ? input : own;
  std::vector<Field> values = ExpandAll(statement.words);
  if (statement.words.empty()) {
    for (const auto& each : frame.positional) values.push_back({each});
  }
  if (values.empty()) values.push_back({Unknown()});
  if (values.size() > kMaxRounds) {
    values.resize(kMaxRounds);
    values.push_back({Unknown()});
  }
  const Sweep outer = sweep;
  Frame joined = frame;
  Stream out;
  for (const Field& value : values) {
    sweep = outer;
    if (value.glob) sweep = {.on = true, .filtered = !MatchesAll(value.text.substr(value.text.rfind('/') + 1))};
    frame.Assign(statement.name, value.text);
    for (const Statement& child : statement.children) Add(out, Run(child, inner));
    joined = JoinFrames(joined, frame);
    if (out_of_time_ || steps_ > 4000) break;
  }
  sweep = outer;
  frame = joined;
  WriteRedirects(statement, out, "");
  return out;
}

Stream Interpreter::RunLoop(const Statement& statement, Stream& input) {
  Stream own = ReadRedirects(statement, input);
  Stream& inner = statement.redirects.empty() ? input : own;
  if (!statement.children.empty() && IsAlways(statement.children[0]) && StartsInBackground(statement.children.back()))
    Report("resources.endless-spawn", Risk::kHigh, "starts processes in an endless loop");
  const bool counts = statement.words.size() == 3;
  const auto evaluate = [&](size_t part) {
    if (counts) (void)MakeExpander().Arithmetic(statement.words[part].raw);
  };
  evaluate(0);
  Stream out;
  Frame joined = frame;
  const Sweep outer = sweep;
  // Rounds go on while they bring something new: another state, or another line to read.
  for (size_t round = 0; round < kMaxRounds; ++round) {
    const Frame before = frame;
    const size_t left = inner.text.size();
    if (round + 1 == kMaxRounds) {
      Widen(frame, joined);
      if (!inner.text.empty()) inner.text = Unknown();
    }
    evaluate(1);
    for (const Statement& child : statement.children) Add(out, Run(child, inner));
    evaluate(2);
    joined = JoinFrames(joined, frame);
    const bool reads = inner.text.size() < left && !inner.text.empty();
    if (out_of_time_ || steps_ > 4000 || (Same(before, frame) && !reads)) break;
    if (!reads && round >= 2 && round + 2 < kMaxRounds) round = kMaxRounds - 2;
  }
  sweep = outer;
  frame = joined;
  WriteRedirects(statement, out, "");
  return out;
}

// Once for every combination of the values that its variables may have.
Stream Interpreter::RunCommand(const Statement& statement, Stream& input) {
  Choices choices;
  Choices* const outer = frame.choices;
  frame.choices = &choices;
  const Frame before = frame;
  Stream out = RunCommandOnce(statement, input);
  if (!choices.by_name.empty()) {
    Frame joined = frame;
    while (choices.Next() && !out_of_time_) {
      frame = before;
      Stream again = RunCommandOnce(statement, input);
      if (again.text != out.text) out.text = Unknown();
      joined = JoinFrames(joined, frame);
    }
    frame = joined;
  }
  frame.choices = outer;
  return out;
}

// The words of declare, export ...: NAME=value is not split into fields; lists are assigned apart.
std::vector<Field> Interpreter::ExpandDeclaration(const Statement& statement) {
  auto expander = MakeExpander();
  std::vector<Field> out;
  for (const Word& word : statement.words) {
    const auto assigned =
        std::find_if(statement.assignments.begin(), statement.assignments.end(),
                     [&](const Assignment& assignment) { return assignment.name.data() == word.raw.data(); });
    if (assigned == statement.assignments.end()) {
      for (auto& field : expander.Expand(word)) out.push_back(std::move(field));
    } else if (assigned->value.raw.starts_with("(")) {
      out.push_back({std::string(word.raw)});
    } else {
      std::string value = expander.ExpandWhole(assigned->value.raw);
      if (assigned->append) value = frame.Value(assigned->name) + value;
      out.push_back({Cat({assigned->name, "=", value})});
    }
  }
  return out;
}

Stream Interpreter::RunCommandOnce(const Statement& statement, Stream& input) {
  std::vector<Field> argv = statement.declares ? ExpandDeclaration(statement) : ExpandAll(statement.words);
  // Before a command an assignment holds for that command only.
  const bool scoped = !argv.empty() && !statement.declares && !statement.assignments.empty();
  std::map<std::string, Variable, std::less<>> saved;
  for (const Assignment& assignment : statement.assignments) {
    if (scoped) saved[std::string(assignment.name)] = frame.Ref(assignment.name);
    if (!statement.declares) Assign(assignment);
  }
  Stream own = ReadRedirects(statement, input);
  Stream& in = statement.redirects.empty() ? input : own;
  const std::string name = argv.empty() ? "" : argv[0].text;
  // `exec < file` is for all that follows in this shell.
  if (argv.size() == 1 && name == "exec") input = own;
  Stream out = argv.empty() ? Stream{} : RunArgv(std::move(argv), in);
  if (statement.declares) {
    for (const Assignment& assignment : statement.assignments) {
      if (assignment.value.raw.starts_with("(")) Assign(assignment);
    }
  }
  WriteRedirects(statement, out, name);
  for (auto& [variable, value] : saved) frame.variables[frame.Target(variable)] = value;
  if (std::any_of(statement.redirects.begin(), statement.redirects.end(),
                  [](const Redirect& r) { return r.op == ">" && r.fd != 2; })) {
    out.text.clear();
  }
  return out;
}

}  // namespace heddle::shell
