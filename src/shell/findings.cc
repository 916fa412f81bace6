// What the walk writes down: findings, effects on places, and the files that a command changes.
#include "base/text.h"
#include "shell/arguments.h"
#include "shell/interpreter.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxChanges = 4000;

}  // namespace

void Interpreter::Report(std::string_view rule, Risk risk, std::string reason) {
  for (Finding& finding : result_.findings) {
    if (finding.rule != rule) continue;
    if (risk > finding.risk) finding = {rule, risk, std::move(reason)};
    return;
  }
  result_.findings.push_back({rule, risk, std::move(reason)});
}

void Interpreter::Touch(EffectKind kind, const Field& target, bool recursive) {
  const bool itself = kind == EffectKind::kDelete;  // a link is deleted, not what it leads to
  const std::string through = target.text.empty() ? "" : files.Through(PathOf(target.text), !itself);
  // In a loop over all names of a directory, one name stands for every one.
  const bool every = sweep.on && !sweep.filtered && target.text.ends_with(kName) &&
                     (target.text.size() == 1 || target.text[target.text.size() - 2] == '/');
  const std::string text = every ? target.text.substr(0, target.text.size() - 1) + "*" : target.text;
  const bool glob = target.glob || every;
  const Location where = Locate(through.empty() ? text : through, glob, frame.cwd, world_);
  const bool writes = kind == EffectKind::kOverwrite || kind == EffectKind::kAppend || kind == EffectKind::kWrite;
  if (writes && files.Knows(PathOf(target.text))) files.Write(PathOf(target.text), {Unknown()}, false);
  if (where.place == Place::kInert && kind != EffectKind::kDelete) return;
  const bool named = !target.text.empty();
  if (writes && named) {
    const std::string why = Cat({"it is not known what is written in ", ForTerminal(target.text)});
    Change({.kind = FileChange::Kind::kWrite, .paths = Named(target), .why = why});
  }
  if (kind == EffectKind::kDelete && named) {
    FileChange change{.kind = FileChange::Kind::kRemove, .paths = Named(target), .recursive = recursive};
    if (sweep.on) change.paths.tests = sweep.tests;
    change.recursive &= change.paths.tests.empty();
    Change(std::move(change));
  }
  if ((writes || kind == EffectKind::kDelete) && !named) Change({.why = "it is not known which files it changes"});
  Effect effect{.kind = kind, .target = text, .place = where.place, .recursive = recursive, .glob = glob};
  if (sweep.on) {
    effect.filtered = sweep.filtered;
    effect.tests = sweep.tests;
    effect.recursive |= !sweep.filtered;
  }
  const bool lost = (kind == EffectKind::kDelete || kind == EffectKind::kOverwrite) && !effect.recursive;
  if (lost && effect.place == Place::kOrdinary && !glob && world_.tracked && world_.tracked(where.path))
    effect.place = Place::kTracked;
  if (const PlaceRule* rule = rules_.Place(effect); rule != nullptr && (!allowed_ || rule->risk == Risk::kCritical)) {
    Report(rule->id, rule->risk,
           ReplaceAll(std::string(rule->reason), "{target}", ReplaceAll(target.text, Unknown(), "$?")));
  }
  if (kind == EffectKind::kRead && where.place != Place::kCredential) return;
  if (result_.effects.size() < kMaxEffects) result_.effects.push_back(std::move(effect));
}

void Interpreter::Change(FileChange change) {
  if (result_.changes.size() < kMaxChanges) result_.changes.push_back(std::move(change));
  if (result_.changes.size() == kMaxChanges) result_.changes.push_back({.why = "it changes too many files to follow"});
}

NamedPaths Interpreter::Named(const Field& word) const {
  NamedPaths out{.text = sweep.names ? ReplaceAll(word.text, std::string(1, kName), "*") : word.text};
  if (sweep.on && HasUnknown(word.text)) out.tests = sweep.tests;
  // With it, "*" means hidden names as well.
  const bool ignores = frame.variables.contains("GLOBIGNORE") && out.text.find_first_of("*?[") != out.text.npos;
  if (ignores) return {.text = Unknown()};
  if (word.text.starts_with("/")) return out;
  out.text = frame.cwd.empty() ? Unknown() : Cat({frame.cwd, "/", out.text});
  return out;
}

}  // namespace heddle::shell
