// Loops: what their rounds leave behind, and where they are left early.
#include <algorithm>

#include "base/text.h"
#include "shell/interpreter.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxRounds = 16;

bool StartsInBackground(const Statement& statement) {
  if (statement.background) return true;
  return std::any_of(statement.children.begin(), statement.children.end(), StartsInBackground);
}

bool IsAlways(const Statement& condition) {
  return !condition.words.empty() && (condition.words[0].raw == "true" || condition.words[0].raw == ":");
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
    variable.open = variable.array;
  }
  if (frame.cwd != before.cwd) frame.cwd.clear();
}

// One of the names that a pattern stands for: what is wild in it, to the next slash, is a name that is not known.
std::string OneName(std::string_view pattern) {
  constexpr std::string_view kSpecial = "*?[\\(";
  std::string out;
  for (const auto part : Split(pattern, '/')) {
    if (!out.empty() || part.data() != pattern.data()) out += '/';
    const bool plain = part.find_first_of(kSpecial) == part.npos;
    if (!plain) out += kName;
    // "*.txt" is some name with this end; what begins otherwise may select nothing more.
    const bool ended = !plain && part[0] == '*' && part.find_first_of(kSpecial, 1) == part.npos;
    if (plain || ended) out += part.substr(ended ? 1 : 0);
  }
  return out;
}

}  // namespace

// Every value is tried, since the worst decides; beyond some, the rest is one round with a value that may be anything.
Stream Interpreter::RunFor(const Statement& statement, Stream& input) {
  Stream own = ReadRedirects(statement, input);
  Stream& inner = statement.redirects.empty() ? input : own;
  std::vector<Field> values = WithNames(ForValues(statement));
  if (statement.chooses) {
    values.push_back({.text = Unknown(), .many = true});
    frame.Assign("REPLY", Unknown());
  }
  const auto mine = frame.variables.find(statement.name);
  if (mine != frame.variables.end() && mine->second.nameref)
    result_.complete = false;  // it is the reference that is set
  const Sweep outer = sweep;
  Exits left;
  std::swap(left, exits);
  Frame joined = frame;
  Stream out;
  for (const Field& value : values) {
    sweep = outer;
    if (value.glob) {
      const auto last = value.text.substr(value.text.rfind('/') + 1);
      sweep = {.on = true, .filtered = !MatchesAll(last), .names = true};
    }
    frame.Assign(statement.name, value.glob ? OneName(value.text) : value.text);
    for (const Statement& child : statement.children) Add(out, Run(child, inner));
    if (exits.loop) frame = JoinFrames(frame, *exits.loop);
    joined = JoinFrames(joined, frame);
    if (Spent()) break;
  }
  sweep = outer;
  const bool all = values.size() <= kMaxRounds && !exits.loop && !exits.function &&
                   std::none_of(values.begin(), values.end(), [](const Field& f) { return f.glob || f.many; });
  // Without any jump the last round's state is what is left.
  if (!all) frame = joined;
  if (!all && !out.text.empty()) out.text = Unsure(out.text);
  EndLoop(left);
  WriteRedirects(statement, out, "");
  return Redirected(statement, std::move(out));
}

// The values with the names that are there instead of patterns, where these are known: nothing before this loop may
// have made or removed any.
std::vector<Field> Interpreter::WithNames(std::vector<Field> values) const {
  const bool untouched = std::all_of(result_.changes.begin(), result_.changes.end(),
                                     [](const FileChange& change) { return change.kind == FileChange::Kind::kEnter; });
  const bool alone = alongside_ == 0 && !sweep.on && !frame.variables.contains("GLOBIGNORE");
  if (!world_.names || !untouched || !alone) return values;
  std::vector<Field> out;
  for (Field& value : values) {
    const auto names = value.glob && !value.many ? NamesOf(value.text) : std::nullopt;
    if (names)
      out.insert(out.end(), names->begin(), names->end());
    else
      out.push_back(std::move(value));
  }
  return out;
}

// What a pattern means, as Bash would write it. It means itself where nothing has such a name.
std::optional<std::vector<Field>> Interpreter::NamesOf(const std::string& pattern) const {
  const size_t end = pattern.ends_with('/') ? pattern.size() - 1 : pattern.size();
  const size_t start = pattern.substr(0, end).rfind('/') + 1;  // 0 where there is none
  const std::string way = pattern.substr(0, start);
  const NamedPaths folder = Named({.text = way.empty() ? "./" : way});
  if (HasUnknown(folder.text) || folder.text.find_first_of("*?[\\(") != folder.text.npos) return std::nullopt;
  const auto names = world_.names(folder.text, pattern.substr(start));
  if (!names) return std::nullopt;
  std::vector<Field> out;
  for (const auto& name : *names) out.push_back({.text = way + name});
  if (out.empty()) out.push_back({.text = pattern});
  return out;
}

// What left more than this loop leaves the next one too, and a function always.
void Interpreter::EndLoop(Exits& outer) {
  if (exits.outer && exits.loop) outer.loop = outer.loop ? JoinFrames(*outer.loop, *exits.loop) : *exits.loop;
  if (exits.function) outer.function = outer.function ? JoinFrames(*outer.function, *exits.function) : *exits.function;
  outer.outer |= exits.outer;
  std::swap(outer, exits);
}

// The values of a for loop, for each reading of its words.
std::vector<Field> Interpreter::ForValues(const Statement& statement) {
  std::vector<Field> out;
  Choices choices;
  Choices* const outer = frame.choices;
  frame.choices = &choices;
  const bool listed = statement.listed;
  do {
    for (Field& value : listed ? ExpandAll(statement.words) : MakeExpander().Expand({"\"$@\""})) {
      if (choices.by_name.empty() ||
          std::none_of(out.begin(), out.end(), [&](const Field& f) { return f.text == value.text; }))
        out.push_back(std::move(value));
    }
  } while (choices.Next() && Spend());
  frame.choices = outer;
  if (!choices.by_name.empty() && !out.empty()) out[0].many = true;  // some of them, and in an order of their own
  if (out.empty() && !statement.words.empty()) out.push_back({.text = Unknown(), .many = true});
  if (out.size() > kMaxRounds) {
    out.resize(kMaxRounds);
    out.push_back({.text = Unknown(), .many = true});
  }
  return out;
}

Stream Interpreter::RunLoop(const Statement& statement, Stream& input) {
  Stream own = ReadRedirects(statement, input);
  Stream& inner = statement.redirects.empty() ? input : own;
  if (!statement.children.empty() && IsAlways(statement.children[0]) && StartsInBackground(statement.children.back()))
    Report("resources.endless-spawn", Risk::kHigh, "starts processes in an endless loop");
  const bool counts = statement.words.size() == 3;
  if (!counts && !statement.words.empty()) result_.complete = false;
  const auto evaluate = [&](size_t part) {
    for (size_t i = 0; i < statement.words.size(); ++i) {
      if (i == part || !counts) (void)MakeExpander().Arithmetic(statement.words[i].raw);
    }
  };
  evaluate(0);
  Stream out;
  Frame joined = frame;
  const Sweep outer = sweep;
  Exits left_by;
  std::swap(left_by, exits);
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
    if (exits.loop) frame = JoinFrames(frame, *exits.loop);
    joined = JoinFrames(joined, frame);
    evaluate(2);
    joined = JoinFrames(joined, frame);
    const bool reads = inner.text.size() < left;  // the last line too, behind which a round finds none
    if (Spent() || (Same(before, frame) && !reads)) break;
    if (!reads && round >= 2 && round + 2 < kMaxRounds) round = kMaxRounds - 2;
  }
  sweep = outer;
  frame = joined;
  if (!out.text.empty()) out.text = Unsure(out.text);
  EndLoop(left_by);
  WriteRedirects(statement, out, "");
  return Redirected(statement, std::move(out));
}

}  // namespace heddle::shell
