// Rules from TOML. The only file of this layer that knows the format; also linked into the build's rule compiler.
#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(condition) static_cast<void>(0)  // it asserts on malformed input; that is an error, not a bug
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <algorithm>
#include <deque>
#include <optional>

#include "base/text.h"
#include "shell/rules.h"

namespace heddle::shell {

struct RuleSet::Storage {
  std::deque<std::string> strings;
  std::deque<std::vector<std::string_view>> lists;
  std::vector<CommandRow> commands;
  std::vector<WrapperRow> wrappers;
  std::vector<OptionRow> options;
  std::vector<EscapeRow> escapes;
  std::vector<VariableRow> variables;
  std::vector<Rule> rules;
  std::vector<PlaceRule> places;
  std::vector<CodeRule> code;
  std::vector<VocabularyRow> vocabularies;
  std::optional<ProgramIndexBuilder> index;
};

namespace {
constexpr std::string_view kTables[] = {"command",  "wrapper", "option", "variable",
                                         "rule", "place",   "code",   "vocabulary", "escape"};
constexpr std::string_view kCode[] = {"file", "input", "words", "shell"};
constexpr std::string_view kRuns[] = {"argv", "text", "shell"};
constexpr std::string_view kPrints[] = {"secrets", "token"};
constexpr std::string_view kRoles[] = {"shell", "program", "split", "code",     "load",
                                       "write", "append",  "read",  "directory", "module", "command", "git"};
}  // namespace

// Fills one Storage; remembers the first error.
class TomlReader {
 public:
  TomlReader(RuleSet::Storage& storage, std::string_view file) : storage_(storage), file_(file) {}

  void ReadAll(const toml::table& root) {
    for (auto&& [key, node] : root) {
      const std::string_view name = key.str();
      const toml::array* rows = node.as_array();
      if (rows == nullptr || std::find(std::begin(kTables), std::end(kTables), name) == std::end(kTables)) {
        Fail(node, Cat({"unknown table '", name, "'; there are ",
                        Join(std::vector<std::string>(std::begin(kTables), std::end(kTables)), ", ")}));
        return;
      }
      for (const auto& row : *rows) {
        if (const toml::table* table = row.as_table()) ReadRow(name, *table);
      }
    }
  }

  std::string error;

 private:
  void Fail(const toml::node& node, const std::string& message) {
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
    Fail(node, "the risk must be safe, unknown, moderate, high or critical");
    return Risk::kCritical;
  }

  // For a binary search.
  Words SortedList(const toml::node& node) {
    const Words read = List(node);
    auto& list = storage_.lists.back();
    std::sort(list.begin(), list.end());
    return {list.data(), read.size()};
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

  std::string_view Effect(const toml::node& node) {
    const std::string_view name = String(node);
    if (!ParseEffectKind(name)) Fail(node, Cat({"unknown effect '", name, "'"}));
    return name;
  }

  template <size_t n>
  std::string_view OneOf(const toml::node& node, const std::string_view (&names)[n]) {
    const std::string_view name = String(node);
    if (std::find(std::begin(names), std::end(names), name) == std::end(names))
      Fail(node, Cat({"unknown word '", name, "'; there are ",
                      Join(std::vector<std::string>(std::begin(names), std::end(names)), ", ")}));
    return name;
  }

  template <size_t n>
  Words EachOf(const toml::node& node, const std::string_view (&names)[n]) {
    const Words list = List(node);
    for (auto name : list) {
      if (std::find(std::begin(names), std::end(names), name) == std::end(names))
        Fail(node, Cat({"unknown word '", name, "'"}));
    }
    return list;
  }

  Action ReadAction(const toml::node& node) {
    const auto name = String(node);
    if (name == "allow") return Action::kAllow;
    if (name == "deny") return Action::kDeny;
    if (name != "rate") Fail(node, "the action must be allow, deny or rate");
    return Action::kRate;
  }

  // What a key of a row means. One table a kind of row; an unknown key is an error.
  template <typename Row>
  struct Key {
    std::string_view name;
    void (*read)(TomlReader&, Row&, const toml::node&);
  };
  static const Key<CommandRow> kCommandKeys[9];
  static const Key<WrapperRow> kWrapperKeys[5];
  static const Key<OptionRow> kOptionKeys[3];
  static const Key<EscapeRow> kEscapeKeys[3];
  static const Key<VariableRow> kVariableKeys[5];
  static const Key<Rule> kRuleKeys[18];
  static const Key<PlaceRule> kPlaceKeys[9];
  static const Key<CodeRule> kCodeKeys[7];
  static const Key<VocabularyRow> kVocabularyKeys[16];

  template <typename Row>
  Row Read(std::string_view kind, std::span<const Key<Row>> keys, const toml::table& table) {
    Row row;
    for (auto&& [key, node] : table) {
      const std::string_view name = key.str();
      const auto known = std::find_if(keys.begin(), keys.end(), [&](const Key<Row>& k) { return k.name == name; });
      if (known != keys.end())
        known->read(*this, row, node);
      else
        Fail(node, Cat({"unknown key '", name, "' in [[", kind, "]]"}));
    }
    return row;
  }

  void ReadRow(std::string_view kind, const toml::table& table) {
    if (kind == "command") storage_.commands.push_back(Read<CommandRow>(kind, kCommandKeys, table));
    if (kind == "wrapper") storage_.wrappers.push_back(Read<WrapperRow>(kind, kWrapperKeys, table));
    if (kind == "option") storage_.options.push_back(Read<OptionRow>(kind, kOptionKeys, table));
    if (kind == "escape") storage_.escapes.push_back(Read<EscapeRow>(kind, kEscapeKeys, table));
    if (kind == "variable") storage_.variables.push_back(Read<VariableRow>(kind, kVariableKeys, table));
    if (kind == "place") storage_.places.push_back(Read<PlaceRule>(kind, kPlaceKeys, table));
    if (kind == "code") storage_.code.push_back(Read<CodeRule>(kind, kCodeKeys, table));
    if (kind == "vocabulary")
      storage_.vocabularies.push_back(Read<VocabularyRow>(kind, kVocabularyKeys, table));
    if (kind != "rule") return;
    const Rule rule = Read<Rule>(kind, kRuleKeys, table);
    if (rule.id.empty() || rule.commands.empty() || rule.reason.empty())
      Fail(table, "a rule needs id, command and reason");
    storage_.rules.push_back(rule);
  }

  RuleSet::Storage& storage_;
  std::string file_;
};

const TomlReader::Key<CommandRow> TomlReader::kCommandKeys[] = {
    {"names", [](TomlReader& in, CommandRow& row, const toml::node& node) { row.names = in.List(node); }},
    {"values", [](TomlReader& in, CommandRow& row, const toml::node& node) { row.values = in.List(node); }},
    {"switches", [](TomlReader& in, CommandRow& row, const toml::node& node) { row.switches = in.List(node); }},
    {"loads", [](TomlReader& in, CommandRow& row, const toml::node& node) { row.loads = in.List(node); }},
    {"tells", [](TomlReader& in, CommandRow& row, const toml::node& node) { row.tells = in.List(node); }},
    {"runs", [](TomlReader& in, CommandRow& row, const toml::node& node) { row.runs = in.EachOf(node, kCode); }},
    {"language", [](TomlReader& in, CommandRow& row, const toml::node& node) { row.language = in.String(node); }},
    {"known", [](TomlReader& in, CommandRow& row, const toml::node& node) { row.known = in.Tri(node) == 1; }},
    {"long_single",
     [](TomlReader& in, CommandRow& row, const toml::node& node) { row.long_single = in.Tri(node) == 1; }}};
const TomlReader::Key<WrapperRow> TomlReader::kWrapperKeys[] = {
    {"command", [](TomlReader& in, WrapperRow& row, const toml::node& node) { row.commands = in.List(node); }},
    {"skip",
     [](TomlReader&, WrapperRow& row, const toml::node& node) { row.skip = static_cast<int>(node.value_or(0)); }},
    {"runs", [](TomlReader& in, WrapperRow& row, const toml::node& node) { row.runs = in.OneOf(node, kRuns); }},
    {"assignments",
     [](TomlReader& in, WrapperRow& row, const toml::node& node) { row.assignments = in.Tri(node) == 1; }},
    {"elsewhere", [](TomlReader& in, WrapperRow& row, const toml::node& node) { row.elsewhere = in.Tri(node) == 1; }}};
const TomlReader::Key<OptionRow> TomlReader::kOptionKeys[] = {
    {"command", [](TomlReader& in, OptionRow& row, const toml::node& node) { row.commands = in.List(node); }},
    {"options", [](TomlReader& in, OptionRow& row, const toml::node& node) { row.options = in.List(node); }},
    {"role", [](TomlReader& in, OptionRow& row, const toml::node& node) { row.role = in.OneOf(node, kRoles); }}};
const TomlReader::Key<EscapeRow> TomlReader::kEscapeKeys[] = {
    {"names", [](TomlReader& in, EscapeRow& row, const toml::node& node) { row.names = in.List(node); }},
    {"prefixes", [](TomlReader& in, EscapeRow& row, const toml::node& node) { row.prefixes = in.List(node); }},
    {"examples", [](TomlReader& in, EscapeRow& row, const toml::node& node) { row.examples = in.List(node); }}};
const TomlReader::Key<VariableRow> TomlReader::kVariableKeys[] = {
    {"names", [](TomlReader& in, VariableRow& row, const toml::node& node) { row.names = in.List(node); }},
    {"role", [](TomlReader& in, VariableRow& row, const toml::node& node) { row.role = in.OneOf(node, kRoles); }},
    {"risk", [](TomlReader& in, VariableRow& row, const toml::node& node) { row.risk = in.ReadRisk(node); }},
    {"reason", [](TomlReader& in, VariableRow& row, const toml::node& node) { row.reason = in.String(node); }},
    {"examples", [](TomlReader& in, VariableRow& row, const toml::node& node) { row.examples = in.List(node); }}};
const TomlReader::Key<Rule> TomlReader::kRuleKeys[] = {
    {"id", [](TomlReader& in, Rule& row, const toml::node& node) { row.id = in.String(node); }},
    {"command", [](TomlReader& in, Rule& row, const toml::node& node) { row.commands = in.List(node); }},
    {"flags", [](TomlReader& in, Rule& row, const toml::node& node) { row.flags = in.List(node); }},
    {"all_flags", [](TomlReader& in, Rule& row, const toml::node& node) { row.all_flags = in.List(node); }},
    {"not_flags", [](TomlReader& in, Rule& row, const toml::node& node) { row.not_flags = in.List(node); }},
    {"args", [](TomlReader& in, Rule& row, const toml::node& node) { row.args = in.List(node); }},
    {"not_args", [](TomlReader& in, Rule& row, const toml::node& node) { row.not_args = in.List(node); }},
    {"places",
     [](TomlReader& in, Rule& row, const toml::node& node) { row.places = in.NameList(node, ParsePlace, "place"); }},
    {"min_operands",
     [](TomlReader&, Rule& row, const toml::node& node) { row.min_operands = static_cast<int>(node.value_or(0)); }},
    {"risk", [](TomlReader& in, Rule& row, const toml::node& node) { row.risk = in.ReadRisk(node), row.rated = true; }},
    {"effect", [](TomlReader& in, Rule& row, const toml::node& node) { row.effect = in.Effect(node); }},
    {"operands", [](TomlReader& in, Rule& row, const toml::node& node) { row.operands = in.String(node); }},
    {"prints", [](TomlReader& in, Rule& row, const toml::node& node) { row.prints = in.OneOf(node, kPrints); }},
    {"recursive", [](TomlReader& in, Rule& row, const toml::node& node) { row.recursive = in.List(node); }},
    {"reason", [](TomlReader& in, Rule& row, const toml::node& node) { row.reason = in.String(node); }},
    {"examples", [](TomlReader& in, Rule& row, const toml::node& node) { row.examples = in.List(node); }},
    {"quiet", [](TomlReader& in, Rule& row, const toml::node& node) { row.quiet = in.List(node); }},
    {"action", [](TomlReader& in, Rule& row, const toml::node& node) { row.action = in.ReadAction(node); }}};
const TomlReader::Key<PlaceRule> TomlReader::kPlaceKeys[] = {
    {"id", [](TomlReader& in, PlaceRule& row, const toml::node& node) { row.id = in.String(node); }},
    {"effect", [](TomlReader& in, PlaceRule& row,
                  const toml::node& node) { row.effects = in.NameList(node, ParseEffectKind, "effect"); }},
    {"place", [](TomlReader& in, PlaceRule& row,
                 const toml::node& node) { row.places = in.NameList(node, ParsePlace, "place"); }},
    {"recursive", [](TomlReader& in, PlaceRule& row, const toml::node& node) { row.recursive = in.Tri(node); }},
    {"filtered", [](TomlReader& in, PlaceRule& row, const toml::node& node) { row.filtered = in.Tri(node); }},
    {"risk", [](TomlReader& in, PlaceRule& row, const toml::node& node) { row.risk = in.ReadRisk(node); }},
    {"reason", [](TomlReader& in, PlaceRule& row, const toml::node& node) { row.reason = in.String(node); }},
    {"examples", [](TomlReader& in, PlaceRule& row, const toml::node& node) { row.examples = in.List(node); }},
    {"quiet", [](TomlReader& in, PlaceRule& row, const toml::node& node) { row.quiet = in.List(node); }}};
const TomlReader::Key<CodeRule> TomlReader::kCodeKeys[] = {
    {"id", [](TomlReader& in, CodeRule& row, const toml::node& node) { row.id = in.String(node); }},
    {"words", [](TomlReader& in, CodeRule& row, const toml::node& node) { row.words = in.List(node); }},
    {"languages", [](TomlReader& in, CodeRule& row, const toml::node& node) { row.languages = in.List(node); }},
    {"risk", [](TomlReader& in, CodeRule& row, const toml::node& node) { row.risk = in.ReadRisk(node); }},
    {"effect", [](TomlReader& in, CodeRule& row, const toml::node& node) { row.effect = in.Effect(node); }},
    {"reason", [](TomlReader& in, CodeRule& row, const toml::node& node) { row.reason = in.String(node); }},
    {"examples", [](TomlReader& in, CodeRule& row, const toml::node& node) { row.examples = in.List(node); }}};
const TomlReader::Key<VocabularyRow> TomlReader::kVocabularyKeys[] = {
    {"languages", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.languages = in.List(node); }},
    {"comment", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.comment = in.String(node); }},
    {"sigils", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.sigils = in.String(node); }},
    {"backquotes_run",
     [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.backquotes_run = in.Tri(node) == 1; }},
    {"interpolates",
     [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.interpolates = in.Tri(node) == 1; }},
    {"patterns", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.patterns = in.Tri(node) == 1; }},
    {"unreadable", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.unreadable = in.List(node); }},
    {"any", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.any = in.Tri(node) == 1; }},
    {"words", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.words = in.SortedList(node); }},
    {"loads", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.loads = in.SortedList(node); }},
    {"modules", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.modules = in.SortedList(node); }},
    {"opens", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.opens = in.SortedList(node); }},
    {"texts", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.texts = in.String(node); }},
    {"text_code", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.text_code = in.List(node); }},
    {"never", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.never = in.SortedList(node); }},
    {"guarded", [](TomlReader& in, VocabularyRow& row, const toml::node& node) { row.guarded = in.SortedList(node); }}};

Result<RuleSet> RuleSet::FromToml(std::string_view text, std::string_view file, std::string_view natures,
                                  std::string_view options) {
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
  set.tables_ = {.commands = storage->commands,
                 .wrappers = storage->wrappers,
                 .options = storage->options,
                 .escapes = storage->escapes,
                 .variables = storage->variables,
                 .rules = storage->rules,
                 .places = storage->places,
                 .code = storage->code,
                 .vocabularies = storage->vocabularies};
  auto lines = ReadNatures(storage->strings.emplace_back(natures), storage->lists);
  if (!lines) return std::move(lines).error();
  auto harmless = ReadHarmless(storage->strings.emplace_back(options), storage->lists);
  if (!harmless) return std::move(harmless).error();
  storage->index.emplace(set.tables_, *lines, *harmless);
  set.index_ = storage->index->index();
  set.storage_ = std::move(storage);
  return set;
}

}  // namespace heddle::shell
