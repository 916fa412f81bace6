// Build tool: data/rules/*.toml and nature.txt -> C++ tables, so that starting heddle parses no rules.
// Usage: compile_rules OUT NATURE FILE...
#include <cstdio>
#include <fstream>
#include <iterator>
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

std::string Literal(std::string_view text) {
  std::string out = "\"";
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
  return out + "\"";
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
      return Row({List(c.names), List(c.values), List(c.switches), Flag(c.long_single), Flag(c.known),
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
                  Flag(r.rated), Literal(r.effect), Literal(r.operands), List(r.recursive), Literal(r.reason),
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
                  Flag(v.patterns), List(v.unreadable), Flag(v.any), List(v.words), List(v.loads), List(v.modules), List(v.opens)});
    });
    out += Programs("Program kNamed", index.named) + Programs("Program kWild", index.wild);
    return lists_ + out;
  }

 private:
  std::string List(Words words) {
    if (words.empty()) return "{}";
    return Named("std::string_view", words, [](std::string_view word) { return Literal(word); });
  }
  std::string Subs(std::span<const SubRow> rows) {
    if (rows.empty()) return "{}";
    return Named("SubRow", rows, [&](const SubRow& sub) { return Row({std::to_string(sub.row), List(sub.words)}); });
  }
  std::string Natures(std::span<const NatureRow> rows) {
    if (rows.empty()) return "{}";
    return Named("NatureRow", rows, [&](const NatureRow& row) {
      const std::string nature = Cat({"Nature(", std::to_string(static_cast<int>(row.nature)), ")"});
      return Row({List(row.words), List(row.flags), Flag(row.ends), nature});
    });
  }
  std::string Programs(const char* declared, std::span<const Program> programs) {
    return Table(declared, programs, [&](const Program& p) {
      return Row({Literal(p.name), Subs(p.commands), Subs(p.wrappers), Subs(p.options), Subs(p.rules),
                  Natures(p.natures)});
    });
  }

  // An array of its own, declared before all tables; returns its name.
  template <typename Items, typename Print>
  std::string Named(const char* type, const Items& items, Print print) {
    std::string body;
    for (const auto& item : items) body += print(item) + ", ";
    const std::string name = "kL" + std::to_string(count_++);
    lists_ += Cat({"constexpr ", type, " ", name, "[] = {", body, "};\n"});
    return name;
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

  int count_ = 0;
  std::string lists_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: compile_rules OUT NATURE FILE...\n", stderr);
    return 2;
  }
  std::vector<RuleSet> sets;  // own what the rows refer to
  Rows rows;
  for (int i = 3; i < argc; ++i) {
    auto set = RuleSet::FromToml(ReadAll(argv[i]), argv[i]);
    if (!set) {
      std::fprintf(stderr, "%s\n", set.error().message.c_str());
      return 1;
    }
    rows.Add(set->tables());
    sets.push_back(std::move(*set));
  }
  const std::string text = ReadAll(argv[2]);
  std::deque<std::vector<std::string_view>> words;
  const auto natures = ReadNatures(text, words);
  if (!natures) {
    std::fprintf(stderr, "%s: %s\n", argv[2], natures.error().message.c_str());
    return 1;
  }
  const ProgramIndexBuilder builder(rows.Tables(), *natures);
  std::ofstream out(argv[1]);
  out << Writer().Text(rows.Tables(), builder.index());
  return out.good() ? 0 : 1;
}
