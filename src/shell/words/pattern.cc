#include "shell/words/pattern.h"

#include "base/text.h"
#include "shell/value.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxSteps = 63;  // places are bits of one word

bool InClass(std::string_view name, int c) {
  const bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
  if (name == "lower") return lower;
  if (name == "upper") return upper;
  if (name == "alpha") return lower || upper;
  if (name == "digit") return digit;
  if (name == "alnum") return lower || upper || digit;
  if (name == "word") return lower || upper || digit || c == '_';
  if (name == "space") return c == ' ' || (c >= '\t' && c <= '\r');
  if (name == "blank") return c == ' ' || c == '\t';
  if (name == "xdigit") return digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  if (name == "punct") return c > ' ' && c < 0x7f && !lower && !upper && !digit;
  if (name == "cntrl") return c < ' ' || c == 0x7f;
  if (name == "print") return c >= ' ' && c < 0x7f;
  return name == "graph" && c > ' ' && c < 0x7f;
}

bool IsClass(std::string_view name) {
  constexpr std::string_view kNames[] = {"lower", "upper", "alpha",  "digit", "alnum", "word", "space",
                                         "blank", "punct", "xdigit", "cntrl", "print", "graph"};
  for (const auto known : kNames) {
    if (known == name) return true;
  }
  return false;
}

}  // namespace

// Reads a bracket expression from the "[" at `at`; returns the index after its "]", or `at` when it is none.
size_t Pattern::Bracket(std::string_view text, size_t at) {
  size_t i = at + 1;
  const bool negated = i < text.size() && (text[i] == '!' || text[i] == '^');
  if (negated) ++i;
  Step step;
  for (bool first = true; i < text.size() && (first || text[i] != ']'); first = false) {
    if (text[i] == '[' && i + 1 < text.size() && (text[i + 1] == '=' || text[i + 1] == '.')) known_ = false;
    if (text[i] == '[' && i + 1 < text.size() && text[i + 1] == ':') {
      const size_t end = text.find(":]", i + 2);
      const std::string_view name = end == text.npos ? std::string_view() : text.substr(i + 2, end - i - 2);
      if (!IsClass(name)) known_ = false;
      for (int c = 0; c < 128; ++c) {
        if (InClass(name, c)) step.set.set(static_cast<size_t>(c));
      }
      i = end == text.npos ? text.size() : end + 2;
      continue;
    }
    const auto one = [&] {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      return static_cast<unsigned char>(text[i++]);
    };
    const unsigned char low = one();
    unsigned char high = low;
    if (i + 1 < text.size() && text[i] == '-' && text[i + 1] != ']') {
      ++i;
      if (text[i] == '[') known_ = false;
      high = one();
      if (high < low) known_ = false;  // an error to some
    }
    if (low >= 0x80 || high >= 0x80) known_ = false;
    for (int c = low; c <= high; ++c) step.set.set(static_cast<size_t>(c));
  }
  if (i >= text.size()) return at;
  if (negated) step.set.flip();
  steps_.push_back(step);
  return i + 1;
}

Pattern::Pattern(std::string_view text) {
  for (size_t i = 0; i < text.size() && known_;) {
    const char c = text[i];
    Step step;
    if (IsMark(c)) known_ = false;
    if (i + 1 < text.size() && text[i + 1] == '(' && std::string_view("?*+@!").find(c) != text.npos) known_ = false;
    if (c == '[') {
      const size_t end = Bracket(text, i);
      if (end != i) {
        plain_ = false;
        counts_ = true;
        i = end;
        continue;
      }
    }
    if (c == '*' || c == '?') {
      plain_ = false;
      counts_ |= c == '?';
      step.star = c == '*';
      step.set.set();
      if (!step.star || steps_.empty() || !steps_.back().star) steps_.push_back(step);
      ++i;
      continue;
    }
    if (c == '\\' && i + 1 < text.size()) ++i;
    step.set.set(static_cast<unsigned char>(text[i]));
    literal_ += text[i];
    steps_.push_back(step);
    ++i;
  }
  if (!plain_ && steps_.size() > kMaxSteps) known_ = false;
}

// A star is passed without taking anything.
uint64_t Pattern::Closure(uint64_t places) const {
  for (size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].star && (places >> i & 1) != 0) places |= uint64_t{1} << (i + 1);
  }
  return places;
}

size_t Pattern::Match(std::string_view text, bool first) const {
  if (plain_) return text.starts_with(literal_) ? literal_.size() : text.npos;
  const uint64_t end = uint64_t{1} << steps_.size();
  uint64_t places = Closure(1);
  size_t found = text.npos;
  for (size_t n = 0;; ++n) {
    if ((places & end) != 0) found = n;
    if (n == text.size() || places == 0 || (first && found != text.npos)) return found;
    uint64_t next = 0;
    const auto byte = static_cast<unsigned char>(text[n]);
    for (size_t i = 0; i < steps_.size(); ++i) {
      if ((places >> i & 1) != 0 && steps_[i].set[byte]) next |= uint64_t{1} << (steps_[i].star ? i : i + 1);
    }
    places = Closure(next);
  }
}

}  // namespace heddle::shell
