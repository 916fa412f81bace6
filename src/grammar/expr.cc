// Construction of expressions: equal ones share one id, and what is plainly simpler is written the simpler way.
#include "grammar/expr_pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>

#include "base/text.h"

namespace heddle::grammar {
namespace {

uint64_t Mix(uint64_t h, uint64_t v) {
  h = (h ^ v) * 0x9E3779B97F4A7C15ULL;
  return h ^ (h >> 29);
}

uint64_t HashBytes(std::string_view bytes) {
  uint64_t h = bytes.size();
  for (const char c : bytes) h = Mix(h, static_cast<uint8_t>(c));
  return h;
}

constexpr size_t kFirstTable = size_t{1} << 20;

uint64_t HashSet(const ByteSet& set) {
  uint64_t h = 7;
  for (size_t i = 0; i < 4; ++i) h = Mix(h, set.word(i));
  return h;
}

}  // namespace

void UnmapPages::operator()(uint32_t* pages) const { (void)::munmap(pages, bytes); }

ExprPool::ExprPool(PoolLimits limits) : limits_(limits), scratch_(static_cast<size_t>(limits.max_depth) + 2) {
  // Room for some ten megabytes of expressions, so that few pools are copied in the middle of a text.
  nodes_.reserve(kFirstTable / 2);
  arcs_.reserve(kFirstTable / 4);
  MakeTable(kFirstTable);
  for (int b = 0; b < 256; ++b) sets_.push_back(ByteSet::Of(static_cast<uint8_t>(b)));
  nodes_.push_back({.kind = Kind::kNone, .live = 2});  // never looked up: 0 marks a free place of the table
  Intern({.kind = Kind::kEps, .nullable = true, .live = 1});
  Intern({.kind = Kind::kAll, .nullable = true, .live = 1});
  (void)Char(CharSet::All(), Spelling::kUtf8);  // set 0: CharArcs relies on it
}

// The nodes of lists and literals are told apart by content, all others by their numbers.
uint64_t ExprPool::HashOf(const Node& node) const {
  uint64_t hash = static_cast<uint64_t>(node.kind);
  if (node.kind == Kind::kOr || node.kind == Kind::kAnd) {
    for (uint32_t i = 0; i < node.b; ++i) hash = Mix(hash, lists_[node.a + i]);
    return hash;
  }
  if (node.kind == Kind::kLiteral) return Mix(hash, HashBytes(std::string_view(bytes_).substr(node.a, node.b)));
  return Mix(Mix(hash, static_cast<uint64_t>(node.a) << 32 | node.b), node.c);
}

Expr ExprPool::Intern(Node node) {
  const bool list = node.kind == Kind::kOr || node.kind == Kind::kAnd, literal = node.kind == Kind::kLiteral;
  const size_t mask = table_size_ - 1;
  size_t at = HashOf(node) & mask;
  for (; table_[at] != 0; at = (at + 1) & mask) {
    const Node& other = nodes_[table_[at]];
    if (other.kind != node.kind || other.b != node.b) continue;
    if (list) {
      if (std::equal(lists_.begin() + node.a, lists_.begin() + node.a + node.b, lists_.begin() + other.a))
        return table_[at];
    } else if (literal) {
      if (bytes_.compare(node.a, node.b, bytes_, other.a, other.b) == 0) return table_[at];
    } else if (other.a == node.a && other.c == node.c) {
      return table_[at];
    }
  }
  if (nodes_.size() >= limits_.max_expressions)
    meter_.Fail(Cat({"more than ", std::to_string(limits_.max_expressions), " expressions"}));
  if (!meter_.Spend(4) || !meter_.Hold(MemoryBytes())) return kNone;
  const auto id = static_cast<Expr>(nodes_.size());
  nodes_.push_back(node);
  table_[at] = id;
  if (nodes_.size() * 2 > table_size_) Grow();
  return id;
}

// Fresh pages are zero, and cost nothing until they are touched.
void ExprPool::MakeTable(size_t size) {
  const size_t bytes = size * sizeof(uint32_t);
  void* const pages = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  table_ = {static_cast<uint32_t*>(pages), UnmapPages{bytes}};
  table_size_ = size;
}

void ExprPool::Grow() {
  MakeTable(table_size_ * 4);
  for (Expr e = 1; e < nodes_.size(); ++e) {
    size_t at = HashOf(nodes_[e]) & (table_size_ - 1);
    while (table_[at] != 0) at = (at + 1) & (table_size_ - 1);
    table_[at] = e;
  }
}

Expr ExprPool::InternList(Kind kind, std::vector<Expr>& parts) {
  Node node{.kind = kind, .nullable = kind == Kind::kAnd, .boolean = kind == Kind::kAnd};
  for (const Expr part : parts) {
    const Node& n = nodes_[part];
    node.boolean |= n.boolean;
    node.nullable = kind == Kind::kOr ? node.nullable || n.nullable : node.nullable && n.nullable;
  }
  node.live = node.boolean && !node.nullable ? 0 : 1;
  node.a = static_cast<uint32_t>(lists_.size()), node.b = static_cast<uint32_t>(parts.size());
  lists_.insert(lists_.end(), parts.begin(), parts.end());
  const size_t before = nodes_.size();
  const Expr out = Intern(node);
  if (nodes_.size() == before) lists_.resize(node.a);  // it was there
  return out;
}

Expr ExprPool::Bytes(const ByteSet& set) {
  if (set.Empty()) return kNone;
  return Intern({.kind = Kind::kBytes, .live = 1, .a = SetOf(set)});
}

uint32_t ExprPool::SetOf(const ByteSet& set) {
  if (const int only = set.Only(); only < 256) return static_cast<uint32_t>(only);
  const auto place = [&](const ByteSet& each) {
    size_t at = HashSet(each) & (set_table_.size() - 1);
    while (set_table_[at] != 0 && sets_[set_table_[at]] != each) at = (at + 1) & (set_table_.size() - 1);
    return at;
  };
  if (sets_.size() * 2 > set_table_.size()) {
    set_table_.assign(set_table_.size() * 4, 0);
    for (uint32_t id = 256; id < sets_.size(); ++id) set_table_[place(sets_[id])] = id;
  }
  uint32_t& id = set_table_[place(set)];
  if (id == 0) {
    id = static_cast<uint32_t>(sets_.size());
    sets_.push_back(set);
  }
  return id;
}

Expr ExprPool::Literal(std::string_view bytes) {
  if (bytes.empty()) return kEps;
  const auto at = static_cast<uint32_t>(bytes_.size());
  bytes_.append(bytes);
  const size_t before = nodes_.size();
  const Expr out = Intern({.kind = Kind::kLiteral, .live = 1, .a = at, .b = static_cast<uint32_t>(bytes.size())});
  if (nodes_.size() == before) bytes_.resize(at);
  return out;
}

Expr ExprPool::Seq(Expr first, Expr rest) {
  if (first == kNone || rest == kNone) return kNone;
  if (first == kEps) return rest;
  if (rest == kEps) return first;
  if (first == kAll && rest == kAll) return kAll;
  if (nodes_[first].kind == Kind::kSeq) {  // (a b) c is a (b c); long ones must not nest calls
    std::vector<Expr> heads;
    for (; nodes_[first].kind == Kind::kSeq; first = nodes_[first].b) heads.push_back(nodes_[first].a);
    Expr out = Seq(first, rest);
    for (; !heads.empty(); heads.pop_back()) out = Seq(heads.back(), out);
    return out;
  }
  const Node &a = nodes_[first], &b = nodes_[rest];
  const bool boolean = a.boolean || b.boolean;
  const uint8_t live = !boolean || (a.live == 1 && b.live == 1) ? 1 : 0;
  return Intern({.kind = Kind::kSeq,
                 .nullable = a.nullable && b.nullable,
                 .boolean = boolean,
                 .live = live,
                 .a = first,
                 .b = rest});
}

Expr ExprPool::Seq(std::initializer_list<Expr> parts) {
  Expr out = kEps;
  for (auto it = std::rbegin(parts); it != std::rend(parts); ++it) out = Seq(*it, out);
  return out;
}

Expr ExprPool::Not(Expr a) {
  if (a == kNone) return kAll;
  if (a == kAll) return kNone;
  if (nodes_[a].kind == Kind::kNot) return nodes_[a].a;
  const bool nullable = !nodes_[a].nullable;
  return Intern(
      {.kind = Kind::kNot, .nullable = nullable, .boolean = true, .live = nullable ? uint8_t{1} : uint8_t{0}, .a = a});
}

Expr ExprPool::Repeat(Expr a, uint32_t min, uint32_t max) {
  if (max == 0 || a == kEps) return kEps;
  if (a == kNone) return min == 0 ? kEps : kNone;
  if (min == 1 && max == 1) return a;
  if (nodes_[a].nullable) min = 0;
  if (nodes_[a].kind == Kind::kRepeat && nodes_[a].b == 0 && nodes_[a].c == kNoLimit) return a;
  if (min == 0 && max == 1 && nodes_[a].nullable) return a;
  const bool boolean = nodes_[a].boolean;
  const uint8_t live = !boolean || min == 0 || nodes_[a].live == 1 ? 1 : 0;
  return Intern(
      {.kind = Kind::kRepeat, .nullable = min == 0, .boolean = boolean, .live = live, .a = a, .b = min, .c = max});
}

Expr ExprPool::CharNode(uint32_t set, uint32_t stage, uint32_t value) {
  return Intern({.kind = Kind::kChar, .live = 1, .a = set, .b = stage, .c = value});
}

Expr ExprPool::Char(const CharSet& set, Spelling spelling) {
  if (set.Empty()) return kNone;
  uint64_t hash = set.ranges().size();
  for (const CharRange& range : set.ranges()) hash = Mix(Mix(hash, range.first), range.last);
  auto [from, to] = char_set_ids_.equal_range(hash);
  while (from != to && char_sets_[from->second] != set) ++from;
  if (from == to) {
    from = char_set_ids_.emplace(hash, static_cast<uint32_t>(char_sets_.size()));
    char_sets_.push_back(set);
  }
  return CharNode(from->second, static_cast<uint32_t>(spelling), 0);
}

Expr ExprPool::Of(const Automaton* automaton, uint32_t state) {
  size_t id = 0;
  while (id < automata_.size() && automata_[id] != automaton) ++id;
  if (id == automata_.size()) automata_.push_back(automaton);
  return Intern({.kind = Kind::kAutomaton,
                 .nullable = automaton->accepts[state],
                 .live = 1,
                 .a = static_cast<uint32_t>(id),
                 .b = state});
}

Expr ExprPool::Rule(bool nullable, Expr body) {
  rules_.push_back({.body = body});
  return Intern({.kind = Kind::kRule, .nullable = nullable, .live = 1, .a = static_cast<uint32_t>(rules_.size() - 1)});
}

Expr ExprPool::Rule(bool nullable, RuleSource* source, uint32_t argument) {
  rules_.push_back({.source = source, .argument = argument});
  return Intern({.kind = Kind::kRule, .nullable = nullable, .live = 1, .a = static_cast<uint32_t>(rules_.size() - 1)});
}

Expr ExprPool::Names(const std::vector<std::string>* names, NameSource* source, uint32_t argument, Expr other) {
  if (names->empty()) return other;
  const auto count = static_cast<uint32_t>(names->size());
  bool any = false;
  for (uint32_t i = 0; i < count && !any; ++i) any = source->Allows(argument, i);
  if (!any && !LivesBeside(*names, 0, count, 0, other)) return kNone;
  return Intern({.kind = Kind::kNames, .live = 1, .a = ChoiceOf({names, source, argument, other}), .b = count << 16});
}

uint32_t ExprPool::ChoiceOf(const ExprNames& choice) {
  const auto [it, fresh] = choice_ids_.emplace(choice, static_cast<uint32_t>(choices_.size()));
  if (fresh) choices_.push_back(choice);
  return it->second;
}

void ExprPool::Define(Expr rule, Expr body) {
  if (nodes_[rule].kind == Kind::kRule) rules_[nodes_[rule].a].body = body;  // else there was no room for the rule
}

Expr ExprPool::Body(Expr rule) {
  const uint32_t id = nodes_[rule].a;
  if (rules_[id].body == kNone && rules_[id].source != nullptr) {
    const Expr body = rules_[id].source->Body(*this, rules_[id].argument);
    if (failed()) return kNone;
    rules_[id].body = body;
  }
  return rules_[id].body;
}

void ExprPool::Keep(std::shared_ptr<const void> owned, size_t bytes) {
  kept_.push_back(std::move(owned));
  kept_bytes_ += bytes;
}

bool ExprPool::Drop(size_t count) {
  if (kept_.empty()) return false;
  kept_.resize(kept_.size() - std::min(count, kept_.size()));
  return true;
}

void ExprPool::Recover() {
  merging_ = 0;
  merged_.clear();
}

size_t ExprPool::MemoryBytes() const {
  return nodes_.size() * (sizeof(Node) + 8) + lists_.size() * sizeof(Expr) + bytes_.size() + sets_.size() * 80 +
         char_sets_.size() * 120 + rules_.size() * sizeof(ExprRule) + arc_count_ * sizeof(KeptArc) +
         arcs_.size() * sizeof(ArcList) + kept_bytes_ + rows_.size() * 264;
}

}  // namespace heddle::grammar
