// Build tool: data/rules/*.toml and nature.txt -> C++ tables, so that starting heddle parses no rules.
// Usage: compile_rules OUT FILE...; a file's kind is told by its name: *.toml, nature.txt, any other *.txt (options).
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

#include "base/text.h"
#include "shell/rules.h"

using namespace heddle;
using namespace heddle::shell;

namespace {

std::string ReadAll(const char* path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// With its length, which the compiler would otherwise count character by character.
std::string Literal(std::string_view text) {
  std::string out = "{\"";
  for (unsigned char c : text) {
    char escaped[8];
    if (c == '"' || c == '\\') {
      out += {'\\', static_cast<char>(c)};
    } else if (c < 0x20 || c >= 0x7F) {
      std::snprintf(escaped, sizeof escaped, "\\%03o", c);
      out += escaped;
    } else {
      out += static_cast<char>(c);
    }
  }
  return Cat({out, "\", ", std::to_string(text.size()), "}"});
}

// The rows of all files, one table a kind.
struct Rows {
  std::vector<CommandRow> commands;
  std::vector<WrapperRow> wrappers;
  std::vector<OptionRow> options;
  std::vector<EscapeRow> escapes;
  std::vector<VariableRow> variables;
  std::vector<Rule> rules;
  std::vector<PlaceRule> places;
  std::vector<CodeRule> code;
  std::vector<VocabularyRow> vocabularies;

  void Add(const RuleTables& file) {
    commands.insert(commands.end(), file.commands.begin(), file.commands.end());
    wrappers.insert(wrappers.end(), file.wrappers.begin(), file.wrappers.end());
    options.insert(options.end(), file.options.begin(), file.options.end());
    escapes.insert(escapes.end(), file.escapes.begin(), file.escapes.end());
    variables.insert(variables.end(), file.variables.begin(), file.variables.end());
    rules.insert(rules.end(), file.rules.begin(), file.rules.end());
    places.insert(places.end(), file.places.begin(), file.places.end());
    code.insert(code.end(), file.code.begin(), file.code.end());
    vocabularies.insert(vocabularies.end(), file.vocabularies.begin(), file.vocabularies.end());
  }
  RuleTables Tables() const { return {commands, wrappers, options, escapes, variables, rules, places, code, vocabularies}; }
};

class Writer {
 public:
  std::string Text(const RuleTables& all, const ProgramIndex& index) {
    std::string out;
    out += Table("CommandRow kCommands", all.commands, [&](const CommandRow& c) {
      return Row({List(c.names), List(c.values), List(c.switches), Flag(c.long_single), List(c.loads), List(c.tells), Flag(c.known),
                  List(c.runs), Literal(c.language)});
    });
    out += Table("WrapperRow kWrappers", all.wrappers, [&](const WrapperRow& w) {
      return Row({List(w.commands), std::to_string(w.skip), Literal(w.runs), Flag(w.assignments), Flag(w.elsewhere)});
    });
    out += Table("OptionRow kOptions", all.options, [&](const OptionRow& o) {
      return Row({List(o.commands), List(o.options), Literal(o.role)});
    });
    out += Table("EscapeRow kEscapes", all.escapes, [&](const EscapeRow& e) {
      return Row({List(e.names), List(e.prefixes), List(e.examples)});
    });
    out += Table("VariableRow kVariables", all.variables, [&](const VariableRow& v) {
      return Row({List(v.names), Literal(v.role), Level(v.risk), Literal(v.reason), List(v.examples)});
    });
    out += Table("Rule kRules", all.rules, [&](const Rule& r) {
      return Row({Literal(r.id), List(r.commands), List(r.flags), List(r.all_flags), List(r.not_flags), List(r.args),
                  List(r.not_args), List(r.places), std::to_string(r.min_operands), "Action::kRate", Level(r.risk),
                  Flag(r.rated), Literal(r.effect), Literal(r.operands), Literal(r.prints), List(r.recursive), Literal(r.reason),
                  List(r.examples), List(r.quiet)});
    });
    out += Table("PlaceRule kPlaces", all.places, [&](const PlaceRule& p) {
      return Row({Literal(p.id), List(p.effects), List(p.places), std::to_string(p.recursive),
                  std::to_string(p.filtered), Level(p.risk), Literal(p.reason), List(p.examples), List(p.quiet)});
    });
    out += Table("CodeRule kCode", all.code, [&](const CodeRule& c) {
      return Row({Literal(c.id), List(c.words), List(c.languages), Level(c.risk), Literal(c.effect), Literal(c.reason),
                  List(c.examples)});
    });
    out += Table("VocabularyRow kVocabularies", all.vocabularies, [&](const VocabularyRow& v) {
      return Row({List(v.languages), Literal(v.comment), Literal(v.sigils), Flag(v.backquotes_run), Flag(v.interpolates),
                  Flag(v.patterns), List(v.unreadable), Flag(v.any), List(v.words), List(v.loads), List(v.modules),
                  List(v.opens), Literal(v.texts), List(v.text_code), List(v.never), List(v.guarded)});
    });
    out += Programs("Program kNamed", index.named) + Programs("Program kWild", index.wild);
    std::string lists;
    const auto declare = [&](const char* type, const Pool& pool) {
      if (pool.count > 0) lists += Cat({"constexpr ", type, " ", pool.name, "[] = {\n", pool.body, "};\n"});
    };
    declare("std::string_view", words_);
    declare("SubRow", subs_);
    declare("NatureRow", natures_);
    declare("HarmlessRow", harmless_);
    return lists + out;
  }

 private:
  // All lists of one type, one after another.
  struct Pool {
    const char* name;
    std::string body{};
    size_t count = 0;
  };

  std::string List(Words words) {
    if (words.empty()) return "{}";
    return Part(words_, words, [](std::string_view word) { return Literal(word); });
  }
  std::string Subs(std::span<const SubRow> rows) {
    if (rows.empty()) return "{}";
    return Part(subs_, rows, [&](const SubRow& sub) { return Row({std::to_string(sub.row), List(sub.words)}); });
  }
  std::string Natures(std::span<const NatureRow> rows) {
    if (rows.empty()) return "{}";
    return Part(natures_, rows, [&](const NatureRow& row) {
      const std::string nature = Cat({"Nature(", std::to_string(static_cast<int>(row.nature)), ")"});
      return Row({List(row.words), List(row.flags), Flag(row.ends), nature});
    });
  }
  // Several programs share the lists of one line.
  std::string Harmless(std::span<const HarmlessRow> rows) {
    if (rows.empty()) return "{}";
    return Part(harmless_, rows, [&](const HarmlessRow& row) {
      return Row({List(row.words), Shared(row.switches), Shared(row.values), Shared(row.opens), Flag(row.ends)});
    });
  }
  std::string Shared(Words words) {
    if (words.empty()) return "{}";
    std::string& name = shared_[words.data()];
    if (name.empty()) name = List(words);
    return name;
  }
  std::string Programs(const char* declared, std::span<const Program> programs) {
    return Table(declared, programs, [&](const Program& p) {
      return Row({Literal(p.name), Subs(p.commands), Subs(p.wrappers), Subs(p.options), Subs(p.rules),
                  Natures(p.natures), Harmless(p.harmless)});
    });
  }

  // Adds the items to the one array of their type and returns the part that they are. (An array a list would be
  // thousands of names, which compilers look up slowly.)
  template <typename Items, typename Print>
  std::string Part(Pool& pool, const Items& items, Print print) {
    const size_t first = pool.count;
    for (const auto& item : items) pool.body += print(item) + ",\n";
    pool.count += items.size();
    return Cat({"{", pool.name, " + ", std::to_string(first), ", ", std::to_string(items.size()), "}"});
  }
  template <typename Items, typename Print>
  static std::string Table(const char* declared, const Items& items, Print print) {
    std::string body;
    for (const auto& item : items) body += print(item) + ",\n";
    return Cat({"constexpr ", declared, "[] = {\n", body, "};\n"});
  }
  static std::string Row(const std::vector<std::string>& values) { return Cat({"{", Join(values, ", "), "}"}); }
  static std::string Flag(bool value) { return value ? "true" : "false"; }
  static std::string Level(Risk risk) { return Cat({"Risk(", std::to_string(static_cast<int>(risk)), ")"}); }

  Pool words_{"kWords"}, subs_{"kSubs"}, natures_{"kNatures"}, harmless_{"kHarmless"};
  std::map<const std::string_view*, std::string> shared_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: compile_rules OUT FILE...\n", stderr);
    return 2;
  }
  std::vector<RuleSet> sets;  // own what the rows refer to
  std::deque<std::string> texts;
  std::deque<std::vector<std::string_view>> words;
  Rows rows;
  NatureLines natures;
  HarmlessLines harmless;
  const auto read = [&](std::string_view file) -> Result<> {
    const std::string& text = texts.emplace_back(ReadAll(file.data()));
    if (file.ends_with(".toml")) {
      auto set = RuleSet::FromToml(text, file);
      if (!set) return std::move(set).error();
      rows.Add(set->tables());
      sets.push_back(std::move(*set));
    } else if (file.ends_with("/nature.txt")) {
      auto lines = ReadNatures(text, words);
      if (!lines) return std::move(lines).error();
      natures = std::move(*lines);
    } else {
      const auto lines = ReadHarmless(text, words);
      if (!lines) return lines.error();
      harmless.insert(harmless.end(), lines->begin(), lines->end());
    }
    return {};
  };
  for (int i = 2; i < argc; ++i) {
    if (const auto done = read(argv[i]); !done) {
      std::fprintf(stderr, "%s: %s\n", argv[i], done.error().message.c_str());
      return 1;
    }
  }
  const ProgramIndexBuilder builder(rows.Tables(), natures, harmless);
  std::ofstream out(argv[1]);
  out << Writer().Text(rows.Tables(), builder.index());
  return out.good() ? 0 : 1;
}
