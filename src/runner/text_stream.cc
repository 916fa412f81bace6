#include "runner/text_stream.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::runner {
namespace {

constexpr std::string_view kBegin = "<think>", kEnd = "</think>";

// `text` with every malformed byte as U+FFFD.
std::string Whole(std::string_view text) {
  if (IsUtf8(text)) return std::string(text);
  std::string out;
  for (size_t at = 0; at < text.size();) AppendUtf8(out, NextCodePoint(text, at));
  return out;
}

}  // namespace

size_t CutCharacter(std::string_view text) {
  for (size_t back = 1; back <= std::min<size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<uint8_t>(text[text.size() - back]);
    if (byte < 0x80) return 0;
    if (byte >= 0xC0) {
      const size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}

size_t CutWord(std::string_view text, std::string_view word) {
  for (size_t size = std::min(text.size(), word.size() - 1); size > 0; --size) {
    if (text.ends_with(word.substr(0, size))) return size;
  }
  return 0;
}

TextStream::TextStream(Options options) : options_(std::move(options)), thinking_(options_.begins_thinking) {}

size_t TextStream::Held() const {
  size_t held = CutCharacter(held_);
  if (!thinking_) {
    for (const std::string& stop : options_.stop) held = std::max(held, CutWord(held_, stop));
  }
  if (options_.thinking) held = std::max(held, CutWord(held_, thinking_ ? kEnd : kBegin));
  return held;
}

void TextStream::Emit(std::string_view text, std::vector<Piece>& out) {
  if (text.empty()) return;
  if (!out.empty() && out.back().thinking == thinking_)
    out.back().text += Whole(text);
  else
    out.push_back({Whole(text), thinking_});
}

bool TextStream::Take(std::string_view bytes, std::vector<Piece>& out) {
  if (!stopped_by_.empty()) return false;
  held_ += bytes;
  for (;;) {
    // The first of what ends this stretch: a stop string, or the mark between thinking and answer.
    size_t first = held_.npos;
    const std::string* stop = nullptr;
    if (!thinking_) {
      for (const std::string& word : options_.stop) {
        if (const size_t at = held_.find(word); at < first) first = at, stop = &word;
      }
    }
    const std::string_view mark = thinking_ ? kEnd : kBegin;
    // Thinking begins where the answer begins, or not at all.
    const size_t at = options_.thinking ? held_.find(mark) : held_.npos;
    const bool turn =
        at != held_.npos && at < first && (thinking_ || (!any_ && Trim(std::string_view(held_).substr(0, at)).empty()));
    if (turn) {
      Emit(thinking_ ? std::string_view(held_).substr(0, at) : "", out);
      held_.erase(0, at + mark.size());
      thinking_ = !thinking_;
      if (!thinking_) any_ = true;
      continue;
    }
    if (stop == nullptr) break;
    stopped_by_ = *stop;
    Emit(std::string_view(held_).substr(0, first), out);
    held_.clear();
    return false;
  }
  const size_t certain = held_.size() - Held();
  const std::string_view text = std::string_view(held_).substr(0, certain);
  if (!thinking_ && options_.thinking && !any_ && Trim(text).empty()) return true;  // white space before <think>
  if (!thinking_) any_ = true;
  Emit(text, out);
  held_.erase(0, certain);
  return true;
}

void TextStream::End(std::vector<Piece>& out) {
  if (!stopped_by_.empty()) return;
  Emit(held_, out);
  held_.clear();
}

}  // namespace heddle::runner
