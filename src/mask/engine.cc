#include "mask/engine.h"

namespace heddle::mask {

using grammar::CharSet;
using grammar::Kind;
using grammar::Spelling;

std::shared_ptr<Engine> Engine::Make(std::shared_ptr<const vocab::Vocabulary> vocabulary, EngineOptions options) {
  auto out = std::make_shared<Engine>();
  out->vocabulary_ = std::move(vocabulary);
  out->options_ = options;
  out->signatures_ = std::make_unique<Signatures>(*out->vocabulary_);
  grammar::ExprPool& pool = out->pool_;
  grammar::ByteSet space;
  for (const char c : std::string_view(" \t\n\r")) space.Add(static_cast<uint8_t>(c));
  // The inside of JSON strings and names, free text, white space, and the sets that patterns are made of.
  const auto set = [](std::vector<grammar::CharRange> ranges) { return CharSet::Of(ranges); };
  const CharSet digits = set({{'0', '9'}}), lower = set({{'a', 'z'}}), letters = set({{'A', 'Z'}, {'a', 'z'}});
  const CharSet alnum = letters | digits, word = alnum | set({{'_', '_'}}),
                line = ~set({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}});
  const Expr any = pool.Char(CharSet::All(), Spelling::kJson), name = pool.Char(CharSet::All(), Spelling::kJsonName);
  const Expr blank = pool.Bytes(space);
  const Expr plain = pool.Char(CharSet::All(), Spelling::kUtf8);
  for (const Expr unit :
       {any, name, blank, plain, pool.Char(digits, Spelling::kJson), pool.Char(lower, Spelling::kJson),
        pool.Char(letters, Spelling::kJson), pool.Char(alnum, Spelling::kJson), pool.Char(word, Spelling::kJson),
        pool.Char(word | set({{'-', '-'}}), Spelling::kJson), pool.Char(line, Spelling::kJson),
        pool.Char(line, Spelling::kUtf8)}) {
    auto made = UnitClass::Make(*out->vocabulary_, pool, unit);
    if (made == nullptr) continue;
    (void)made->Inner(grammar::kNoLimit);
    for (uint32_t n = unit == any ? made->most() : 0; n > 0; --n) (void)made->Inner(n);
    const std::string_view follow = unit == blank ? "\"{[]},:-0123456789tfn" : "\"";
    for (const char c : follow) (void)made->Rests(static_cast<uint8_t>(c));
    if (unit == any) out->characters_ = made;
    if (unit == plain) out->plain_characters_ = made;
    out->classes_[unit] = std::move(made);
  }
  return out;
}

std::shared_ptr<Space> Engine::CurrentSpace() {
  const std::lock_guard lock(space_mutex_);
  if (retired_ != nullptr && !retired_->TakeApart()) retired_ = nullptr;
  if (space_ != nullptr) {
    const std::lock_guard space_lock(space_->mutex);
    if (space_->MemoryBytes() <= options_.space_bytes) return space_;
  }
  if (space_.use_count() == 1) retired_ = std::move(space_);
  return space_ = std::make_shared<Space>(this);
}

std::shared_ptr<const Words> Engine::Union(const std::shared_ptr<const Words>& a,
                                           const std::shared_ptr<const Words>& b) {
  const std::lock_guard lock(tables_mutex_);
  const auto key = a.get() < b.get() ? std::pair(a.get(), b.get()) : std::pair(b.get(), a.get());
  if (const auto known = unions_.find(key); known != unions_.end()) return known->second;
  Words out = *a;
  bool in_a = true, in_b = true;
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] |= (*b)[i];
    in_a &= out[i] == (*a)[i], in_b &= out[i] == (*b)[i];
  }
  if (unions_.size() >= 256) unions_.clear(), united_.clear();
  united_.push_back(a), united_.push_back(b);
  return unions_[key] = in_a ? a : in_b ? b : std::make_shared<const Words>(std::move(out));
}

std::shared_ptr<const Words> Engine::Inside(const grammar::ByteSet& ascii, bool high, uint32_t units, bool json) {
  const std::lock_guard lock(tables_mutex_);
  UnitClass& characters = json ? *characters_ : *plain_characters_;
  units = std::min(units, characters.most());
  const auto key = [&](uint32_t n) {
    return std::tuple(std::array{ascii.word(0), ascii.word(1), ascii.word(2), ascii.word(3)}, high, json, n);
  };
  if (const auto known = inside_.find(key(units)); known != inside_.end()) return known->second;
  if (inside_.size() >= 512) inside_.clear();
  auto& all = inside_[key(characters.most())];
  if (all == nullptr) all = std::make_shared<const Words>(signatures_->Inside(ascii, high));
  if (units == characters.most()) return all;
  Words fewer = *all;
  const auto short_ones = characters.Inner(units);
  for (size_t i = 0; i < fewer.size(); ++i) fewer[i] &= (*short_ones)[i];
  return inside_[key(units)] = std::make_shared<const Words>(std::move(fewer));
}

std::shared_ptr<UnitClass> Engine::UnitsOf(const grammar::ExprPool& pool, Expr unit) {
  const std::lock_guard lock(tables_mutex_);
  Expr own = grammar::kNone;
  Spelling spelling;
  if (const CharSet* set = pool.char_set(unit, spelling); set != nullptr)
    own = pool_.Char(*set, spelling);
  else if (pool.kind(unit) == Kind::kBytes)
    own = pool_.Bytes(pool.byte_set(unit));
  else
    return nullptr;
  // A class costs several walks over the vocabulary, too much while a text is waiting: only those made ahead are used.
  const auto known = classes_.find(own);
  return known == classes_.end() ? nullptr : known->second;
}

}  // namespace heddle::mask
