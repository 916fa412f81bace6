// tr: bytes to bytes (the GNU coreutils manual, 9.1).
#include <algorithm>
#include <bitset>
#include <optional>

#include "base/text.h"
#include "shell/programs/text_tools.h"
#include "shell/value.h"

namespace heddle::shell {
namespace {

using Bytes = std::bitset<256>;

struct Set {
  std::string bytes;     // in the order in which they are named
  bool classes = false;  // holds [:upper:] and the like
  std::string_view raw;
};

bool InClass(std::string_view name, int c) {
  const bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
  if (name == "lower") return lower;
  if (name == "upper") return upper;
  if (name == "alpha") return lower || upper;
  if (name == "digit") return digit;
  if (name == "alnum") return lower || upper || digit;
  if (name == "space") return c == ' ' || (c >= '\t' && c <= '\r');
  if (name == "blank") return c == ' ' || c == '\t';
  return name == "punct" && c > ' ' && c < 0x7f && !lower && !upper && !digit;
}

// Reads a set; nothing when it is an error or not modelled.
class SetReader {
 public:
  explicit SetReader(std::string_view raw) : raw_(raw) {}

  std::optional<Set> Read() {
    out_.raw = raw_;
    while (at_ < raw_.size() && known_) Item();
    return known_ ? std::optional(out_) : std::nullopt;
  }

 private:
  void Item() {
    if (raw_.substr(at_).starts_with("[:")) return Class();
    const size_t close = raw_.find(']', at_ + 1);
    const std::string_view rest = raw_.substr(at_);
    // [x*3] and [=x=]
    if (rest.starts_with("[") && close != raw_.npos && rest.size() > 2 &&
        (rest[1] == '=' || rest.find('*') != rest.npos))
      known_ = false;
    const auto low = static_cast<unsigned char>(Byte());
    if (at_ + 1 < raw_.size() && raw_[at_] == '-') {
      ++at_;
      const auto high = static_cast<unsigned char>(Byte());
      known_ &= low <= high;
      for (int c = low; c <= high; ++c) out_.bytes += static_cast<char>(c);
      return;
    }
    out_.bytes += static_cast<char>(low);
  }

  void Class() {
    const size_t end = raw_.find(":]", at_ + 2);
    const std::string_view name = end == raw_.npos ? std::string_view() : raw_.substr(at_ + 2, end - at_ - 2);
    const size_t before = out_.bytes.size();
    for (int c = 0; c < 128; ++c) {
      if (InClass(name, c)) out_.bytes += static_cast<char>(c);
    }
    known_ &= out_.bytes.size() > before;
    out_.classes = true;
    at_ = end == raw_.npos ? raw_.size() : end + 2;
  }

  char Byte() {
    const char c = raw_[at_++];
    if (c != '\\') return c;
    if (at_ >= raw_.size()) {
      known_ = false;
      return c;
    }
    const char next = raw_[at_++];
    constexpr std::string_view kNames = "abfnrtv\\", kBytes = "\a\b\f\n\r\t\v\\";
    if (const size_t index = kNames.find(next); index != kNames.npos) return kBytes[index];
    known_ &= next >= '0' && next <= '7';
    int code = next - '0';
    for (int n = 0; n < 2 && at_ < raw_.size() && raw_[at_] >= '0' && raw_[at_] <= '7' && code * 8 < 256; ++n)
      code = code * 8 + raw_[at_++] - '0';
    return static_cast<char>(code);
  }

  std::string_view raw_;
  size_t at_ = 0;
  Set out_;
  bool known_ = true;
};

Bytes BytesOf(const std::string& text) {
  Bytes out;
  for (const char c : text) out.set(static_cast<unsigned char>(c));
  return out;
}

std::string Complement(const std::string& text) {
  const Bytes in = BytesOf(text);
  std::string out;
  for (size_t c = 0; c < 256; ++c) {
    if (!in[c]) out += static_cast<char>(c);
  }
  return out;
}

std::string Squeezed(const std::string& text, const Bytes& set) {
  std::string out;
  for (const char c : text) {
    if (out.empty() || out.back() != c || !set[static_cast<unsigned char>(c)]) out += c;
  }
  return out;
}

// Classes stand for bytes in an order only where cases are changed.
bool Aligned(const Set& from, const Set& to) {
  const bool cases = from.raw == "[:lower:]" || from.raw == "[:upper:]";
  return !to.classes || (cases && (to.raw == "[:lower:]" || to.raw == "[:upper:]"));
}

std::string Mapped(const std::string& text, const std::string& from, const std::string& to) {
  std::string table;
  for (int c = 0; c < 256; ++c) table += static_cast<char>(c);
  for (size_t i = 0; i < from.size(); ++i) table[static_cast<unsigned char>(from[i])] = to[std::min(i, to.size() - 1)];
  std::string out;
  for (const char c : text) out += table[static_cast<unsigned char>(c)];
  return out;
}

}  // namespace

std::string Translate(const std::string& text, const std::vector<std::string>& sets, const TranslateOptions& options) {
  const size_t wanted = options.deletes == options.squeezes ? 2 : 1;
  const bool counted = sets.size() == wanted || (options.squeezes && !options.deletes && sets.size() == 2);
  if (!counted || HasUnknown(text)) return Unknown();
  for (const auto& set : sets) {
    if (HasUnknown(set)) return Unknown();
  }
  auto first = SetReader(sets[0]).Read();
  const auto second = sets.size() > 1 ? SetReader(sets[1]).Read() : Set{};
  if (!first || !second) return Unknown();
  if (options.complements) first->bytes = Complement(first->bytes);
  std::string out = text;
  if (options.deletes) {
    const Bytes gone = BytesOf(first->bytes);
    std::erase_if(out, [&](char c) { return gone[static_cast<unsigned char>(c)]; });
    return options.squeezes ? Squeezed(out, BytesOf(second->bytes)) : out;
  }
  if (sets.size() == 1) return Squeezed(out, BytesOf(first->bytes));
  if (second->bytes.empty() || !Aligned(*first, *second) || (options.complements && second->bytes.size() > 1))
    return Unknown();
  if (options.truncates) first->bytes.resize(std::min(first->bytes.size(), second->bytes.size()));
  out = Mapped(out, first->bytes, second->bytes);
  return options.squeezes ? Squeezed(out, BytesOf(second->bytes)) : out;
}

}  // namespace heddle::shell
