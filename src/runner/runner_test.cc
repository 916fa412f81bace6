// What the runner does before any model: requests, the stream of text, the books of sequences, drafts.
#include <doctest/doctest.h>

#include "runner/draft.h"
#include "runner/parked.h"
#include "runner/request.h"
#include "runner/sequences.h"
#include "runner/text_stream.h"

using namespace heddle;
using namespace heddle::runner;

namespace {

// The answer and the thinking that a stream shows when `text` is cut at `cut`.
std::pair<std::string, std::string> Shown(const TextStream::Options& options, std::string_view text, size_t cut) {
  TextStream stream(options);
  std::vector<TextStream::Piece> pieces;
  if (stream.Take(text.substr(0, cut), pieces)) stream.Take(text.substr(cut), pieces);
  stream.End(pieces);
  std::pair<std::string, std::string> out;
  for (const auto& piece : pieces) (piece.thinking ? out.second : out.first) += piece.text;
  return out;
}

}  // namespace

TEST_CASE("a stop string ends the text wherever the tokens are cut") {
  const std::string text = "héllo wörld STOP after";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    CAPTURE(cut);
    CHECK(Shown({.stop = {"STOP"}}, text, cut).first == "héllo wörld ");
    CHECK(Shown({.stop = {"never"}}, text, cut).first == text);
  }
}

TEST_CASE("characters are shown whole") {
  TextStream stream({});
  std::vector<TextStream::Piece> pieces;
  stream.Take("a\xE2\x82", pieces);
  REQUIRE(pieces.size() == 1);
  CHECK(pieces[0].text == "a");
  stream.Take("\xAC!", pieces);
  CHECK(pieces[0].text == "a€!");
  stream.Take("\xF0\x9F", pieces);
  stream.End(pieces);
  CHECK(pieces[0].text == "a€!\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("thinking is told apart wherever the tokens are cut") {
  const std::string text = " <think>STOP or not</think>so: 1 < 2 <think>";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    CAPTURE(cut);
    const auto [answer, thought] = Shown({.stop = {"STOP"}, .thinking = true}, text, cut);
    CHECK(answer == "so: 1 < 2 <think>");
    CHECK(thought == "STOP or not");
    CHECK(Shown({.thinking = true, .begins_thinking = true}, "hm</think>yes", std::min<size_t>(cut, 13)).first ==
          "yes");
  }
}

TEST_CASE("a prompt goes on where another began like it") {
  Sequences books(3);
  const std::vector<Token> a{1, 2, 3, 4, 5};
  auto first = books.Begin(a, 4);
  REQUIRE(first);
  CHECK(first->kept == 0);
  books.Append(first->id, a);

  SUBCASE("copied while the other is in use") {
    const auto second = books.Begin(std::vector<Token>{1, 2, 3, 9}, 3);
    REQUIRE(second);
    CHECK(second->kept == 3);
    CHECK(second->copy_from == first->id);
    CHECK(second->id != first->id);
  }
  SUBCASE("taken over when it is kept and wholly the beginning") {
    books.End(first->id, true);
    const auto second = books.Begin(std::vector<Token>{1, 2, 3, 4, 5, 6}, 5);
    REQUIRE(second);
    CHECK(second->kept == 5);
    CHECK(second->id == first->id);
    CHECK(second->copy_from == -1);
  }
  SUBCASE("never the whole prompt: the last token must be computed") {
    books.End(first->id, true);
    const auto second = books.Begin(a, 4);
    REQUIRE(second);
    CHECK(second->kept == 4);
    CHECK(books.tokens(second->id) == std::vector<Token>{1, 2, 3, 4});
  }
  SUBCASE("the one unused for longest makes room") {
    books.End(first->id, true);
    for (Token t : {20, 30}) {
      const auto more = books.Begin(std::vector<Token>{t, t}, 1);
      books.Append(more->id, std::vector<Token>{t, t});
      books.End(more->id, true);
    }
    const auto last = books.Begin(std::vector<Token>{40, 40}, 1);
    REQUIRE(last);
    CHECK(last->dropped == first->id);
    CHECK(books.kept() == 2);
  }
  SUBCASE("nothing is free when all are in use") {
    CHECK(books.Begin(std::vector<Token>{7}, 0));
    CHECK(books.Begin(std::vector<Token>{8}, 0));
    CHECK_FALSE(books.Begin(std::vector<Token>{9}, 0));
    CHECK_FALSE(books.Evict());
  }
}

TEST_CASE("a parked state is found by its tokens, and the oldest makes room") {
  Parked parked(10);
  parked.Put({{1, 2, 3}, "abcd"});
  parked.Put({{1, 2, 9}, "efgh"});
  CHECK(parked.Longest(std::vector<Token>{1, 2, 9}) == 3);
  CHECK(parked.Longest(std::vector<Token>{7}) == 0);
  CHECK_FALSE(parked.Take(std::vector<Token>{7}));
  parked.Put({{1, 2, 3, 4}, "ijklm"});  // what it begins with is not needed any more
  CHECK(parked.count() == 2);
  CHECK(parked.bytes() == 9);
  parked.Put({{5}, "nopqr"});
  CHECK(parked.count() == 2);
  CHECK(parked.Longest(std::vector<Token>{1, 2, 9}) == 2);
  parked.Put({{6}, "longer than the limit"});
  CHECK(parked.count() == 2);
  const auto taken = parked.Take(std::vector<Token>{1, 2, 3, 8});
  REQUIRE(taken);
  CHECK(taken->state == "ijklm");
  CHECK(parked.bytes() == 5);
}

TEST_CASE("a draft is what followed the same tokens before, and stops where it does not pay") {
  Drafter drafter;
  const std::vector<int32_t> text{5, 6, 7, 8, 9, 1, 5, 6};
  CHECK(drafter.Draft(text, 8) == std::vector<int32_t>{7, 8});
  CHECK(drafter.Draft(text, 1) == std::vector<int32_t>{7});
  drafter.Judge(2, 2);  // wholly right: the next is longer
  CHECK(drafter.Draft(text, 8) == std::vector<int32_t>{7, 8, 9, 1});
  drafter.Judge(4, 3);
  CHECK(drafter.Draft(text, 8).size() == 2);
  CHECK(Drafter().Draft(std::vector<int32_t>{5, 6, 7, 8, 9, 1, 5, 6, 2, 3}, 3).empty());
  Drafter cycle;
  cycle.Judge(2, 2), cycle.Judge(4, 4);
  CHECK(cycle.Draft(std::vector<int32_t>{1, 2, 1, 2, 1, 2}, 5) == std::vector<int32_t>{1, 2, 1, 2, 1});
  for (int i = 0; i < 20; ++i) drafter.Judge(3, 0);
  CHECK(drafter.Draft(text, 3).empty());
}

TEST_CASE("requests say which field is wrong") {
  CHECK(ParseRequest(R"({"op":"info"})")->operation == Operation::kInfo);
  const auto full =
      ParseRequest(R"({"op":"generate","id":3,"messages":[{"role":"user","content":"hi"}],"temperature":0,)"
                   R"("seed":7,"stop":["a","b"],"max_tokens":12,"constraint":{"notation":"regex","text":"a+"}})");
  REQUIRE(full);
  CHECK(full->messages[0].content == "hi");
  CHECK(full->sampling.temperature == 0);
  CHECK(full->sampling.seed == 7);
  CHECK(full->stop.size() == 2);
  CHECK(full->constraint->text == "a+");
  for (const auto& [line, word] : std::initializer_list<std::pair<const char*, const char*>>{
           {"{", "JSON"},
           {"[]", "object"},
           {R"({"op":"fly"})", "op"},
           {R"({"op":"generate","top_k":1.5})", "top_k"},
           {R"({"op":"generate","messages":[{"role":1}]})", "messages"},
           {R"({"op":"generate","stop":[1]})", "stop"},
           {R"({"op":"generate","constraint":"x"})", "constraint"},
           {R"({"op":"generate","temperature":-1})", "temperature"}}) {
    CAPTURE(line);
    const auto wrong = ParseRequest(line);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().message.find(word) != std::string::npos);
  }
}
