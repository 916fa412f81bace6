// Rules from TOML. The only file of this layer that knows the format; also linked into the build's rule compiler.
#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(condition) static_cast<void>(0)  // it asserts on malformed input; that is an error, not a bug
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <deque>

#include "base/text.h"
#include "shell/rules.h"

namespace heddle::shell {

struct RuleSet::Storage {
  std::deque<std::string> strings;
  std::deque<std::vector<std::string_view>> lists;
  std::vector<CommandRow> commands;
  std::vector<Rule> rules;
  std::vector<PlaceRule> places;
  std::vector<CodeRule> code;
};

// Fills one Storage; remembers the first error.
class TomlReader {
 public:
  TomlReader(RuleSet::Storage& storage, std::string_view file) : storage_(storage), file_(file) {}

  void ReadAll(const toml::table& root) {
    for (auto&& [key, node] : root) {
      const std::string_view name = key.str();
      const toml::array* rows = node.as_array();
      if (rows == nullptr || (name != "command" && name != "rule" && name != "place" && name != "code")) {
        Fail(node, Cat({"unknown table '", name, "'; there are [[command]], [[rule]], [[place]] and [[code]]"}));
        return;
      }
      for (const auto& row : *rows) {
        if (const toml::table* table = row.as_table()) ReadRow(name, *table);
      }
    }
  }

  std::string error;

 private:
  void Fail(const toml::node& node, std::string message) {
    if (error.empty()) error = Cat({file_, ":", std::to_string(node.source().begin.line), ": ", message});
  }

  std::string_view Keep(std::string text) { return storage_.strings.emplace_back(std::move(text)); }

  std::string_view String(const toml::node& node) {
    if (const auto* text = node.as_string()) return Keep(text->get());
    Fail(node, "this must be a string");
    return "";
  }

  Words List(const toml::node& node) {
    auto& list = storage_.lists.emplace_back();
    if (node.is_string())
      list.push_back(String(node));
    else if (const auto* array = node.as_array()) {
      for (const auto& item : *array) list.push_back(String(item));
    } else {
      Fail(node, "this must be a string or a list of strings");
    }
    return list;
  }

  Risk ReadRisk(const toml::node& node) {
    if (auto risk = ParseRisk(String(node))) return *risk;
    Fail(node, "the risk must be safe, moderate, high or critical");
    return Risk::kCritical;
  }

  int Tri(const toml::node& node) {
    if (const auto* value = node.as_boolean()) return value->get() ? 1 : 0;
    Fail(node, "this must be true or false");
    return -1;
  }

  template <typename Parse>
  Words NameList(const toml::node& node, Parse parse, std::string_view what) {
    const Words list = List(node);
    for (auto name : list) {
      if (!parse(name)) Fail(node, Cat({"unknown ", what, " '", name, "'"}));
    }
    return list;
  }

  void ReadRow(std::string_view kind, const toml::table& table) {
    CommandRow command;
    Rule rule;
    PlaceRule place;
    CodeRule code;
    for (auto&& [key, node] : table) {
      const std::string_view name = key.str();
      const bool known = kind == "command" ? ReadCommand(command, name, node)
                         : kind == "rule"  ? ReadRule(rule, name, node)
                         : kind == "place" ? ReadPlace(place, name, node)
                                           : ReadCode(code, name, node);
      if (!known) Fail(node, Cat({"unknown key '", name, "' in [[", kind, "]]"}));
    }
    if (kind == "rule" && (rule.id.empty() || rule.commands.empty() || rule.reason.empty())) {
      Fail(table, "a rule needs id, command and reason");
    }
    if (kind == "command") storage_.commands.push_back(command);
    if (kind == "rule") storage_.rules.push_back(rule);
    if (kind == "place") storage_.places.push_back(place);
    if (kind == "code") storage_.code.push_back(code);
  }

  bool ReadCommand(CommandRow& row, std::string_view key, const toml::node& node) {
    if (key == "names")
      row.names = List(node);
    else if (key == "values")
      row.values = List(node);
    else if (key == "long_single")
      row.long_single = Tri(node) == 1;
    else
      return false;
    return true;
  }

  bool ReadRule(Rule& rule, std::string_view key, const toml::node& node) {
    if (key == "id")
      rule.id = String(node);
    else if (key == "command")
      rule.commands = List(node);
    else if (key == "flags")
      rule.flags = List(node);
    else if (key == "all_flags")
      rule.all_flags = List(node);
    else if (key == "not_flags")
      rule.not_flags = List(node);
    else if (key == "args")
      rule.args = List(node);
    else if (key == "not_args")
      rule.not_args = List(node);
    else if (key == "places")
      rule.places = NameList(node, ParsePlace, "place");
    else if (key == "min_operands")
      rule.min_operands = static_cast<int>(node.value_or(0));
    else if (key == "risk")
      rule.risk = ReadRisk(node), rule.rated = true;
    else if (key == "effect")
      rule.effect = NameList(node, ParseEffectKind, "effect")[0];
    else if (key == "operands")
      rule.operands = String(node);
    else if (key == "recursive")
      rule.recursive = List(node);
    else if (key == "reason")
      rule.reason = String(node);
    else if (key == "examples")
      rule.examples = List(node);
    else if (key == "quiet")
      rule.quiet = List(node);
    else if (key == "action")
      ReadAction(rule, node);
    else
      return false;
    return true;
  }

  void ReadAction(Rule& rule, const toml::node& node) {
    const auto action = String(node);
    if (action == "allow")
      rule.action = Action::kAllow;
    else if (action == "deny")
      rule.action = Action::kDeny;
    else if (action != "rate")
      Fail(node, "the action must be allow, deny or rate");
  }

  bool ReadPlace(PlaceRule& rule, std::string_view key, const toml::node& node) {
    if (key == "id")
      rule.id = String(node);
    else if (key == "effect")
      rule.effects = NameList(node, ParseEffectKind, "effect");
    else if (key == "place")
      rule.places = NameList(node, ParsePlace, "place");
    else if (key == "recursive")
      rule.recursive = Tri(node);
    else if (key == "filtered")
      rule.filtered = Tri(node);
    else if (key == "risk")
      rule.risk = ReadRisk(node);
    else if (key == "reason")
      rule.reason = String(node);
    else if (key == "examples")
      rule.examples = List(node);
    else if (key == "quiet")
      rule.quiet = List(node);
    else
      return false;
    return true;
  }

  bool ReadCode(CodeRule& rule, std::string_view key, const toml::node& node) {
    if (key == "id")
      rule.id = String(node);
    else if (key == "words")
      rule.words = List(node);
    else if (key == "risk")
      rule.risk = ReadRisk(node);
    else if (key == "effect")
      rule.effect = NameList(node, ParseEffectKind, "effect")[0];
    else if (key == "reason")
      rule.reason = String(node);
    else if (key == "examples")
      rule.examples = List(node);
    else
      return false;
    return true;
  }

  RuleSet::Storage& storage_;
  std::string file_;
};

Result<RuleSet> RuleSet::FromToml(std::string_view text, std::string_view file) {
  if (text.size() > (1 << 20)) return Error{Code::kTooLarge, Cat({file, ": larger than 1 MB"})};
  if (!IsPlainText(text) || !IsAscii(text))
    return Error{
        Code::kInvalid,
        Cat({file,
             ": holds control characters or text that is not ASCII; write other characters in strings as \\u00e9"})};
  auto parsed = toml::parse(text);
  if (!parsed) {
    return Error{Code::kInvalid, Cat({file, ":", std::to_string(parsed.error().source().begin.line), ": ",
                                      Lower(parsed.error().description())})};
  }
  auto storage = std::make_shared<Storage>();
  TomlReader reader(*storage, file);
  reader.ReadAll(parsed.table());
  if (!reader.error.empty()) return Error{Code::kInvalid, reader.error};
  RuleSet set;
  set.commands_ = storage->commands;
  set.rules_ = storage->rules;
  set.places_ = storage->places;
  set.code_ = storage->code;
  set.storage_ = std::move(storage);
  set.Index();
  return set;
}

}  // namespace heddle::shell
