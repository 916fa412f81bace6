// Understanding, word by word: what must never be dropped, inverted or invented.
#include <doctest/doctest.h>

#include <algorithm>

#include "ask/book.h"
#include "ask/learned.h"
#include "ask/render.h"
#include "ask/token.h"
#include "ask/understand.h"
#include "base/text.h"

using namespace heddle;
using namespace heddle::ask;

namespace {

Candidate Best(const std::string& text) {
  const auto understanding = Understand(Book::BuiltIn(), {.text = text});
  REQUIRE(understanding);
  return understanding->candidates.empty() ? Candidate{} : understanding->candidates[0];
}

}  // namespace

TEST_CASE("numbers with units, durations and quoted text are single tokens") {
  const auto tokens =
      Tokenize("files over 1.5 GB changed in 2 weeks or a day saying \"a b\"", Book::BuiltIn().lexicon(), {});
  REQUIRE(tokens);
  const auto shape = [&](Shape s) {
    return std::count_if(tokens->begin(), tokens->end(), [&](const Token& t) { return t.shape == s; });
  };
  CHECK(shape(Shape::kSize) == 1);
  CHECK(shape(Shape::kDuration) == 2);
  CHECK(shape(Shape::kQuoted) == 1);
}

TEST_CASE("requests that are no text are refused") {
  for (const std::string& text :
       {std::string(), std::string("   "), std::string("a\0b", 3), std::string("\xff"), std::string(5000, 'a')}) {
    CHECK_FALSE(Understand(Book::BuiltIn(), {.text = text}));
  }
}

TEST_CASE("size, unit, age and direction survive into the command") {
  for (const auto& [text, part] : {std::pair{"files larger than 7 MB", "-size +7M"},
                                   {"files smaller than 7 MB", "-size -7340032c"},
                                   {"files older than 12 days", "-mtime +12"},
                                   {"files modified in the last 12 days", "-mtime -12"},
                                   {"files larger than 10GB", "-size +10G"},
                                   {"what is using port 3000", "3000"},
                                   {"first 17 lines of a.txt", "17"},
                                   {"find files newer than 3 hours", "-mmin -180"}}) {
    const Candidate best = Best(text);
    CHECK_MESSAGE(Contains(best.command, part), text, " gave ", best.command);
    CHECK(best.confidence >= 0.8);
  }
}

TEST_CASE("a misspelt, a British and a plural word mean the same") {
  CHECK(Best("delte all tmp files").command == Best("delete all tmp files").command);
  CHECK(Best("fnid emtpy files").command == Best("find empty files").command);
  CHECK(Best("find every empty file").command == Best("find empty files").command);
}

TEST_CASE("a verb that deletes is never dropped, and none is invented") {
  for (const char* text : {"delete all log files", "find log files and delete them", "remove empty directories",
                           "get rid of files older than 3 days"}) {
    const std::string command = Best(text).command;
    CHECK_MESSAGE((Contains(command, "rm") || Contains(command, "-delete")), text, " gave ", command);
  }
  for (const char* text : {"show all log files", "find empty directories", "list files older than 3 days",
                           "count files not modified today"}) {
    const std::string command = Best(text).command;
    CHECK_MESSAGE(!(Contains(command, "rm ") || Contains(command, "-delete")), text, " gave ", command);
  }
}

TEST_CASE("every word must be explained, or confidence falls") {
  CHECK(Best("list hidden files").confidence >= 0.8);
  CHECK(Best("list hidden purple files").confidence < 0.8);
  CHECK(Best("list hidden purple dancing files").confidence < 0.5);
  CHECK(Best("write a poem about cats").confidence < kAbstainBelow);
}

TEST_CASE("templates quote each value for the place it lands in") {
  const std::vector<std::string> slots{"a", "b", "n", "dir"};
  const Values values{{"a", "it's"}, {"b", "x/y&z"}, {"dir", "~/my docs"}};
  const auto render = [&](std::string_view text) { return Render(text, values, slots, shell::Dialect::kBash).text; };
  CHECK(render("echo {a}") == "echo 'it'\\''s'");
  CHECK(render("sed 's/{b|sed}/{b|sedrep}/'") == "sed 's/x\\/y&z/x\\/y\\&z/'");
  CHECK(render("ls {dir}") == "ls ~/'my docs'");
  CHECK(render("head{?n: -n {n}} {b}") == "head 'x/y&z'");
  CHECK(render("awk '{print ${n=2}}'") == "awk '{print $2}'");
  CHECK(Render("cp {c} {a}", values, {"a", "c"}, shell::Dialect::kBash).missing == std::vector<std::string>{"c"});
}

TEST_CASE("no template of the book has a hole that no slot fills") {
  const Book& book = Book::BuiltIn();
  CHECK(book.intents().size() > 900);
  for (const Intent& intent : book.intents()) {
    std::vector<std::string> slots;
    Values values;
    for (auto name : SplitWords(intent.slots)) slots.emplace_back(name), values[std::string(name)] = "1";
    for (const Command& command : book.CommandsOf(intent)) {
      const auto rendered = Render(command.text, values, slots, shell::Dialect::kBash);
      CHECK_MESSAGE(rendered.missing.empty(), intent.name);
      if (Contains(rendered.text, "@{u}")) continue;  // git's own
      for (char c = 'a'; c <= 'z'; ++c) {
        CHECK_MESSAGE(!Contains(rendered.text, Cat({"{", std::string(1, c), "}"})), intent.name, ": ", rendered.text);
        CHECK_MESSAGE(!Contains(rendered.text, Cat({"{", std::string(1, c), "="})), intent.name, ": ", rendered.text);
      }
    }
    CHECK_MESSAGE(intent.commands > 0, intent.name);
  }
}

TEST_CASE("errors in the data name file and line") {
  const auto message = [](std::string_view text) {
    auto book = Book::Load({{"x/lexicon.txt", "noise: a"}, {"x/y.ask", text}});
    return book ? std::string() : book.error().message;
  };
  CHECK(message("intent a\n  say b <c:nope>\n").starts_with("x/y.ask:2:"));
  CHECK(message("say b\n").starts_with("x/y.ask:1:"));
  CHECK(message("intent a\n  say (b\n").starts_with("x/y.ask:2:"));
  CHECK(message("intent a\n  run.vms x\n").starts_with("x/y.ask:2:"));
  CHECK(message("intent a\n  say b\n  run c\n").empty());
}

TEST_CASE("tldr pages give description and command") {
  const auto examples = ParseTldrPage(
      "# tar\n\n> Archive.\n\n- Create an archive:\n\n`tar cf {{x.tar}} {{file}}`\n\n- List:\n`tar tf {{x.tar}}`\n");
  REQUIRE(examples.size() == 2);
  CHECK(examples[0].description == "Create an archive");
  CHECK(examples[1].command == "tar tf {{x.tar}}");
}

TEST_CASE("no intent takes a slot that its commands leave out") {
  const Book& book = Book::BuiltIn();
  for (uint16_t id = 0; id < book.tables().says.size(); ++id) {
    const Say& say = book.say(id);
    if (say.modifier) continue;
    const Intent& intent = book.intents()[say.owner];
    std::string commands;
    for (const Command& command : book.CommandsOf(intent)) commands += command.text;
    for (const Pattern& pattern : book.Patterns(id)) {
      for (const Item& item : pattern.items) {
        const bool used = !item.slot || Contains(commands, "{" + item.name) || Contains(commands, "{?" + item.name) ||
                          Contains(commands, "{!" + item.name);
        CHECK_MESSAGE(used, intent.name << ": <" << item.name << "> in " << say.text);
      }
    }
  }
}
