// Vocabularies: exact bytes from every format, the trie, and merges by rank.
#include <doctest/doctest.h>

#include <cstring>
#include <random>

#include "vocab/tokenizer.h"

using namespace heddle;
using namespace heddle::vocab;

namespace {

std::string Number32(uint32_t value) { return std::string(reinterpret_cast<const char*>(&value), 4); }
std::string Number64(uint64_t value) { return std::string(reinterpret_cast<const char*>(&value), 8); }
std::string Text(std::string_view text) { return Number64(text.size()) + std::string(text); }

constexpr const char* kTokenizer = R"({"normalizer": null,
  "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true}, {"type": "ByteLevel", "add_prefix_space": false}]},
  "decoder": {"type": "ByteLevel"},
  "added_tokens": [{"id": 0, "content": "<|im_end|>", "special": true}],
  "model": {"type": "BPE", "vocab": {"h": 1, "e": 2, "l": 3, "o": 4, "he": 5, "ll": 6, "hell": 7, "hello": 8, "\u0120": 9, "\u0120hello": 10, "1": 11, "\u00c3": 12, "\u00a9": 13, "\u00c3\u00a9": 14},
  "merges": ["h e", "l l", "he ll", "hell o", "\u0120 hello", "\u00c3 \u00a9"]}})";

}  // namespace

TEST_CASE("a tokenizer.json gives exact bytes and merges by rank") {
  auto data = ReadTokenizerJson(kTokenizer);
  REQUIRE(data);
  auto vocabulary = Vocabulary::Make(*std::move(data));
  REQUIRE(vocabulary);
  const Vocabulary& v = **vocabulary;
  CHECK(v.bytes(10) == " hello");
  CHECK(v.bytes(14) == "\xC3\xA9");
  CHECK(v.special(0));
  CHECK(v.ends() == std::vector<Token>{0});
  CHECK(v.Special("<|im_end|>") == 0);
  CHECK(v.bytes(v.Longest("hellx")) == "hell");
  const auto tokenizer = MakeTokenizer(kTokenizer);
  REQUIRE(tokenizer);
  CHECK((*tokenizer)->Encode("hello hello11\xC3\xA9") == std::vector<Token>{8, 10, 11, 11, 14});
  CHECK_FALSE(MakeTokenizer("{\"model\": {\"type\": \"Unigram\", \"vocab\": []}}"));
}

TEST_CASE("a GGUF head gives tokens, kinds and ends; damage is an error") {
  std::string file = "GGUF" + Number32(3) + Number64(0) + Number64(4);
  file += Text("tokenizer.ggml.model") + Number32(8) + Text("llama");
  file += Text("tokenizer.ggml.tokens") + Number32(9) + Number32(8) + Number64(4) + Text("<s>") + Text("<0x41>") +
          Text("\xE2\x96\x81hi") + Text("</s>");
  file += Text("tokenizer.ggml.token_type") + Number32(9) + Number32(5) + Number64(4) + Number32(3) + Number32(6) +
          Number32(1) + Number32(3);
  file += Text("tokenizer.ggml.eos_token_id") + Number32(4) + Number32(3);
  const auto data = ReadVocabulary(file);
  REQUIRE(data);
  CHECK(data->tokens[1] == "A");
  CHECK(data->tokens[2] == " hi");
  CHECK(data->special[0]);
  CHECK(data->ends == std::vector<Token>{3});
  for (size_t cut = 0; cut < file.size(); ++cut) CHECK_FALSE(ReadGguf(std::string_view(file).substr(0, cut)));
}

TEST_CASE("a SentencePiece model gives pieces and kinds; damage is an error") {
  const auto piece = [](std::string_view text, char type) {
    std::string inner = std::string("\x0A") + static_cast<char>(text.size()) + std::string(text) + "\x15" +
                        std::string(4, '\0') + "\x18" + type;
    return std::string("\x0A") + static_cast<char>(inner.size()) + inner;
  };
  const std::string file = piece("<unk>", 2) + piece("</s>", 3) + piece("\xE2\x96\x81the", 1) + piece("<0x0A>", 6);
  const auto data = ReadSentencePiece(file);
  REQUIRE(data);
  CHECK(data->tokens[2] == " the");
  CHECK(data->tokens[3] == "\n");
  CHECK(data->special[1]);
  CHECK(data->ends == std::vector<Token>{1});
  CHECK_FALSE(ReadSentencePiece(file.substr(0, file.size() - 3)));
}

TEST_CASE("tiktoken ranks and plain base64 lists") {
  const auto ranks = ReadVocabulary("YQ== 1\nYg== 0\n");
  REQUIRE(ranks);
  CHECK(ranks->tokens == std::vector<std::string>{"b", "a"});
  CHECK_FALSE(ReadBase64List("***\n"));
}

TEST_CASE("the trie holds every entry once, subtrees are contiguous") {
  std::mt19937_64 rng(3);
  std::vector<std::string> words;
  for (int i = 0; i < 3000; ++i) {
    std::string word;
    for (size_t n = 1 + rng() % 12; n > 0; --n)
      word += static_cast<char>(rng() % 4 == 0 ? rng() % 256 : 'a' + rng() % 3);
    words.push_back(word);
  }
  std::vector<std::pair<std::string_view, uint32_t>> entries;
  for (uint32_t i = 0; i < words.size(); ++i) entries.emplace_back(words[i], i);
  const Trie trie = Trie::Build(entries);
  std::vector<uint32_t> path;
  std::string text;
  size_t seen = 0;
  const auto nodes = trie.nodes();
  for (uint32_t at = 1; at < nodes.size(); ++at) {
    while (!path.empty() && at >= nodes[path.back()].end) path.pop_back(), text.pop_back();
    path.push_back(at);
    text += static_cast<char>(nodes[at].byte);
    for (const uint32_t item : trie.ItemsAt(at)) {
      CHECK(words[item] == text);
      ++seen;
    }
  }
  CHECK(seen == words.size());
  CHECK(trie.ItemsBelow(0).size() == words.size());
}
