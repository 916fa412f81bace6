// The masks of states among names (Kind::kNames), which every object of a schema has many of: the same names again and
// again, with other continuations. Which tokens lie inside a name is found once per name.
#include <algorithm>

#include "mask/engine.h"

namespace heddle::mask {

using grammar::kEps;
using grammar::Kind;
using grammar::kNone;
using vocab::Trie;

namespace {

// Whether `other` begins with any characters of a name.
bool ReadsAnyName(const grammar::ExprPool& pool, Expr other) {
  const Expr head = pool.kind(other) == Kind::kSeq ? pool.first(other) : other;
  if (pool.kind(head) != Kind::kRepeat || pool.min(head) != 0 || pool.max(head) != grammar::kNoLimit) return false;
  grammar::Spelling spelling;
  const auto* set = pool.char_set(pool.first(head), spelling);
  return set != nullptr && spelling == grammar::Spelling::kJsonName && *set == grammar::CharSet::All();
}

}  // namespace

// The tokens that end before the name's last byte, and the node of the trie behind that; 0: there is none.
const Space::NameTokens& Space::TokensOf(const std::string& name) {
  const auto [it, fresh] = names_.try_emplace(name);
  if (!fresh) return it->second;
  const Trie& trie = engine_->vocabulary().trie();
  std::vector<Token> inside;
  uint32_t node = 0;
  for (size_t i = 0; i < name.size(); ++i) {
    node = trie.Child(node, static_cast<uint8_t>(name[i]));
    if (node == 0) break;
    const auto here = trie.ItemsAt(node);
    if (i + 1 < name.size()) inside.insert(inside.end(), here.begin(), here.end());
  }
  mask_bytes_ += sizeof(NameTokens) + name.size() + 32;
  return it->second = {Keep(inside), node};
}

// At the begin of a name, where any other name may come (`like` reads them) or none.
void Space::AllNamesMask(Expr head, Expr rest, Expr like, Draft& out) {
  const grammar::ExprNames choice = pool.names(head);
  const Trie& trie = engine_->vocabulary().trie();
  std::vector<Token> removed;
  for (uint32_t i = 0; i < choice.names->size(); ++i) {
    const std::string& name = (*choice.names)[i];
    const bool allowed = choice.source->Allows(choice.argument, i);
    if (!allowed && like == kNone) continue;
    const NameTokens& tokens = TokensOf(name);
    if (like == kNone) out.added.insert(out.added.end(), tokens.inside.begin(), tokens.inside.end());
    if (tokens.node == 0) continue;
    Expr ours = kNone, theirs = like;
    if (allowed) ours = pool.Seq(choice.source->AfterName(pool, choice.argument, i), rest);
    for (const char c : name) theirs = pool.Next(theirs, static_cast<uint8_t>(c));
    const auto here = trie.ItemsAt(tokens.node);
    if (theirs == kNone) out.added.insert(out.added.end(), here.begin(), here.end());
    if (ours == kNone) removed.insert(removed.end(), here.begin(), here.end());
    Differ(tokens.node, ours, theirs, out.added, removed);
  }
  if (like == kNone) {  // many names begin alike
    std::sort(out.added.begin(), out.added.end());
    out.added.erase(std::unique(out.added.begin(), out.added.end()), out.added.end());
  }
  Remove(std::move(removed), out);
}

void Space::Remove(std::vector<Token> removed, Draft& out) {
  if (removed.empty()) return;
  std::sort(removed.begin(), removed.end());
  std::erase_if(out.added, [&](Token token) { return std::binary_search(removed.begin(), removed.end(), token); });
  out.removed.insert(out.removed.end(), removed.begin(), removed.end());
}

// A state among names: like what reads all other names, but for the listed ones.
bool Space::NamesMask(Expr state, Draft& out) {
  const bool more = pool.kind(state) == Kind::kSeq;
  const Expr head = more ? pool.first(state) : state, rest = more ? pool.rest(state) : kEps;
  if (pool.kind(head) != Kind::kNames) return false;
  const Expr other = pool.names(head).other, like = other == kNone ? kNone : pool.Seq(other, rest);
  if (like != kNone) out = Draft(MaskAt(like, 1));
  if (pool.name_depth(head) == 0 && (like == kNone || ReadsAnyName(pool, other))) {
    AllNamesMask(head, rest, like, out);
    return true;
  }
  if (like == kNone) return false;
  std::vector<Token> removed;
  Differ(0, state, like, out.added, removed);
  Remove(std::move(removed), out);
  return true;
}

}  // namespace heddle::mask
