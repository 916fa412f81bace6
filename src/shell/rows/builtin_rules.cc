// The tables that the build compiled from data/rules/*.toml.
#include "shell/rules.h"

namespace heddle::shell {
namespace {
#include "builtin_rules.inc"
}  // namespace

const RuleSet& RuleSet::BuiltIn() {
  static const RuleSet set({.commands = kCommands,
                            .wrappers = kWrappers,
                            .options = kOptions,
                            .escapes = kEscapes,
                            .variables = kVariables,
                            .rules = kRules,
                            .places = kPlaces,
                            .code = kCode,
                            .vocabularies = kVocabularies},
                           {.named = kNamed, .wild = kWild});
  return set;
}

}  // namespace heddle::shell
