// Space: states of grammars that live together, with their masks, so that equal parts of different grammars are the
// same states with the same masks.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "grammar/expr_pool.h"
#include "mask/unit_class.h"
#include "vocab/vocabulary.h"

namespace heddle::mask {

using grammar::Expr;
using vocab::Token;

class Engine;

// The tokens allowed in a state: a shared base with corrections. The lists lie in the space's memory.
struct Mask {
  std::shared_ptr<const Words> base;      // null: nothing
  std::span<const Token> added, removed;  // removed applies to the base alone; added wins
};

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
  // Frees a part of what a space holds that is never used again; false when there is little left.
  bool TakeApart();
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
  struct NameTokens {
    std::span<const Token> inside;
    uint32_t node = 0;
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
  Expr Uncounted(Expr state);
  bool Apart(Expr state, int depth = 0);
  bool UnionMask(Expr state, int depth, Draft& out);
  bool NamesMask(Expr state, Draft& out);
  const NameTokens& TokensOf(const std::string& name);
  void AllNamesMask(Expr head, Expr rest, Expr like, Draft& out);
  static void Remove(std::vector<Token> removed, Draft& out);
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
  const Mask nothing_ = {};  // instead of a mask that a limit cut short, which is not kept
  std::pmr::unordered_map<Expr, HeadMask> heads_{&memory_};
  std::unordered_map<std::string, NameTokens> names_;
  std::map<Expr, std::shared_ptr<UnitClass>> units_;  // of this space's expressions
  std::vector<std::pair<Expr, uint32_t>> levels_;     // of the walk under way
  size_t mask_bytes_ = 0;
};

}  // namespace heddle::mask
