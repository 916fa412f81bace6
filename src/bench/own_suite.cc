#include "bench/own_suite.h"

#include "base/text.h"

namespace heddle::bench {
namespace {

Error Bad(std::string_view what) { return {Code::kInvalid, std::string(what)}; }

enum class Type { kText, kSomeText, kFlag, kAmount, kPositive, kObject };

bool Is(Type type, const Members& row, std::string_view name) {
  const std::string_view raw = row.Raw(name);
  switch (type) {
    case Type::kText: return raw.starts_with('"');
    case Type::kSomeText: return !row.Text(name).empty();
    case Type::kFlag: return raw == "true" || raw == "false";
    case Type::kAmount: return row.Number(name, -1) >= 0;
    case Type::kPositive: return row.Number(name, -1) > 0;
    case Type::kObject: return raw.starts_with('{');
  }
  return false;
}

std::string_view Name(Type type) {
  constexpr std::string_view kNames[] = {
      "a string", "a string that says something", "true or false", "a number from 0", "a number above 0", "an object"};
  return kNames[static_cast<size_t>(type)];
}

struct MemberRow {
  std::string_view name;
  Type type;
};

template <size_t kCount>
Result<> Check(const Members& row, const MemberRow (&members)[kCount]) {
  for (const auto& [name, type] : members) {
    if (row.Named(name) && !Is(type, row, name)) return Bad(Cat({"\"", name, "\" is not ", Name(type)}));
  }
  return {};
}

Result<> ReadLimits(const Members& row, Task& out) {
  if (!row.Named("limits")) return {};
  TRY_ASSIGN(const Members limits, Members::Parse(row.Raw("limits")));
  constexpr MemberRow kLimits[] = {{"cpu_seconds", Type::kPositive}, {"memory_mb", Type::kPositive}};
  TRY(Check(limits, kLimits));
  for (const std::string& name : limits.names()) {  // one that is misspelt would not limit
    if (name != "cpu_seconds" && name != "memory_mb") return Bad(Cat({"\"limits\" has no ", ForTerminal(name)}));
  }
  out.cpu_seconds = limits.Number("cpu_seconds", 0);
  out.memory_bytes = static_cast<int64_t>(limits.Number("memory_mb", 0) * 1e6);
  return {};
}

// All pairs have an output, or none has: then the reference says what is expected.
Result<> ReadPairs(std::string_view raw, Task& out) {
  TRY_ASSIGN(const auto pairs, Elements(raw));
  std::string inputs, outputs;
  size_t with_output = 0;
  for (const std::string_view each : pairs) {
    const auto pair = Members::Parse(each);
    if (!pair || !pair->Raw("input").starts_with('['))
      return Bad("each of \"tests\" is an object with a list \"input\" and an \"output\"");
    const std::string_view output = pair->Raw("output");
    with_output += pair->Named("output") ? 1 : 0;
    inputs += Cat({inputs.empty() ? "" : ",", pair->Raw("input")});
    outputs += Cat({outputs.empty() ? "" : ",", output.empty() ? "null" : output});
  }
  if (with_output != 0 && with_output != pairs.size())
    return Bad("some of \"tests\" have no \"output\", and some have");
  out.base_inputs = Cat({"[", inputs, "]"});
  out.plus_inputs = "[]";
  if (with_output > 0) out.expected = Cat({"[", outputs, "]"});
  return {};
}

}  // namespace

Result<Task> ReadOwnTask(const Members& row) {
  constexpr MemberRow kMembers[] = {
      {"id", Type::kSomeText},      {"prompt", Type::kSomeText},  {"completion", Type::kFlag},
      {"entry_point", Type::kText}, {"language", Type::kText},    {"reference", Type::kText},
      {"difficulty", Type::kText},  {"tolerance", Type::kAmount}, {"limits", Type::kObject}};
  TRY(Check(row, kMembers));
  Task out;
  out.prompt = row.Text("prompt");
  out.completion = row.Raw("completion") == "true";
  out.entry_point = row.Text("entry_point");
  out.language = row.Named("language") ? row.Text("language") : "python";
  out.reference = row.Text("reference");
  out.difficulty = row.Text("difficulty");
  out.tolerance = row.Number("tolerance", 0);
  TRY(ReadLimits(row, out));
  if (row.Raw("tests").starts_with('[')) {
    TRY(ReadPairs(row.Raw("tests"), out));
    return out;
  }
  out.test = row.Text("tests");
  if (out.test.empty()) return Bad("\"tests\" is neither code nor a list");
  return out;
}

}  // namespace heddle::bench
