// Build tool: data/ask/* -> C++ tables. Usage: compile_book OUT FILE...
#include <cstdio>
#include <fstream>
#include <iterator>

#include "ask/book.h"
#include "base/text.h"

using namespace heddle;
using namespace heddle::ask;

namespace {

std::string Literal(std::string_view text) {
  std::string out = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<char>(c);
  }
  return out + "\"";
}

template <typename List, typename Row>
std::string Table(std::string_view type, std::string_view name, const List& list, Row row) {
  std::string out = Cat({"constexpr ", type, " ", name, "[] = {\n"});
  for (const auto& each : list) out += row(each) + ",\n";
  return out + "};\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fputs("usage: compile_book OUT FILE...\n", stderr), 2;
  std::vector<std::string> texts;
  for (int i = 2; i < argc; ++i) {
    std::ifstream in(argv[i]);
    texts.emplace_back((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  }
  std::vector<Book::Source> sources;
  for (size_t i = 0; i < texts.size(); ++i) sources.push_back({argv[i + 2], texts[i]});
  auto loaded = Book::Load(sources);
  if (!loaded) return std::fprintf(stderr, "%s\n", loaded.error().message.c_str()), 1;
  const BookTables& t = (*loaded)->tables();
  const auto number = [](auto value) { return std::to_string(value); };
  std::ofstream out(argv[1]);
  out << Table("std::string_view", "kNames", t.lexicon.names, Literal)
      << Table("WordRow", "kWords", t.lexicon.words,
               [](const WordRow& r) {
                 return Cat({"{", Literal(r.word), ",", std::to_string(r.first), ",", std::to_string(r.count), "}"});
               })
      << Table("Concept", "kConcepts", t.lexicon.concepts, number)
      << Table("std::string_view", "kNoise", t.lexicon.noise, Literal)
      << Table("std::string_view", "kPlain", t.lexicon.plain, Literal)
      << Table("PhraseRow", "kPhrases", t.lexicon.phrases,
               [](const PhraseRow& r) { return Cat({"{", Literal(r.words), ",", std::to_string(r.concept_id), "}"}); })
      << Table("Intent", "kIntents", t.intents,
               [](const Intent& i) {
                 return Cat({"{", Literal(i.name), ",", Literal(i.question), ",", Literal(i.slots), ",",
                             std::to_string(i.first_command), ",", std::to_string(i.commands), ",",
                             i.lines ? "true" : "false", "}"});
               })
      << Table("Modifier", "kModifiers", t.modifiers,
               [](const Modifier& m) { return Cat({"{", Literal(m.name), "}"}); })
      << Table("Command", "kCommands", t.commands,
               [](const Command& c) { return Cat({"{", Literal(c.system), ",", Literal(c.text), "}"}); })
      << Table("Say", "kSays", t.says,
               [](const Say& s) {
                 return Cat(
                     {"{", Literal(s.text), ",", std::to_string(s.owner), ",", s.modifier ? "true" : "false", "}"});
               })
      << Table("uint16_t", "kEntries", t.entries, number) << Table("uint32_t", "kIntentStart", t.intent_start, number)
      << Table("uint32_t", "kModifierStart", t.modifier_start, number);
  return out.good() ? 0 : 1;
}
