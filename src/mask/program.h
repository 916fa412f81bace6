// Program: a compiled grammar over an engine's vocabulary, and what its matchers may still take of the space they share
// with other programs.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "mask/engine.h"

namespace heddle::mask {

// Made by whoever compiles (space: Engine::CurrentSpace); not changed afterwards, so threads may share it.
struct Program {
  std::shared_ptr<Space> space;
  std::shared_ptr<Engine> engine;
  Expr start = grammar::kNone;

  // Under the space's mutex. Once a limit was passed, what that cut short cannot be told from what the grammar forbids,
  // so this program is over: `failure` names the limit. Others of the space go on, because nothing incomplete is kept.
  mutable std::string failure = {};
  mutable size_t grown = 0;  // bytes of the space that its matchers made
};

// One look at a program's states: holds the space's lock and bounds what is done.
class Look {
 public:
  explicit Look(const Program& program)
      : program_(program),
        lock_(program.space->mutex),
        before_(program.space->MemoryBytes()),
        work_(program.space->pool, {.steps = program.engine->options().look_steps,
                                    .bytes = program.engine->options().program_bytes - grown()}) {}
  ~Look();
  Look(const Look&) = delete;

  // Whether all answers so far are exact. Asked after an answer, not before.
  bool Exact();

 private:
  size_t grown() const { return std::min(program_.grown, program_.engine->options().program_bytes); }

  const Program& program_;
  std::lock_guard<std::mutex> lock_;
  size_t before_;
  grammar::Meter::Work work_;
};

}  // namespace heddle::mask
