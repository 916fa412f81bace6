// Nature: whether a command only looks, as far as that is known. Rules rate what a command does to its operands; this
// is about the program itself: `docker rm` changes something although no rule sees an effect, and a program that
// nobody described is unknown, never harmless. The knowledge is data/rules/nature.txt.
#pragma once

#include "shell/analyze.h"
#include "shell/program.h"

namespace heddle::shell {

// By the program, its words and its flags alone.
Nature NatureOf(const UsedCommand& used);

// Whether an effect of this kind leaves something other than it was.
bool ChangesSomething(EffectKind kind);

// The worst of all commands and effects. Text that was not understood as a whole is at best unknown.
Nature NatureOf(const Analysis& analysis);

}  // namespace heddle::shell
