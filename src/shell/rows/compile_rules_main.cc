// Build tool: data/rules/*.toml -> C++ tables, so that starting heddle parses no rules.
// Usage: compile_rules OUT FILE...
#include <cstdio>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "shell/rules.h"

using namespace heddle;
using namespace heddle::shell;

namespace {

std::string Literal(std::string_view text) {
  std::string out = "\"";
  for (unsigned char c : text) {
    char escaped[8];
    if (c == '"' || c == '\\')
      out += {'\\', static_cast<char>(c)};
    else if (c < 0x20 || c >= 0x7F)
      std::snprintf(escaped, sizeof escaped, "\\%03o", c), out += escaped;
    else
      out += static_cast<char>(c);
  }
  return out + "\"";
}

class Writer {
 public:
  std::string List(Words words) {
    if (words.empty()) return "{}";
    const std::string name = "kL" + std::to_string(count_++);
    lists_ += "constexpr std::string_view " + name + "[] = {";
    for (auto word : words) lists_ += Literal(word) + ", ";
    lists_ += "};\n";
    return name;
  }

  void Add(const RuleSet::Tables& set) {
    for (const auto& c : set.commands) Put(commands_, {List(c.names), List(c.values), Flag(c.long_single)});
    for (const auto& w : set.wrappers) {
      Put(wrappers_,
          {List(w.commands), std::to_string(w.skip), Literal(w.runs), Flag(w.assignments), Flag(w.elsewhere)});
    }
    for (const auto& o : set.options) Put(options_, {List(o.commands), List(o.options), Literal(o.role)});
    for (const auto& v : set.variables)
      Put(variables_, {List(v.names), Literal(v.role), Level(v.risk), Literal(v.reason), List(v.examples)});
    for (const auto& r : set.rules) {
      Put(rules_, {Literal(r.id), List(r.commands), List(r.flags), List(r.all_flags), List(r.not_flags), List(r.args),
                   List(r.not_args), List(r.places), std::to_string(r.min_operands), "Action::kRate", Level(r.risk),
                   Flag(r.rated), Literal(r.effect), Literal(r.operands), List(r.recursive), Literal(r.reason),
                   List(r.examples), List(r.quiet)});
    }
    for (const auto& p : set.places) {
      Put(places_, {Literal(p.id), List(p.effects), List(p.places), std::to_string(p.recursive),
                    std::to_string(p.filtered), Level(p.risk), Literal(p.reason), List(p.examples), List(p.quiet)});
    }
    for (const auto& c : set.code) {
      Put(code_, {Literal(c.id), List(c.words), List(c.languages), Level(c.risk), Literal(c.effect), Literal(c.reason),
                  List(c.examples)});
    }
  }

  std::string Text() const {
    return Cat({lists_, Table("CommandRow kCommands", commands_), Table("WrapperRow kWrappers", wrappers_),
                Table("OptionRow kOptions", options_), Table("VariableRow kVariables", variables_),
                Table("Rule kRules", rules_), Table("PlaceRule kPlaces", places_), Table("CodeRule kCode", code_)});
  }

 private:
  static std::string Flag(bool value) { return value ? "true" : "false"; }
  static std::string Level(Risk risk) { return Cat({"Risk(", std::to_string(static_cast<int>(risk)), ")"}); }
  static std::string Table(const char* declared, const std::string& rows) {
    return Cat({"constexpr ", declared, "[] = {\n", rows, "};\n"});
  }
  static void Put(std::string& table, const std::vector<std::string>& values) {
    table += Cat({"{", Join(values, ", "), "},\n"});
  }

  int count_ = 0;
  std::string lists_, commands_, wrappers_, options_, variables_, rules_, places_, code_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fputs("usage: compile_rules OUT FILE...\n", stderr), 2;
  Writer writer;
  for (int i = 2; i < argc; ++i) {
    std::ifstream in(argv[i]);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    auto set = RuleSet::FromToml(text, argv[i]);
    if (!set) return std::fprintf(stderr, "%s\n", set.error().message.c_str()), 1;
    writer.Add(set->tables());
  }
  std::ofstream out(argv[1]);
  out << writer.Text();
  return out.good() ? 0 : 1;
}
