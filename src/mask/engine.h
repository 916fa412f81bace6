// Engine: everything one vocabulary needs for masks, shared by all grammars over it: the classes of tokens, and a space
// in which grammars live together. A space that has grown over its budget is left to the programs that use it, and a
// new one is begun.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <vector>

#include "mask/space.h"

namespace heddle::mask {

struct EngineOptions {
  size_t space_bytes = size_t{32} << 20;     // of states and masks before a new space is begun
  uint64_t look_steps = 20'000'000;          // of one call of a matcher (grammar::Meter)
  size_t program_bytes = size_t{512} << 20;  // by which one program's texts may make its space grow
};

class Engine {
 public:
  // Takes under 100 ms for 200,000 tokens: the classes that most grammars use are made here.
  static std::shared_ptr<Engine> Make(std::shared_ptr<const vocab::Vocabulary> vocabulary, EngineOptions options = {});

  const vocab::Vocabulary& vocabulary() const { return *vocabulary_; }
  const EngineOptions& options() const { return options_; }
  std::shared_ptr<Space> CurrentSpace();
  // The class of a unit, among those made ahead; null for others. Thread-safe.
  std::shared_ptr<UnitClass> UnitsOf(const grammar::ExprPool& pool, Expr unit);
  // The union of two shared masks; one of them where it includes the other. Kept, so that equal unions are one.
  std::shared_ptr<const Words> Union(const std::shared_ptr<const Words>& a, const std::shared_ptr<const Words>& b);
  // Tokens of certain bytes, at most `units` characters (as JSON strings count them, or UTF-8); see Signatures. Kept by
  // set.
  std::shared_ptr<const Words> Inside(const grammar::ByteSet& ascii, bool high, uint32_t units, bool json);
  const Signatures& signatures() const { return *signatures_; }
  size_t words() const { return (vocabulary_->size() + 31) / 32; }

 private:
  std::shared_ptr<const vocab::Vocabulary> vocabulary_;
  EngineOptions options_;
  // Locks are taken in this order: of the current space's place, of a space, of the tables.
  std::mutex space_mutex_, tables_mutex_;
  std::shared_ptr<Space> space_;
  std::shared_ptr<Space> retired_;  // used by nobody any more: taken apart bit by bit, so that no caller waits for it
  std::unique_ptr<Signatures> signatures_;
  std::map<std::tuple<std::array<uint64_t, 4>, bool, bool, uint32_t>, std::shared_ptr<const Words>> inside_;
  std::shared_ptr<UnitClass> characters_, plain_characters_;  // of JSON strings, of UTF-8
  grammar::ExprPool pool_;                                    // of the classes' units
  std::map<Expr, std::shared_ptr<UnitClass>> classes_;
  std::map<std::pair<const Words*, const Words*>, std::shared_ptr<const Words>> unions_;
  std::vector<std::shared_ptr<const Words>> united_;  // keeps the keys of unions_ alive
};

}  // namespace heddle::mask
