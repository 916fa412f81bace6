// TextStream: bytes of tokens become pieces of text that may be shown: whole UTF-8 only, nothing that may yet turn out
// to be a stop string, and the thinking apart from the answer. Not thread-safe; one per generation. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heddle::runner {

class TextStream {
 public:
  struct Options {
    std::vector<std::string> stop;
    bool thinking = false;         // text between <think> and </think> is thinking
    bool begins_thinking = false;  // the prompt ended with <think>
  };
  struct Piece {
    std::string text;
    bool thinking = false;
  };

  explicit TextStream(Options options);

  // Takes the bytes of one token; the pieces that are now certain are appended to `out`. False once a stop string has
  // come: what follows it is dropped.
  bool Take(std::string_view bytes, std::vector<Piece>& out);
  // The end of the text: what was held back is certain. Bytes that form no character become U+FFFD.
  void End(std::vector<Piece>& out);

  const std::string& stopped_by() const { return stopped_by_; }

 private:
  void Emit(std::string_view text, std::vector<Piece>& out);
  size_t Held() const;  // how many bytes at the end of held_ may be the beginning of something

  Options options_;
  std::string held_;
  bool thinking_ = false, any_ = false;
  std::string stopped_by_;
};

// How many bytes at the end of `text` are a cut UTF-8 character (0 to 3).
size_t CutCharacter(std::string_view text);
// How many bytes at the end of `text` are a true beginning of `word`.
size_t CutWord(std::string_view text, std::string_view word);

}  // namespace heddle::runner
