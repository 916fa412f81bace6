// How statements run: which state each part sees, and what state is left behind.
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/interpreter.h"
#include "shell/parsing/scan.h"

namespace heddle::shell {
namespace {

using Kind = Statement::Kind;

// What is printed only by some of the ways.
void AddMaybe(Stream& to, Stream part) {
  if (!part.text.empty()) part.text = Unsure(part.text);
  Add(to, std::move(part));
}

// Either of two outputs.
Stream Either(Stream a, const Stream& b) {
  if (a.text != b.text) a.text = Unsure(a.text + b.text);
  a.filtered |= b.filtered;
  a.secret |= b.secret;
  a.decoded |= b.decoded;
  return a;
}

// Whether a statement hardly ever fails: an assignment, or a command that only sets or prints something.
bool Succeeds(const Statement& statement) {
  if (statement.kind == Kind::kAnd) return Succeeds(statement.children[0]) && Succeeds(statement.children[1]);
  if (statement.kind != Kind::kCommand) return false;
  const auto substitutes = [](const Assignment& each) {
    return each.value.raw.find_first_of("$`") != std::string_view::npos;
  };
  if (statement.words.empty())
    return std::none_of(statement.assignments.begin(), statement.assignments.end(), substitutes);
  return InList("true : echo printf export set local declare readonly", statement.words[0].raw);
}

// Whether control never goes on after a statement: exit, return, exec of nothing is not meant here.
bool Leaves(const Statement& statement) {
  if (statement.kind == Kind::kCommand && !statement.words.empty())
    return InList("exit return break continue", statement.words[0].raw);
  return statement.kind == Kind::kSequence && !statement.children.empty() && Leaves(statement.children.back());
}

bool MayMakeFile(const Redirect& redirect) {
  if (redirect.op.starts_with("<") && redirect.op != "<>") return false;
  const bool copies = redirect.op == ">&" && redirect.target.raw.find_first_not_of("0123456789-") == std::string::npos;
  return !copies && redirect.target.raw != "/dev/null";
}

}  // namespace

Stream Interpreter::Run(const Statement& statement, Stream& input) {
  if (!Spend()) return {Unknown()};
  // A redirection of a command that is no plain one is made before what is in it runs, and noted after it.
  const bool opens = statement.kind != Kind::kCommand &&
                     std::any_of(statement.redirects.begin(), statement.redirects.end(), MayMakeFile);
  const bool shares = statement.kind == Kind::kPipeline || statement.background || statement.coprocess || opens;
  alongside_ += shares ? 1 : 0;
  Stream out = RunHere(statement, input);
  alongside_ -= shares ? 1 : 0;
  return out;
}

Stream Interpreter::RunHere(const Statement& statement, Stream& input) {
  if (!statement.background) return RunKind(statement, input);
  const Frame before = frame;
  frame.DropTraps();
  Stream sent{Unknown()};  // a coprocess is written to later
  Stream out = RunKind(statement, statement.coprocess ? sent : input);
  RunTraps();
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
  const int left = exits.count;
  for (const Statement& child : statement.children) {
    Stream part = Run(child, inner);
    if (exits.count == left)
      Add(out, std::move(part));
    else
      AddMaybe(out, std::move(part));  // some way has left before
    if (Spent()) break;
  }
  WriteRedirects(statement, out, "");
  return Redirected(statement, std::move(out));
}

Stream Interpreter::RunSubshell(const Statement& statement, Stream& input) {
  const Frame before = frame;
  frame.DropTraps();
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
    frame.DropTraps();
    Stream next = Run(child, flow);
    const std::vector<std::string> traps = frame.traps;
    RunTraps();
    frame.traps = traps;
    flow = std::move(next);
    if (Spent()) break;
  }
  frame = JoinFrames(before, frame);
  return flow;
}

Stream Interpreter::RunOr(const Statement& statement, Stream& input) {
  Stream out = Run(statement.children[0], input);
  const Frame first = frame;
  AddMaybe(out, Run(statement.children[1], input));
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
  const bool sure = Succeeds(chain ? left.children[1] : left);
  if (!sure) failed.push_back(frame);
  Stream next = Run(statement.children[1], input);
  if (sure && failed.empty())
    Add(out, std::move(next));
  else
    AddMaybe(out, std::move(next));
  return out;
}

Stream Interpreter::RunBranches(const Statement& statement, Stream& input) {
  Stream own = ReadRedirects(statement, input);
  Stream& inner = statement.redirects.empty() ? input : own;
  Stream out, printed;
  std::vector<Frame> ends;
  const auto& parts = statement.children;
  size_t i = 0;
  for (; i + 1 < parts.size(); i += 2) {
    const Stream tested = Run(parts[i], inner);
    const Frame condition = frame;
    Stream body = Run(parts[i + 1], inner);
    printed = i == 0 ? std::move(body) : Either(std::move(printed), body);
    if (i == 0)
      Add(out, tested);
    else
      AddMaybe(out, tested);
    if (!Leaves(parts[i + 1])) ends.push_back(frame);
    frame = condition;
    if (Spent()) break;
  }
  Add(out, Either(std::move(printed), i < parts.size() ? Run(parts[i], inner) : Stream{}));
  for (const Frame& end : ends) frame = JoinFrames(end, frame);
  WriteRedirects(statement, out, "");
  return Redirected(statement, std::move(out));
}

Stream Interpreter::RunCase(const Statement& statement, Stream& input) {
  Stream own = ReadRedirects(statement, input);
  Stream& inner = statement.redirects.empty() ? input : own;
  auto expander = MakeExpander();
  for (const Word& word : statement.words) (void)expander.ExpandWhole(word.raw);
  const Frame before = frame;
  Frame joined = before;
  Stream out;
  std::optional<Frame> carried;  // from arms that go on with others
  for (const Statement& arm : statement.children) {
    frame = carried ? JoinFrames(before, *carried) : before;
    auto patterns = MakeExpander();
    for (const Word& word : arm.words) (void)patterns.ExpandWhole(word.raw);
    for (const Statement& child : arm.children) AddMaybe(out, Run(child, inner));
    if (!arm.name.empty()) carried = carried ? JoinFrames(*carried, frame) : frame;
    if (arm.children.empty() || !Leaves(arm.children.back())) joined = JoinFrames(joined, frame);
    if (!Spend()) break;
  }
  frame = joined;
  WriteRedirects(statement, out, "");
  return Redirected(statement, std::move(out));
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
    for (size_t at = 0; at < inside.size();) {
      const size_t end = EndsWord(inside[at]) ? at : std::min(SkipWord(inside, at, 0), inside.size());
      const std::string operand = expander.ExpandWhole(inside.substr(at, end - at));
      at = std::max(end, at + 1);
      if (!operand.empty() && IsNameByte(operand[0], true)) (void)expander.Arithmetic(Keep(operand));
    }
    break;
  }
  WriteRedirects(statement, {}, "");
  return {};
}

// What still comes out of a statement's standard output.
Stream Interpreter::Redirected(const Statement& statement, Stream out) {
  for (const Redirect& redirect : statement.redirects) {
    const std::string_view op = redirect.op;
    if (op.find('>') == op.npos || op == "<>") continue;
    const bool to_fd = op == ">&";
    if (redirect.fd == 2) {  // errors join the output
      if (to_fd && redirect.target.raw == "1" && statement.kind != Kind::kCommand) out.text += Unknown();
      continue;
    }
    if (redirect.fd > 2 || (to_fd && redirect.target.raw == "1")) continue;
    if (to_fd && redirect.target.raw != "2" && redirect.target.raw != "-" && !out.text.empty())
      out.text = Unsure(out.text);
    else if (redirect.target.raw == "/dev/stdout")
      continue;
    else
      out.text.clear();
  }
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
    while (choices.Next() && !Spent()) {
      frame = before;
      Stream again = RunCommandOnce(statement, input);
      if (again.text != out.text) out.text = Unsure(out.text + again.text);
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
  if (statement.assignments.size() > kMaxWords) Limit("too many assignments in one command");
  for (const Assignment& assignment : statement.assignments) {
    if (Spent() || &assignment == statement.assignments.data() + kMaxWords) break;
    if (scoped) saved.try_emplace(std::string(assignment.name), frame.Ref(assignment.name));
    if (!statement.declares) Assign(assignment);
    if (scoped) ProbeLines(frame.Value(assignment.name));  // a program may run what it finds there
  }
  Stream own = ReadRedirects(statement, input);
  Stream& in = statement.redirects.empty() ? input : own;
  const std::string name = argv.empty() ? "" : argv[0].text;
  // `exec < file` is for all that follows in this shell.
  if (argv.size() == 1 && name == "exec") input = own;
  const bool copies = frame.zsh && argv.empty() && !statement.redirects.empty();  // as cat does
  Stream out = copies ? Stream{Unknown()} : argv.empty() ? Stream{} : RunArgv(std::move(argv), in);
  if (statement.declares) {
    for (const Assignment& assignment : statement.assignments) {
      if (assignment.value.raw.starts_with("(")) Assign(assignment);
    }
  }
  for (const Redirect& redirect : statement.redirects) {  // what was read from a descriptor is gone
    const auto fd = redirect.op == "<&" ? ParseInt(redirect.target.raw) : std::nullopt;
    const auto known = fd ? frame.descriptors.find(static_cast<int>(*fd)) : frame.descriptors.end();
    if (known != frame.descriptors.end()) known->second = in.text.empty() ? Stream{Unknown()} : in;
  }
  WriteRedirects(statement, out, name);
  for (auto& [variable, value] : saved) frame.variables[frame.Target(variable)] = value;
  return Redirected(statement, std::move(out));
}

}  // namespace heddle::shell
