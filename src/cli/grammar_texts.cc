#include "cli/grammar_texts.h"

#include <bit>
#include <unordered_map>

namespace heddle::cli {
namespace {

using grammar::Expr;
using grammar::ExprPool;
using grammar::kNone;

// The shortest way from `state` to a complete text, or nothing within `fuel` states.
std::optional<std::string> WayOut(ExprPool& pool, Expr state, size_t fuel) {
  struct Step {
    Expr state;
    size_t from;
    uint8_t byte;
  };
  std::vector<Step> queue{{state, SIZE_MAX, 0}};
  std::unordered_map<Expr, bool> seen{{state, true}};
  for (size_t at = 0; at < queue.size() && queue.size() < fuel; ++at) {
    const Expr here = queue[at].state;
    if (pool.nullable(here)) {
      std::string out;
      for (size_t i = at; queue[i].from != SIZE_MAX; i = queue[i].from)
        out.insert(out.begin(), static_cast<char>(queue[i].byte));
      return out;
    }
    for (const auto& arc : pool.Arcs(here)) {
      // Of many bytes, a letter reads best.
      uint8_t byte = static_cast<uint8_t>(arc.bytes.First());
      for (const char c : std::string_view("a0A \"")) {
        if (arc.bytes.Has(static_cast<uint8_t>(c))) {
          byte = static_cast<uint8_t>(c);
          break;
        }
      }
      if (seen.emplace(arc.target, true).second) queue.push_back({arc.target, at, byte});
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> SampleText(const mask::Program& program, std::mt19937_64& rng,
                                      const SampleOptions& options) {
  auto shared = std::make_shared<const mask::Program>(program);
  mask::Matcher matcher(shared);
  const auto& vocabulary = program.engine->vocabulary();
  std::string out;
  std::vector<uint32_t> words(program.engine->words());
  std::vector<mask::Token> allowed;
  for (size_t i = 0; i < options.wander; ++i) {
    matcher.Fill(words);
    allowed.clear();
    for (size_t w = 0; w < words.size(); ++w) {
      for (uint32_t left = words[w]; left != 0; left &= left - 1)
        allowed.push_back(static_cast<mask::Token>(w * 32 + static_cast<size_t>(std::countr_zero(left))));
    }
    std::erase_if(allowed, [&](mask::Token token) { return vocabulary.special(token); });
    if (allowed.empty() || (matcher.CanStop() && rng() % 4 == 0)) break;
    const mask::Token token = allowed[rng() % allowed.size()];
    if (!matcher.Accept(token)) return std::nullopt;
    out += vocabulary.bytes(token);
  }
  const std::lock_guard lock(program.space->mutex);
  ExprPool& pool = program.space->pool;
  Expr state = matcher.state();
  for (size_t tries = 0; out.size() < options.limit;) {
    if (pool.nullable(state)) return out;
    // Towards the shortest rest; where that is only a bound and does not come nearer, a search.
    const uint32_t left = pool.LeastLength(state);
    Expr best = kNone;
    uint8_t byte = 0;
    uint32_t least = UINT32_MAX;
    for (const auto& arc : pool.Arcs(state)) {
      const uint32_t length = pool.LeastLength(arc.target);
      if (length >= least) continue;
      least = length, best = arc.target, byte = static_cast<uint8_t>(arc.bytes.First());
      for (const char c : std::string_view("a0A \"")) {
        if (!arc.bytes.Has(static_cast<uint8_t>(c))) continue;
        byte = static_cast<uint8_t>(c);
        break;
      }
    }
    if (best == kNone) return std::nullopt;
    if (least >= left && tries < 20) {
      ++tries;
      if (const auto way = WayOut(pool, state, 3000)) return out + *way;
    }
    out += static_cast<char>(byte);
    state = best;
  }
  return std::nullopt;
}

}  // namespace heddle::cli
