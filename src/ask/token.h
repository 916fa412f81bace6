// Tokens: a request cut into words, each with what it could be. Numbers with units are one token ("1.5 GB", "30 days",
// "a week"), quoted text is one token and never a word of the language.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ask/lexicon.h"
#include "base/result.h"

namespace heddle::ask {

enum class Shape : uint8_t {
  kWord,
  kQuoted,
  kNumber,
  kSize,
  kDuration,
  kDate,
  kPath,
  kGlob,
  kExtension,
  kUrl,
  kHost,
  kMode,
  kPunctuation
};

struct Token {
  std::string raw;    // as typed, quotes removed
  std::string word;   // lower case, punctuation off
  std::string lemma;  // its dictionary form
  Shape shape = Shape::kWord;
  double number = 0;              // kNumber: value; kSize: bytes; kDuration: seconds
  char unit = 0;                  // kSize: c k M G T; kDuration: s m h d w M y
  double count = 0;               // the number before the unit
  std::vector<Concept> concepts;  // what the word means
  Concept own = Lexicon::kNone;   // the concept that is called by this very word
  std::vector<Concept> guesses;   // what it may mean if it is misspelt
  bool noise = false;
  bool plain = false;      // an ordinary English word, hardly a name
  bool literal = false;    // stands where only a name can
  bool kind = false;       // names a kind of file: "image", "py"
  bool exists = false;     // kPath or kWord: there is such a file here
  bool directory = false;  // and it is a directory
};

enum class Existing : uint8_t { kNothing, kFile, kDirectory };

struct TokenizeOptions {
  // What a path is; may be empty.
  std::function<Existing(const std::string&)> exists;
};

// Errors: kInvalid for empty text, NUL bytes, invalid UTF-8; kTooLarge over 4 kB or 200 words.
Result<std::vector<Token>> Tokenize(std::string_view text, const Lexicon& lexicon, const TokenizeOptions& options);

}  // namespace heddle::ask
