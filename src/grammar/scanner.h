// Scanner: a cursor over grammar text that knows line and column, for messages.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"

namespace heddle::grammar {

class Scanner {
 public:
  Scanner(std::string_view text, std::string_view what) : text_(text), what_(what) {}

  bool More() const { return at_ < text_.size(); }
  char Peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool Looks(std::string_view word) const { return text_.substr(at_).starts_with(word); }
  bool Take(std::string_view word) {
    if (!Looks(word)) return false;
    at_ += word.size();
    return true;
  }
  void Skip(size_t count = 1) { at_ = std::min(at_ + count, text_.size()); }
  size_t at() const { return at_; }
  void Rewind(size_t at) { at_ = at; }
  std::string_view Since(size_t from) const { return text_.substr(from, at_ - from); }
  std::string_view rest() const { return text_.substr(at_); }

  // A code point of UTF-8; U+FFFD for a malformed byte.
  uint32_t CodePoint() { return NextCodePoint(text_, at_); }
  // After a backslash: \n \r \t \\ \" \' \] \[ \/ \xHH \uHHHH \UHHHHHHHH and other characters as themselves.
  Result<uint32_t> Escape();
  // A decimal number below 1,000,000.
  Result<uint32_t> Number();
  Error Bad(std::string_view message) const;

 private:
  std::string_view text_, what_;
  size_t at_ = 0;
};

}  // namespace heddle::grammar
