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

  void Add(const RuleSet& set) {
    for (const auto& c : set.commands()) {
      commands_ += Cat({"{", List(c.names), ", ", List(c.values), ", ", c.long_single ? "true" : "false", "},\n"});
    }
    for (const auto& r : set.rules()) {
      rules_ += Cat({"{",
                     Literal(r.id),
                     ", ",
                     List(r.commands),
                     ", ",
                     List(r.flags),
                     ", ",
                     List(r.all_flags),
                     ", ",
                     List(r.not_flags),
                     ", ",
                     List(r.args),
                     ", ",
                     List(r.not_args),
                     ", ",
                     List(r.places),
                     ", ",
                     std::to_string(r.min_operands),
                     ", Action::kRate, Risk(",
                     std::to_string(int(r.risk)),
                     "), ",
                     r.rated ? "true" : "false",
                     ", ",
                     Literal(r.effect),
                     ", ",
                     Literal(r.operands),
                     ", ",
                     List(r.recursive),
                     ", ",
                     Literal(r.reason),
                     ", ",
                     List(r.examples),
                     ", ",
                     List(r.quiet),
                     "},\n"});
    }
    for (const auto& p : set.places()) {
      places_ +=
          Cat({"{", Literal(p.id), ", ", List(p.effects), ", ", List(p.places), ", ", std::to_string(p.recursive), ", ",
               std::to_string(p.filtered), ", Risk(", std::to_string(int(p.risk)), "), ", Literal(p.reason), ", ",
               List(p.examples), ", ", List(p.quiet), "},\n"});
    }
    for (const auto& c : set.code()) {
      code_ += Cat({"{", Literal(c.id), ", ", List(c.words), ", Risk(", std::to_string(int(c.risk)), "), ",
                    Literal(c.effect), ", ", Literal(c.reason), ", ", List(c.examples), "},\n"});
    }
  }

  std::string Text() const {
    return Cat({lists_, "constexpr CommandRow kCommands[] = {\n", commands_, "};\nconstexpr Rule kRules[] = {\n",
                rules_, "};\nconstexpr PlaceRule kPlaces[] = {\n", places_, "};\nconstexpr CodeRule kCode[] = {\n",
                code_, "};\n"});
  }

 private:
  int count_ = 0;
  std::string lists_, commands_, rules_, places_, code_;
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
    writer.Add(*set);
  }
  std::ofstream out(argv[1]);
  out << writer.Text();
  return out.good() ? 0 : 1;
}
