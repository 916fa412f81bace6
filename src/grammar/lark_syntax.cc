#include "grammar/lark_syntax.h"

#include "base/text.h"
#include "grammar/scanner.h"

namespace heddle::grammar {
namespace {

bool IsName(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}
bool IsTerminal(std::string_view name) {
  const size_t first = name.find_first_not_of('_');
  return first != name.npos && name[first] >= 'A' && name[first] <= 'Z';
}

struct Common {
  std::string_view name, pattern;
};
// The terminals of lark/grammars/common.lark as patterns.
constexpr Common kCommon[] = {
    {"DIGIT", "[0-9]"},
    {"HEXDIGIT", "[a-fA-F0-9]"},
    {"INT", "[0-9]+"},
    {"SIGNED_INT", "[+-]?[0-9]+"},
    {"DECIMAL", "[0-9]+\\.[0-9]*|\\.[0-9]+"},
    {"FLOAT", "[0-9]+[eE][+-]?[0-9]+|([0-9]+\\.[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?"},
    {"SIGNED_FLOAT", "[+-]?([0-9]+[eE][+-]?[0-9]+|([0-9]+\\.[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?)"},
    {"NUMBER", "[0-9]+[eE][+-]?[0-9]+|([0-9]+\\.[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|[0-9]+"},
    {"SIGNED_NUMBER", "[+-]?([0-9]+[eE][+-]?[0-9]+|([0-9]+\\.[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|[0-9]+)"},
    {"UNESCAPED_STRING", "\"[^\"]*\""},
    {"ESCAPED_STRING", "\"([^\"\\\\\\n]|\\\\[^\\n])*\""},
    {"LCASE_LETTER", "[a-z]"},
    {"UCASE_LETTER", "[A-Z]"},
    {"LETTER", "[a-zA-Z]"},
    {"WORD", "[a-zA-Z]+"},
    {"CNAME", "[_a-zA-Z][_a-zA-Z0-9]*"},
    {"WS_INLINE", "[ \\t]+"},
    {"WS", "[ \\t\\f\\r\\n]+"},
    {"CR", "\\r"},
    {"LF", "\\n"},
    {"NEWLINE", "(\\r?\\n)+"},
    {"SH_COMMENT", "#[^\\n]*"},
    {"CPP_COMMENT", "//[^\\n]*"},
    {"C_COMMENT", "/\\*([^*]|\\*+[^*/])*\\*+/"},
    {"SQL_COMMENT", "--[^\\n]*"},
};

class Parser {
 public:
  explicit Parser(std::string_view text) : in_(text, "Lark") {}

  Result<LarkSyntax> Whole() {
    LarkSyntax out;
    for (Blank(true); in_.More(); Blank(true)) {
      if (in_.Peek() == '%') {
        TRY(Directive(out));
      } else {
        TRY_ASSIGN(LarkRule rule, Rule());
        out.rules.push_back(std::move(rule));
      }
    }
    return out;
  }

 private:
  void Blank(bool lines) {
    for (;; in_.Skip()) {
      if (in_.Looks("//") || in_.Peek() == '#') {
        while (in_.More() && in_.Peek() != '\n') in_.Skip();
      }
      const char c = in_.Peek();
      if (!in_.More() || !(c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r')))) return;
    }
  }

  Result<std::string> Name() {
    const size_t from = in_.at();
    while (in_.More() && IsName(in_.Peek()) && !in_.Looks("->")) in_.Skip();
    if (in_.at() == from) return in_.Bad("a name is needed");
    return std::string(in_.Since(from));
  }

  Result<> Directive(LarkSyntax& out) {
    if (in_.Take("%ignore")) {
      Blank(false);
      TRY_ASSIGN(LarkNode node, Alternatives(0));
      out.ignored.push_back(std::move(node));
      return {};
    }
    if (in_.Take("%import")) {
      Blank(false);
      if (!in_.Take("common.")) return in_.Bad("only %import common.NAME is supported");
      std::vector<std::string> names;
      if (in_.Take("(")) {
        do {
          Blank(true);
          TRY_ASSIGN(std::string name, Name());
          names.push_back(std::move(name));
          Blank(true);
        } while (in_.Take(","));
        if (!in_.Take(")")) return in_.Bad("')' is needed");
      } else {
        TRY_ASSIGN(std::string name, Name());
        names.push_back(std::move(name));
      }
      Blank(false);
      std::string alias;
      if (in_.Take("->")) {
        Blank(false);
        TRY_ASSIGN(alias, Name());
      }
      for (const std::string& name : names) out.imports.emplace_back(name, alias.empty() ? name : alias);
      return {};
    }
    if (in_.Take("%declare")) {
      for (Blank(false); in_.More() && in_.Peek() != '\n'; Blank(false)) {
        TRY_ASSIGN(std::string name, Name());
        out.declared.push_back(std::move(name));
      }
      return {};
    }
    if (in_.Take("%llguidance")) {  // settings of that engine, which do not change the language
      while (in_.More() && in_.Peek() != '\n') in_.Skip();
      return {};
    }
    return in_.Bad("unknown directive: %ignore, %import and %declare are known at the top");
  }

  Result<LarkRule> Rule() {
    LarkRule out;
    while (in_.Peek() == '?' || in_.Peek() == '!') in_.Skip();  // about trees: nothing here
    out.at = in_.at();
    TRY_ASSIGN(out.name, Name());
    out.terminal = IsTerminal(out.name);
    if (in_.Take("{")) {
      do {
        Blank(true);
        TRY_ASSIGN(std::string parameter, Name());
        out.parameters.push_back(std::move(parameter));
        Blank(true);
      } while (in_.Take(","));
      if (!in_.Take("}")) return in_.Bad("'}' is needed");
    }
    if (in_.Take("[")) TRY(Attributes(out));
    if (in_.Take(".")) {  // a priority: every derivation counts here
      (void)in_.Take("-");
      TRY(in_.Number());
    }
    Blank(true);
    if (!in_.Take(":")) return in_.Bad("':' is needed after a rule's name");
    TRY_ASSIGN(out.body, Alternatives(0));
    return out;
  }

  Result<> Attributes(LarkRule& out) {
    do {
      Blank(true);
      TRY_ASSIGN(const std::string name, Name());
      Blank(true);
      std::optional<LarkNode> value;
      if (in_.Take("=")) {
        Blank(true);
        if (in_.Peek() >= '0' && in_.Peek() <= '9') {
          return in_.Bad(Cat({"the attribute ", name, " is not supported: it counts tokens, not text"}));
        }
        TRY_ASSIGN(LarkNode node, Atom(0));
        value = std::move(node);
      }
      if (name == "lazy") {
        out.lazy = true;
      } else if (name == "capture") {
        // named in the tree only
      } else if ((name == "stop" || name == "suffix") && value) {
        if (value->kind != LarkNode::Kind::kText) return in_.Bad(Cat({name, " needs a string"}));
        (name == "stop" ? out.stop : out.suffix) = value->text;
      } else {
        return in_.Bad(Cat({"unknown attribute ", name, ": capture, lazy, stop and suffix are known"}));
      }
      Blank(true);
    } while (in_.Take(","));
    if (!in_.Take("]")) return in_.Bad("']' is needed");
    return {};
  }

  Result<LarkNode> Alternatives(int depth) {
    if (depth > 200) return in_.Bad("groups nest deeper than 200");
    LarkNode out{.kind = LarkNode::Kind::kAlt, .at = in_.at()};
    for (;;) {
      LarkNode seq{.at = in_.at()};
      for (Blank(depth > 0); in_.More(); Blank(depth > 0)) {
        const char c = in_.Peek();
        if (c == '|' || c == ')' || c == ']' || c == '}' || c == ',' || c == '\n' || c == '\r' || in_.Looks("->"))
          break;
        TRY_ASSIGN(LarkNode item, Repeated(depth));
        seq.parts.push_back(std::move(item));
      }
      if (in_.Take("->")) {
        Blank(false);
        TRY(Name());
        Blank(false);
      }
      out.parts.push_back(std::move(seq));
      const size_t here = in_.at();
      Blank(true);
      if (in_.Take("|")) continue;
      if (depth == 0) in_.Rewind(here);
      break;
    }
    return out.parts.size() == 1 ? std::move(out.parts[0]) : std::move(out);
  }

  Result<LarkNode> Repeated(int depth) {
    TRY_ASSIGN(LarkNode item, Atom(depth));
    for (;;) {
      LarkNode repeat{.kind = LarkNode::Kind::kRepeat, .max = kNoLimit, .at = in_.at()};
      if (in_.Take("*")) {
      } else if (in_.Take("+")) {
        repeat.min = 1;
      } else if (in_.Take("?")) {
        repeat.max = 1;
      } else if (in_.Take("{")) {  // {m,n}, as in patterns
        if (in_.Peek() != ',') { TRY_ASSIGN(repeat.min, in_.Number()); }
        repeat.max = repeat.min;
        if (in_.Take(",")) {
          repeat.max = kNoLimit;
          if (in_.Peek() != '}') { TRY_ASSIGN(repeat.max, in_.Number()); }
        }
        if (!in_.Take("}")) return in_.Bad("'}' is needed");
      } else {
        const size_t here = in_.at();
        Blank(false);
        if (!in_.Take("~")) {
          in_.Rewind(here);
          return item;
        }
        Blank(false);
        TRY_ASSIGN(repeat.min, in_.Number());
        repeat.max = repeat.min;
        Blank(false);
        if (in_.Take("..")) {
          Blank(false);
          TRY_ASSIGN(repeat.max, in_.Number());
        }
      }
      if (repeat.max < repeat.min) return in_.Bad("a repetition's least count is above its greatest");
      repeat.parts.push_back(std::move(item));
      item = std::move(repeat);
    }
  }

  Result<LarkNode> Atom(int depth) {
    LarkNode out{.at = in_.at()};
    const char c = in_.Peek();
    if (c == '"') {
      out.kind = LarkNode::Kind::kText;
      TRY_ASSIGN(out.text, Text());
      out.flags = Flags("i");
      const size_t here = in_.at();
      Blank(false);
      if (in_.Take("..")) {
        Blank(false);
        out.kind = LarkNode::Kind::kRange;
        TRY_ASSIGN(out.to, Text());
      } else {
        in_.Rewind(here);
      }
      return out;
    }
    if (c == '/') {
      in_.Skip();
      out.kind = LarkNode::Kind::kRegex;
      const size_t from = in_.at();
      for (; in_.More() && in_.Peek() != '\n' && in_.Peek() != '/'; in_.Skip()) {
        if (in_.Peek() == '\\') in_.Skip();
      }
      out.text = ReplaceAll(std::string(in_.Since(from)), "\\/", "/");
      if (!in_.Take("/")) return in_.Bad("a pattern is not closed");
      out.flags = Flags("imsux");
      return out;
    }
    if (c == '(' || c == '[') {
      in_.Skip();
      TRY_ASSIGN(out, Alternatives(depth + 1));
      Blank(true);
      if (!in_.Take(c == '(' ? ")" : "]")) return in_.Bad(c == '(' ? "')' is needed" : "']' is needed");
      if (c == '(') return out;
      LarkNode optional{.kind = LarkNode::Kind::kRepeat, .max = 1, .at = out.at};
      optional.parts.push_back(std::move(out));
      return optional;
    }
    if (in_.Take("%json") || in_.Take("%lark")) {
      out.kind = in_.Since(out.at) == "%json" ? LarkNode::Kind::kJson : LarkNode::Kind::kNested;
      Blank(true);
      TRY_ASSIGN(out.text, Braces());
      if (out.kind == LarkNode::Kind::kNested) out.text = out.text.substr(1, out.text.size() - 2);
      return out;
    }
    if (c == '<') return in_.Bad("special tokens are not supported: a grammar here speaks of text");
    if (c == '@' || c == '%') return in_.Bad("unknown reference: %json {...} and %lark {...} are known here");
    out.kind = LarkNode::Kind::kName;
    TRY_ASSIGN(out.text, Name());
    if (in_.Peek() == '{' && !(in_.Peek(1) >= '0' && in_.Peek(1) <= '9') && in_.Peek(1) != ',') {
      in_.Skip();
      out.kind = LarkNode::Kind::kCall;
      do {
        TRY_ASSIGN(LarkNode argument, Alternatives(depth + 1));
        out.parts.push_back(std::move(argument));
        Blank(true);
      } while (in_.Take(","));
      if (!in_.Take("}")) return in_.Bad("'}' is needed");
    }
    return out;
  }

  std::string Flags(std::string_view known) {
    std::string out;
    while (in_.More() && known.find(in_.Peek()) != known.npos) {
      out += in_.Peek();
      in_.Skip();
    }
    return out;
  }

  Result<std::string> Text() {
    if (!in_.Take("\"")) return in_.Bad("a string is needed");
    std::string out;
    while (in_.Peek() != '"') {
      if (!in_.More() || in_.Peek() == '\n') return in_.Bad("a string is not closed");
      uint32_t c = 0;
      if (in_.Take("\\")) {
        TRY_ASSIGN(c, in_.Escape());
      } else {
        c = in_.CodePoint();
      }
      AppendUtf8(out, c);
    }
    in_.Skip();
    return out;
  }

  // A balanced {...}, strings inside it skipped.
  Result<std::string> Braces() {
    const size_t from = in_.at();
    int depth = 0;
    do {
      if (!in_.More()) return in_.Bad("'{' is not closed");
      if (in_.Peek() == '"') {
        in_.Skip();
        while (in_.More() && in_.Peek() != '"') in_.Skip(in_.Peek() == '\\' ? 2 : 1);
      } else if (in_.Peek() == '{') {
        ++depth;
      } else if (in_.Peek() == '}') {
        --depth;
      }
      in_.Skip();
    } while (depth > 0);
    return std::string(in_.Since(from));
  }

  Scanner in_;
};

}  // namespace

Result<LarkSyntax> ParseLark(std::string_view text) { return Parser(text).Whole(); }

Error LarkError(std::string_view text, size_t at, std::string_view message) {
  Scanner scanner(text, "Lark");
  scanner.Skip(at);
  return scanner.Bad(message);
}

std::string_view LarkCommon(std::string_view name) {
  for (const Common& each : kCommon) {
    if (each.name == name) return each.pattern;
  }
  return {};
}

}  // namespace heddle::grammar
