// Lark to Cfg. Terminals are regular: they are expressions, and may not refer to rules or to themselves. What is
// ignored may stand after every terminal, and before the first.
#include "grammar/lark.h"

#include <map>
#include <set>

#include "base/text.h"
#include "grammar/declared.h"
#include "grammar/lark_syntax.h"
#include "grammar/regex.h"
#include "grammar/schema.h"

namespace heddle::grammar {
namespace {

class Compiler {
 public:
  Compiler(ExprPool& pool, std::string_view text, const LarkSyntax& syntax, int depth)
      : pool_(pool), text_(text), syntax_(syntax), cfg_(pool), depth_(depth) {}

  Result<Expr> Whole() {
    for (const LarkRule& rule : syntax_.rules) {
      if (!rules_.emplace(rule.name, &rule).second) return Bad(rule.at, Cat({"'", rule.name, "' is defined twice"}));
    }
    for (const auto& [theirs, ours] : syntax_.imports) {
      if (LarkCommon(theirs).empty()) return Error{Code::kInvalid, Cat({"Lark: common has no ", theirs})};
      imports_[ours] = LarkCommon(theirs);
    }
    for (const std::string& name : syntax_.declared) terminals_[name] = DeclaredTerminal(pool_, name);
    std::vector<Expr> ignored;
    for (const LarkNode& node : syntax_.ignored) {
      TRY_ASSIGN(const Expr expr, Terminal(node, 0));
      ignored.push_back(expr);
    }
    ignore_ = pool_.Star(pool_.Or(ignored));
    const auto start = rules_.find("start");
    if (start == rules_.end()) return Error{Code::kInvalid, "Lark: there is no rule 'start'"};
    if (start->second->terminal || !start->second->parameters.empty())
      return Error{Code::kInvalid, "Lark: 'start' must be a plain rule"};
    const size_t rule = Rule(*start->second, {});
    for (size_t i = 0; i < asked_.size(); ++i) TRY(Define(i));
    TRY_ASSIGN(const Expr out, cfg_.Compile(rule));
    return pool_.Seq(ignore_, out);
  }

 private:
  using Bindings = std::map<std::string, Term>;

  Error Bad(size_t at, std::string_view message) const { return LarkError(text_, at, message); }

  // The Cfg rule of a Lark rule with arguments; to be defined later, so that long chains of rules nest no calls.
  size_t Rule(const LarkRule& rule, const std::vector<Term>& arguments) {
    std::string key = rule.name;
    for (const Term& argument : arguments)
      key += Cat({"|", std::to_string(argument.kind == Term::Kind::kRule ? argument.rule : argument.expr),
                  argument.kind == Term::Kind::kRule ? "r" : "e"});
    const size_t id = cfg_.Rule(key);
    if (begun_.insert(id).second) asked_.push_back({&rule, arguments, id});
    return id;
  }

  Result<> Define(size_t number) {
    const Asked asked = asked_[number];
    const LarkRule& rule = *asked.rule;
    if (asked_.size() > 50'000) return Bad(rule.at, "templates unfold to more than 50,000 rules");
    if (rule.stop || rule.suffix || rule.lazy) {
      TRY_ASSIGN(const Expr inner, Terminal(rule.body, 0));
      const Expr ended = Ended(inner, rule);
      if (!pool_.Live(ended)) return Bad(rule.at, Cat({"'", rule.name, "' can never end"}));
      cfg_.Define(asked.id, Term::Of(pool_.Seq(ended, ignore_)));
      return {};
    }
    Bindings bindings;
    for (size_t i = 0; i < rule.parameters.size(); ++i) bindings[rule.parameters[i]] = asked.arguments[i];
    TRY_ASSIGN(Term body, Build(rule.body, bindings));
    cfg_.Define(asked.id, std::move(body));
    return {};
  }

  // A text that ends where `rule` says: at the first stop or suffix string, or where it first could.
  Expr Ended(Expr inner, const LarkRule& rule) {
    const std::optional<std::string>& mark = rule.suffix ? rule.suffix : rule.stop;
    const Expr more = pool_.Seq(pool_.Bytes(ByteSet::All()), kAll);
    if (!mark) return pool_.And(inner, pool_.Not(pool_.Seq(inner, more)));
    const Expr literal = pool_.Literal(*mark), first = pool_.Seq({kAll, literal, more});
    return pool_.And(pool_.Seq(inner, literal), pool_.Not(first));
  }

  Result<Expr> Literal(const LarkNode& node) {
    if (node.kind == LarkNode::Kind::kRange) {
      std::vector<uint32_t> ends;
      for (const std::string* text : {&node.text, &node.to}) {
        size_t at = 0;
        if (!text->empty()) ends.push_back(NextCodePoint(*text, at));
        if (text->empty() || at != text->size()) return Bad(node.at, "a range goes from one character to another");
      }
      if (ends[1] < ends[0]) return Bad(node.at, "a range runs backwards");
      return pool_.Char(CharSet::Of({{ends[0], ends[1]}}), Spelling::kUtf8);
    }
    if (node.kind == LarkNode::Kind::kText && !Contains(node.flags, "i")) return pool_.Literal(node.text);
    std::string pattern = node.text;
    if (node.kind == LarkNode::Kind::kText) {
      pattern.clear();
      for (const char c : node.text)
        pattern += std::string_view("\\^$.[]|()?*+{}/-").find(c) == std::string_view::npos ? std::string(1, c)
                                                                                           : std::string{'\\', c};
    }
    auto expr = CompileRegex(pool_, pattern,
                             {.ignore_case = Contains(node.flags, "i"),
                              .dot_all = Contains(node.flags, "s"),
                              .multi_line = Contains(node.flags, "m"),
                              .verbose = Contains(node.flags, "x")});
    if (!expr) return Bad(node.at, expr.error().message);
    if (!pool_.Live(*expr)) return Bad(node.at, "the pattern matches nothing");
    return *expr;
  }

  // A terminal's language.
  Result<Expr> Terminal(const LarkNode& node, int depth) {
    if (depth > 200) return Bad(node.at, "terminals refer to each other in a circle, or nest deeper than 200");
    if (!pool_.meter().Spend(5)) return Bad(node.at, pool_.failure());
    std::vector<Expr> parts;
    switch (node.kind) {
      case LarkNode::Kind::kText:
      case LarkNode::Kind::kRegex:
      case LarkNode::Kind::kRange: return Literal(node);
      case LarkNode::Kind::kName: return Named(node, depth);
      case LarkNode::Kind::kSeq:
      case LarkNode::Kind::kAlt:
        for (const LarkNode& part : node.parts) {
          TRY_ASSIGN(const Expr expr, Terminal(part, depth + 1));
          parts.push_back(expr);
        }
        if (node.kind == LarkNode::Kind::kAlt) return pool_.Or(parts);
        {
          Expr out = kEps;
          for (size_t i = parts.size(); i-- > 0;) out = pool_.Seq(parts[i], out);
          return out;
        }
      case LarkNode::Kind::kRepeat: {
        TRY_ASSIGN(const Expr expr, Terminal(node.parts[0], depth + 1));
        return pool_.Repeat(expr, node.min, node.max);
      }
      default: return Bad(node.at, "a terminal is made of strings, patterns and other terminals");
    }
  }

  Result<Expr> Named(const LarkNode& node, int depth) {
    if (const auto known = terminals_.find(node.text); known != terminals_.end()) return known->second;
    Expr out = kNone;
    if (const auto import = imports_.find(node.text); import != imports_.end()) {
      TRY_ASSIGN(out, CompileRegex(pool_, import->second));
    } else {
      const auto rule = rules_.find(node.text);
      if (rule == rules_.end()) return Bad(node.at, Cat({"'", node.text, "' is not defined"}));
      if (!rule->second->terminal) return Bad(node.at, Cat({"a terminal cannot refer to the rule '", node.text, "'"}));
      TRY_ASSIGN(out, Terminal(rule->second->body, depth + 1));
      if (rule->second->lazy || rule->second->stop || rule->second->suffix) out = Ended(out, *rule->second);
      if (!pool_.Live(out)) return Bad(rule->second->at, "the terminal matches nothing");
    }
    return terminals_[node.text] = out;
  }

  Result<Term> Build(const LarkNode& node, const Bindings& bindings) {
    if (!pool_.meter().Spend(5)) return Bad(node.at, pool_.failure());
    switch (node.kind) {
      case LarkNode::Kind::kText:
      case LarkNode::Kind::kRegex:
      case LarkNode::Kind::kRange: {
        TRY_ASSIGN(const Expr expr, Literal(node));
        return Term::Of(expr == kEps ? kEps : pool_.Seq(expr, ignore_));
      }
      case LarkNode::Kind::kJson: {
        auto schema = CompileSchema(pool_, node.text);
        if (!schema) return Bad(node.at, Cat({"%json: ", schema.error().message}));
        return Term::Of(pool_.Seq(schema->start, ignore_));
      }
      case LarkNode::Kind::kNested: {
        if (depth_ > 8) return Bad(node.at, "%lark nests deeper than 8");
        TRY_ASSIGN(const LarkSyntax syntax, ParseLark(node.text));
        TRY_ASSIGN(const Expr inner, Compiler(pool_, node.text, syntax, depth_ + 1).Whole());
        return Term::Of(pool_.Seq(inner, ignore_));
      }
      case LarkNode::Kind::kName: {
        if (const auto bound = bindings.find(node.text); bound != bindings.end()) return bound->second;
        const auto rule = rules_.find(node.text);
        if (imports_.contains(node.text) || terminals_.contains(node.text) ||
            (rule != rules_.end() && rule->second->terminal)) {
          TRY_ASSIGN(const Expr expr, Named(node, 0));
          return Term::Of(pool_.Seq(expr, ignore_));
        }
        if (rule == rules_.end()) return Bad(node.at, Cat({"'", node.text, "' is not defined"}));
        if (!rule->second->parameters.empty())
          return Bad(node.at, Cat({"the template '", node.text, "' needs arguments"}));
        return Term::Ref(Rule(*rule->second, {}));
      }
      case LarkNode::Kind::kCall: {
        const auto rule = rules_.find(node.text);
        if (rule == rules_.end()) return Bad(node.at, Cat({"'", node.text, "' is not defined"}));
        if (rule->second->parameters.size() != node.parts.size())
          return Bad(node.at, Cat({"the template '", node.text, "' takes ",
                                   std::to_string(rule->second->parameters.size()), " arguments"}));
        std::vector<Term> arguments;
        for (const LarkNode& part : node.parts) {
          TRY_ASSIGN(Term argument, Build(part, bindings));
          if (argument.kind != Term::Kind::kRule &&
              argument.kind != Term::Kind::kExpr) {  // give it a name, to compare by
            const size_t id = cfg_.Rule(Cat({"argument ", std::to_string(cfg_.size())}));
            cfg_.Define(id, std::move(argument));
            argument = Term::Ref(id);
          }
          arguments.push_back(std::move(argument));
        }
        return Term::Ref(Rule(*rule->second, arguments));
      }
      case LarkNode::Kind::kSeq:
      case LarkNode::Kind::kAlt:
      case LarkNode::Kind::kRepeat: {
        Term out{.kind = node.kind == LarkNode::Kind::kSeq   ? Term::Kind::kSeq
                         : node.kind == LarkNode::Kind::kAlt ? Term::Kind::kAlt
                                                             : Term::Kind::kRepeat,
                 .min = node.min,
                 .max = node.max};
        for (const LarkNode& part : node.parts) {
          TRY_ASSIGN(Term built, Build(part, bindings));
          out.parts.push_back(std::move(built));
        }
        return out;
      }
    }
    return Bad(node.at, "unknown syntax");
  }

  ExprPool& pool_;
  std::string_view text_;
  const LarkSyntax& syntax_;
  Cfg cfg_;
  int depth_;
  Expr ignore_ = kEps;
  std::map<std::string, const LarkRule*, std::less<>> rules_;
  std::map<std::string, std::string_view, std::less<>> imports_;
  std::map<std::string, Expr, std::less<>> terminals_;
  struct Asked {
    const LarkRule* rule;
    std::vector<Term> arguments;
    size_t id;
  };
  std::set<size_t> begun_;
  std::vector<Asked> asked_;
};

}  // namespace

Result<Expr> CompileLark(ExprPool& pool, std::string_view text) {
  if (text.size() > size_t{16} << 20) return Error{Code::kTooLarge, "Lark: larger than 16 MB"};
  TRY_ASSIGN(const LarkSyntax syntax, ParseLark(text));
  return Compiler(pool, text, syntax, 0).Whole();
}

}  // namespace heddle::grammar
