#include "mask/matcher.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "grammar/declared.h"

namespace heddle::mask {

using grammar::kNone;

bool Look::Exact() {
  grammar::ExprPool& pool = program_.space->pool;
  if (pool.failed() && program_.failure.empty()) program_.failure = pool.failure();
  return program_.failure.empty();
}

Look::~Look() {
  (void)Exact();
  const size_t now = program_.space->MemoryBytes();
  if (now > before_) program_.grown += now - before_;
}

Expr Matcher::After(Expr state, std::string_view bytes) const {
  grammar::ExprPool& pool = program_->space->pool;
  for (const char c : bytes) {
    state = pool.Next(state, static_cast<uint8_t>(c));
    if (state == kNone) return kNone;
  }
  return state;
}

bool Matcher::Check(Token token) const {
  const auto& vocabulary = program_->engine->vocabulary();
  if (token >= vocabulary.size() || ended()) return false;
  Look look(*program_);
  if (!look.Exact()) return false;
  if (vocabulary.special(token)) {
    return program_->space->pool.nullable(state()) &&
           std::find(vocabulary.ends().begin(), vocabulary.ends().end(), token) != vocabulary.ends().end();
  }
  const auto bytes = vocabulary.bytes(token);
  return !bytes.empty() && After(state(), bytes) != kNone && look.Exact();
}

void Matcher::Fill(std::span<uint32_t> words) const {
  if (ended()) return std::fill(words.begin(), words.end(), 0);
  Look look(*program_);
  if (!look.Exact()) return std::fill(words.begin(), words.end(), 0);
  const Mask& mask = program_->space->MaskOf(state());
  if (!look.Exact()) return std::fill(words.begin(), words.end(), 0);
  if (mask.base != nullptr)
    std::memcpy(words.data(), mask.base->data(), words.size() * 4);
  else
    std::memset(words.data(), 0, words.size() * 4);
  for (const Token token : mask.removed) words[token >> 5] &= ~(1U << (token & 31));
  for (const Token token : mask.added) words[token >> 5] |= 1U << (token & 31);
}

Result<> Matcher::Accept(Token token) {
  const auto& vocabulary = program_->engine->vocabulary();
  if (token >= vocabulary.size()) return Error{Code::kInvalid, "no such token"};
  if (ended()) return Error{Code::kInvalid, "the text has ended"};
  if (vocabulary.special(token)) {
    if (!Check(token)) return Error{Code::kInvalid, "a special token may not come here"};
    states_.push_back(state());
    ended_ = steps();
    return {};
  }
  const auto bytes = vocabulary.bytes(token);
  if (bytes.empty()) return Error{Code::kInvalid, "the token has no text"};
  return AcceptBytes(bytes);
}

Result<> Matcher::AcceptBytes(std::string_view bytes) {
  if (ended()) return Error{Code::kInvalid, "the text has ended"};
  Look look(*program_);
  const Expr next = look.Exact() ? After(state(), bytes) : kNone;
  if (!look.Exact()) return Error{Code::kTooLarge, program_->failure};
  if (next == kNone) return Error{Code::kInvalid, "the grammar does not allow this"};
  states_.push_back(next);
  return {};
}

Result<> Matcher::SetNames(std::string_view terminal, std::span<const std::string> names) {
  if (names.empty() || std::any_of(names.begin(), names.end(), [](const std::string& name) { return name.empty(); }))
    return Error{Code::kInvalid, "a terminal needs names, and none of them empty"};
  Look look(*program_);
  grammar::ExprPool& pool = program_->space->pool;
  std::vector<Expr>& stood = names_.try_emplace(std::string(terminal)).first->second;
  if (stood.empty()) stood.push_back(grammar::DeclaredTerminal(pool, terminal));
  const Expr now = grammar::NamesTerminal(pool, terminal, names);
  std::erase(stood, now);
  states_.back() = grammar::Replace(pool, state(), stood, now);
  stood.push_back(now);
  if (!look.Exact()) return Error{Code::kTooLarge, program_->failure};
  return {};
}

Result<> Matcher::Rollback(size_t count) {
  if (count > steps()) return Error{Code::kInvalid, Cat({"only ", std::to_string(steps()), " steps can be undone"})};
  states_.resize(states_.size() - count);
  if (ended_ > steps()) ended_ = 0;
  return {};
}

std::string Matcher::Forced(size_t limit) const {
  std::string out;
  Look look(*program_);
  grammar::ExprPool& pool = program_->space->pool;
  for (Expr at = state(); !ended() && out.size() < limit && !pool.nullable(at);) {
    const auto arcs = pool.Arcs(at);
    if (arcs.size() != 1 || arcs[0].bytes.Count() != 1) break;
    out += static_cast<char>(arcs[0].bytes.First());
    at = arcs[0].target;
  }
  return look.Exact() ? out : "";  // an arc may be missing
}

std::vector<Token> Matcher::ForcedTokens(const vocab::Tokenizer& tokenizer, size_t limit) const {
  const std::string forced = Forced(limit);
  if (forced.empty()) return {};
  grammar::ByteSet next;
  {
    Look look(*program_);
    next = program_->space->pool.FirstBytes(After(state(), forced));
    if (!look.Exact()) return {};
  }
  std::vector<Token> out = tokenizer.Encode(forced);
  // Letters and digits are alike to every tokenizer: one of each kind stands for all.
  bool lower = false, upper = false, digit = false, high = false;
  next.Each([&](uint8_t byte) {
    bool* const kind = byte >= 'a' && byte <= 'z'   ? &lower
                       : byte >= 'A' && byte <= 'Z' ? &upper
                       : byte >= '0' && byte <= '9' ? &digit
                       : byte >= 0x80               ? &high
                                                    : nullptr;
    if (kind != nullptr && std::exchange(*kind, true)) return;
    const auto other = tokenizer.Encode(forced + (byte >= 0x80 ? "\xC3\xA9" : std::string(1, static_cast<char>(byte))));
    size_t same = 0;
    while (same < out.size() && same < other.size() && out[same] == other[same]) ++same;
    out.resize(same);
  });
  return out;
}

bool Matcher::CanStop() const {
  const std::lock_guard lock(program_->space->mutex);
  return program_->space->pool.nullable(state());
}

bool Matcher::IsComplete() const {
  Look look(*program_);
  return program_->space->pool.nullable(state()) && program_->space->pool.Arcs(state()).empty() && look.Exact();
}

size_t Matcher::CheckDraft(std::span<const Token> tokens) const {
  const auto& vocabulary = program_->engine->vocabulary();
  Look look(*program_);
  Expr at = state();
  size_t taken = 0;
  for (; taken < tokens.size() && !ended(); ++taken) {
    const Token token = tokens[taken];
    if (token >= vocabulary.size() || vocabulary.special(token) || vocabulary.bytes(token).empty()) break;
    at = After(at, vocabulary.bytes(token));
    if (at == kNone) break;
  }
  return look.Exact() ? taken : 0;
}

std::string Matcher::failure() const {
  const std::lock_guard lock(program_->space->mutex);
  return program_->failure;
}

std::string Matcher::Explain() const {
  const std::lock_guard lock(program_->space->mutex);
  return program_->space->pool.Describe(state(), 4);
}

}  // namespace heddle::mask
