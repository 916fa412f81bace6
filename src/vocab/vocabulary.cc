#include "vocab/vocabulary.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::vocab {

Result<std::shared_ptr<const Vocabulary>> Vocabulary::Make(VocabularyData data) {
  if (data.tokens.empty()) return Error{Code::kInvalid, "the vocabulary has no tokens"};
  if (data.tokens.size() > 4'000'000) return Error{Code::kTooLarge, "the vocabulary has more than 4,000,000 tokens"};
  auto out = std::make_shared<Vocabulary>();
  data.special.resize(data.tokens.size());
  size_t total = 0;
  for (const auto& token : data.tokens) total += token.size();
  if (total > UINT32_MAX / 2) return Error{Code::kTooLarge, "the vocabulary is larger than 2 GB"};
  out->blob_.reserve(total);
  out->offsets_.reserve(data.tokens.size() + 1);
  for (size_t i = 0; i < data.tokens.size(); ++i) {
    out->offsets_.push_back(static_cast<uint32_t>(out->blob_.size()));
    out->blob_ += data.tokens[i];
    if (!data.special[i]) out->longest_ = std::max(out->longest_, data.tokens[i].size());
  }
  out->offsets_.push_back(static_cast<uint32_t>(out->blob_.size()));
  out->special_ = std::move(data.special);
  for (const Token end : data.ends) {
    if (end < out->size()) out->ends_.push_back(end);
  }
  std::vector<std::pair<std::string_view, uint32_t>> entries;
  entries.reserve(out->size());
  for (Token token = 0; token < out->size(); ++token) {
    if (!out->special_[token] && !out->bytes(token).empty()) entries.emplace_back(out->bytes(token), token);
  }
  out->trie_ = Trie::Build(std::move(entries));
  return std::shared_ptr<const Vocabulary>(std::move(out));
}

Token Vocabulary::Special(std::string_view name) const {
  for (Token token = 0; token < size(); ++token) {
    if (special_[token] && bytes(token) == name) return token;
  }
  return static_cast<Token>(size());
}

Token Vocabulary::Longest(std::string_view text) const {
  Token best = static_cast<Token>(size());
  const auto nodes = trie_.nodes();
  uint32_t node = 0, end = nodes[0].end;
  for (const char c : text) {
    uint32_t child = node == 0 ? trie_.Child(static_cast<uint8_t>(c)) : node + 1;
    if (node != 0) {
      while (child < end && nodes[child].byte != static_cast<uint8_t>(c)) child = nodes[child].end;
    }
    if (child == 0 || child >= end) break;
    node = child, end = nodes[child].end;
    if (const auto items = trie_.ItemsAt(node); !items.empty()) best = items[0];
  }
  return best;
}

Result<VocabularyData> ReadBase64List(std::string_view text) {
  VocabularyData out;
  size_t number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    const auto words = SplitWords(line);
    if (words.empty()) continue;
    const auto bytes = DecodeBase64(words[0]);
    const auto rank =
        words.size() > 1 ? ParseInt(words[1]) : std::optional<int64_t>(static_cast<int64_t>(out.tokens.size()));
    if (!bytes || !rank || *rank < 0 || *rank > 4'000'000 || words.size() > 2)
      return Error{Code::kInvalid, Cat({"line ", std::to_string(number), ": expected base64 and, at most, a rank"})};
    const auto id = static_cast<size_t>(*rank);
    if (id >= out.tokens.size()) out.tokens.resize(id + 1);
    out.tokens[id] = *bytes;
  }
  return out;
}

}  // namespace heddle::vocab
