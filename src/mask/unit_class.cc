#include "mask/unit_class.h"

#include <algorithm>
#include <unordered_map>

namespace heddle::mask {
namespace {

using grammar::Expr;
using grammar::ExprPool;

// The automaton of `unit` repeated, as a table: state 0 stands between units. Few states: a unit is one character.
struct Table {
  std::vector<std::array<uint8_t, 256>> rows;  // 255: no way on
  static constexpr uint8_t kDead = 255;

  Table(ExprPool& pool, Expr unit) {
    std::vector<Expr> states{unit};
    std::unordered_map<Expr, uint8_t> ids{{grammar::kEps, 0}, {unit, 0}};
    for (size_t at = 0; at < states.size(); ++at) {
      auto& row = rows.emplace_back();
      row.fill(kDead);
      for (const grammar::Arc& arc : pool.Arcs(states[at])) {
        auto [it, fresh] = ids.emplace(arc.target, static_cast<uint8_t>(states.size()));
        if (fresh && states.size() >= kDead) {
          ids.erase(it);
          overflow = true;
          continue;
        }
        if (fresh) states.push_back(arc.target);
        arc.bytes.Each([&, id = it->second](uint8_t b) { row[b] = id; });
      }
    }
  }
  bool overflow = false;
};

}  // namespace

std::shared_ptr<UnitClass> UnitClass::Make(const vocab::Vocabulary& vocabulary, ExprPool& pool, Expr unit) {
  const Table table(pool, unit);
  if (table.overflow) return nullptr;
  auto out = std::make_shared<UnitClass>();
  out->vocabulary_ = &vocabulary;
  struct Level {
    uint8_t state;
    uint16_t units;     // finished ones
    uint16_t boundary;  // bytes before the last boundary
    bool dead;
  };
  std::vector<Level> levels(vocabulary.longest() + 2);
  levels[0] = {0, 0, 0, false};
  std::vector<uint32_t> ends;  // where the open subtrees end
  const vocab::Trie& trie = vocabulary.trie();
  const auto nodes = trie.nodes();
  for (uint32_t at = 1; at < nodes.size();) {
    while (!ends.empty() && at >= ends.back()) ends.pop_back();
    const size_t depth = ends.size() + 1;
    const Level& up = levels[depth - 1];
    Level& here = levels[depth] = up;
    const uint8_t byte = nodes[at].byte;
    if (!up.dead) {
      const uint8_t next = table.rows[up.state][byte];
      here.dead = next == Table::kDead;
      here.state = next;
      if (next == 0) ++here.units, here.boundary = static_cast<uint16_t>(depth);
    }
    if (here.dead && here.units == 0) {  // it begins with no unit at all
      at = nodes[at].end;
      continue;
    }
    for (const uint32_t token : trie.ItemsAt(at)) {
      if (here.dead) {
        const std::string_view bytes = vocabulary.bytes(token);
        out->by_byte_[static_cast<uint8_t>(bytes[here.boundary])].push_back(static_cast<uint32_t>(out->rests_.size()));
        out->rests_.push_back({token, here.units});
        out->rest_lengths_.push_back(static_cast<uint16_t>(bytes.size() - here.boundary));
      } else {
        const size_t units = here.units + (here.state == 0 ? 0U : 1U);
        if (units > out->counts_.size()) out->counts_.resize(units);
        out->counts_[units - 1].push_back(token);
      }
    }
    ends.push_back(nodes[at].end);
    ++at;
  }
  out->inner_.resize(out->counts_.size() + 1);
  return out;
}

std::shared_ptr<const Words> UnitClass::Inner(uint32_t units) {
  units = std::min(units, most());
  const std::lock_guard lock(mutex_);
  auto& slot = inner_[units];
  if (slot == nullptr) {
    Words words((vocabulary_->size() + 31) / 32);
    // From the nearest known mask, if that is less work than from nothing.
    uint32_t from = units;
    while (from > 0 && inner_[from] == nullptr) --from;
    if (from > 0) words = *inner_[from];
    for (uint32_t i = from; i < units; ++i) {
      for (const vocab::Token token : counts_[i]) words[token >> 5] |= 1U << (token & 31);
    }
    slot = std::make_shared<const Words>(std::move(words));
  }
  return slot;
}

const vocab::Trie& UnitClass::Rests(uint8_t byte) {
  const std::lock_guard lock(mutex_);
  auto& trie = tries_[byte];
  if (trie == nullptr) {
    std::vector<std::pair<std::string_view, uint32_t>> entries;
    for (const uint32_t item : by_byte_[byte]) {
      const std::string_view bytes = vocabulary_->bytes(rests_[item].token);
      entries.emplace_back(bytes.substr(bytes.size() - rest_lengths_[item]), item);
    }
    trie = std::make_unique<vocab::Trie>(vocab::Trie::Build(std::move(entries)));
  }
  return *trie;
}

}  // namespace heddle::mask
