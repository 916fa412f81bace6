// Engine: everything one vocabulary needs for masks, shared by all grammars over it: the classes of tokens, and a space
// of states in which grammars live together, so that equal parts of different grammars are the same states with the
// same masks. A space that has grown over its budget is left to the programs that use it, and a new one is begun.
#pragma once

#include <array>
#include <deque>
#include <future>
#include <map>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "grammar/expr_pool.h"
#include "mask/unit_class.h"
#include "vocab/vocabulary.h"

namespace heddle::mask {

using grammar::Expr;
using vocab::Token;

// The tokens allowed in a state: a shared base with corrections. The lists lie in the space's memory.
struct Mask {
  std::shared_ptr<const Words> base;      // null: nothing
  std::span<const Token> added, removed;  // removed applies to the base alone; added wins
};

struct EngineOptions {
  size_t space_bytes = size_t{32} << 20;  // of states and masks before a new space is begun
};

class Engine;

// States and their masks. All use is under the mutex.
//
// A state is a sequence: what the text is in the middle of (the head), then what must follow. The mask of a head is the
// same wherever the head stands, so it is made once: the tokens that stay inside, and the places in the vocabulary
// where a token leaves it (pending). The mask of the state adds what the rest of the sequence allows at those places.
class Space {
 public:
  explicit Space(Engine* engine) : engine_(engine) {}

  std::mutex mutex;
  grammar::ExprPool pool;

  const Mask& MaskOf(Expr state);
  size_t MemoryBytes() const { return pool.MemoryBytes() + mask_bytes_ + known_.capacity() * 4; }

 private:
  // A node of a trie below which the rest of the sequence decides. With `units`, items are that class's rests, of which
  // only those after min..max units count; node 0 then stands for the rests of every byte.
  struct Pending {
    const vocab::Trie* trie = nullptr;
    uint32_t node = 0;
    UnitClass* units = nullptr;
    uint32_t min = 0, max = grammar::kNoLimit;
  };
  struct HeadMask {
    Mask mask;
    std::span<const Pending> pending;
    Expr open_unit = grammar::kNone;  // the head may end in a run of these: what follows must not begin with one
  };
  // A mask, of a head perhaps, while it is made.
  struct Draft {
    std::shared_ptr<const Words> base;
    std::vector<Token> added, removed;
    std::vector<Pending> pending;
    Expr open_unit = grammar::kNone;
    Draft() = default;
    explicit Draft(const Mask& mask)
        : base(mask.base),
          added(mask.added.begin(), mask.added.end()),
          removed(mask.removed.begin(), mask.removed.end()) {}
  };
  struct Run {  // a head that is a run of units and then something
    Expr unit, after;
    uint32_t min, max;
  };
  // Characters that keep a head alive, as many as there are, or `units` of them.
  struct Loop {
    grammar::ByteSet ascii;
    bool high = false;       // and all beyond ASCII
    uint32_t units = 0;      // kNoLimit: any number
    bool cut = false;        // there may be more: it was not looked further
    grammar::ByteSet first;  // what may come first in any of the states
    bool open = false;       // some of the states is complete
  };
  struct Found {  // of a walk
    std::vector<uint32_t> items;
    std::vector<uint32_t> left;  // nodes where the state was complete, and tokens go on
  };

  void Split(Expr state, Expr& head, Expr& rest);
  const HeadMask* HeadOf(Expr head, bool walk);
  bool RunHead(Expr head, Draft& out);
  bool LoopHead(Expr head, Draft& out);
  bool FindLoop(Expr head, Loop& out);
  bool AfterHigh(Expr state, std::vector<Expr>& out);
  void AddPending(const Pending& at, Expr rest, std::vector<Token>& out);
  bool AsRun(Expr state, Run& run) const;
  bool Overlap(Expr unit, Expr after, int depth = 0);
  bool Apart(Expr state);
  bool UnionMask(Expr state, int depth, Draft& out);
  bool NamesMask(Expr state, Draft& out);
  grammar::ByteSet Differing(Expr a, Expr b);
  void Differ(uint32_t node, Expr ours, Expr theirs, std::vector<Token>& added, std::vector<Token>& removed);
  bool MaskByDifference(Expr state, Draft& out);
  void Walk(const vocab::Trie& trie, Expr state, Found& out);
  void WalkBelow(const vocab::Trie& trie, uint32_t node, Expr state, Found& out);
  void Filter(const UnitClass& units, uint32_t min, uint32_t max, const std::vector<uint32_t>& items,
              std::vector<Token>& out) const;
  Mask Pack(Draft& mask);
  template <typename T>
  std::span<const T> Keep(const std::vector<T>& items);
  const Mask& MaskAt(Expr state, int depth);
  const Mask& Compute(Expr state, int depth);

  Engine* engine_;  // whoever uses a space keeps its engine too (see Program)
  // Given up as a whole: a space is left quickly.
  std::pmr::monotonic_buffer_resource memory_{1 << 16};
  std::vector<uint32_t> known_;  // by state: the mask's number plus one
  std::deque<Mask> masks_;
  std::pmr::unordered_map<Expr, HeadMask> heads_{&memory_};
  std::map<Expr, std::shared_ptr<UnitClass>> units_;  // of this space's expressions
  std::vector<std::pair<Expr, uint32_t>> levels_;     // of the walk under way
  size_t mask_bytes_ = 0;
};

class Engine {
 public:
  // Takes under 100 ms for 200,000 tokens: the classes that most grammars use are made here.
  static std::shared_ptr<Engine> Make(std::shared_ptr<const vocab::Vocabulary> vocabulary, EngineOptions options = {});

  const vocab::Vocabulary& vocabulary() const { return *vocabulary_; }
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
  std::future<void> release_;  // frees a space that nobody uses any more, beside the work
  std::unique_ptr<Signatures> signatures_;
  std::map<std::tuple<std::array<uint64_t, 4>, bool, bool, uint32_t>, std::shared_ptr<const Words>> inside_;
  std::shared_ptr<UnitClass> characters_, plain_characters_;  // of JSON strings, of UTF-8
  grammar::ExprPool pool_;                                    // of the classes' units
  std::map<Expr, std::shared_ptr<UnitClass>> classes_;
  std::map<std::pair<const Words*, const Words*>, std::shared_ptr<const Words>> unions_;
  std::vector<std::shared_ptr<const Words>> united_;  // keeps the keys of unions_ alive
};

}  // namespace heddle::mask
