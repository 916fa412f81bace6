#include "mask/engine.h"

namespace heddle::mask {

using grammar::CharSet;
using grammar::Kind;
using grammar::Spelling;

std::shared_ptr<Engine> Engine::Make(std::shared_ptr<const vocab::Vocabulary> vocabulary, EngineOptions options) {
  auto out = std::make_shared<Engine>();
  out->vocabulary_ = std::move(vocabulary);
  out->options_ = options;
  grammar::ExprPool& pool = out->pool_;
  grammar::ByteSet space;
  for (const char c : std::string_view(" \t\n\r")) space.Add(static_cast<uint8_t>(c));
  const Expr units[] = {pool.Char(CharSet::All(), Spelling::kJson), pool.Char(CharSet::All(), Spelling::kUtf8), pool.Bytes(space)};
  for (const Expr unit : units) {
    auto made = UnitClass::Make(*out->vocabulary_, pool, unit);
    (void)made->Inner(grammar::kNoLimit);
    if (unit == units[0]) {
      (void)made->Rests('"');
      for (uint32_t n = made->most(); n > 0; --n) (void)made->Inner(n);
    } else if (unit == units[2]) {
      for (const char c : std::string_view("\"{[]},:-0123456789tfn")) (void)made->Rests(static_cast<uint8_t>(c));
    }
    out->classes_[unit] = std::move(made);
  }
  return out;
}

std::shared_ptr<Space> Engine::CurrentSpace() {
  const std::lock_guard lock(mutex_);
  if (space_ != nullptr) {
    const std::lock_guard space_lock(space_->mutex);
    if (space_->MemoryBytes() <= options_.space_bytes && space_->pool.failure().empty()) return space_;
  }
  return space_ = std::make_shared<Space>(shared_from_this());
}

std::shared_ptr<UnitClass> Engine::UnitsOf(const grammar::ExprPool& pool, Expr unit) {
  const std::lock_guard lock(mutex_);
  Expr own = grammar::kNone;
  Spelling spelling;
  if (const CharSet* set = pool.char_set(unit, spelling); set != nullptr)
    own = pool_.Char(*set, spelling);
  else if (pool.kind(unit) == Kind::kBytes)
    own = pool_.Bytes(pool.byte_set(unit));
  else
    return nullptr;
  auto& slot = classes_[own];
  if (slot == nullptr) slot = UnitClass::Make(*vocabulary_, pool_, own);
  return slot;
}

}  // namespace heddle::mask
