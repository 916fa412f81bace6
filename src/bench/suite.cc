#include "bench/suite.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "bench/members.h"
#include "bench/own_suite.h"
#include "bench/toolchain.h"
#include "sys/part_file.h"

namespace heddle::bench {
namespace {

constexpr size_t kMaxTasks = 100'000;

// HumanEval: the prompt is a file's beginning; its tests define check(candidate). arXiv 2107.03374.
Result<Task> HumanEval(const Members& row) {
  Task out;
  out.prompt = row.Text("prompt");
  out.entry_point = row.Text("entry_point");
  out.reference = out.prompt + row.Text("canonical_solution");
  out.setup = out.prompt;  // tests use the helpers that stand in it
  out.test = Cat({row.Text("test"), "\ncheck(", out.entry_point, ")\n"});
  return out;
}

// EvalPlus: inputs only; the reference says what is expected. arXiv 2305.01210.
Result<Task> EvalPlus(const Members& row) {
  Task out;
  out.prompt = row.Text("prompt");
  out.entry_point = row.Text("entry_point");
  out.reference = out.prompt + row.Text("canonical_solution");
  out.base_inputs = row.Raw("base_input");
  out.plus_inputs = row.Raw("plus_input");
  out.tolerance = row.Number("atol", 0);
  out.assertion = row.Text("assertion");
  out.setup = "import math\n" + out.prompt;  // some assertions use it without saying so
  out.reference_test = row.Has("test") ? Cat({row.Text("test"), "\ncheck(", out.entry_point, ")\n"}) : out.assertion;
  if (!out.assertion.empty()) {  // MBPP+: the prompt is a docstring with a request and one assertion
    out.completion = false;
    const size_t at = out.prompt.find("\nassert ");
    if (at != out.prompt.npos) out.statement = out.prompt.substr(at + 1, out.prompt.find('\n', at + 1) - at - 1);
    out.prompt = std::string(Trim(ReplaceAll(out.prompt, "\"\"\"", "")));
  }
  return out;
}

// MBPP: a request in words, and assertions, the first of which the model is shown. arXiv 2108.07732.
Result<Task> Mbpp(const Members& row) {
  Task out;
  const auto tests = row.Texts("test_list");
  const std::string request = row.Has("prompt") ? row.Text("prompt") : row.Text("text");
  out.prompt = tests.empty() ? request : Cat({request, "\n", tests[0]});
  out.completion = false;
  out.reference = row.Text("code");
  out.setup = row.Text("test_setup_code");
  for (const std::string& line : row.Texts("test_imports")) out.test += line + "\n";
  for (const std::string& line : tests) out.test += line + "\n";
  return out;
}

// BigCodeBench: tests are unittest classes that share the candidate's process, as they patch and inspect its modules.
// arXiv 2406.15877.
Result<Task> BigCodeBench(const Members& row) {
  Task out;
  out.prompt = row.Text("complete_prompt");
  out.request = row.Text("instruct_prompt");
  out.entry_point = row.Text("entry_point");
  out.reference = out.prompt + row.Text("canonical_solution");
  out.test = row.Text("test");
  out.unittest = true;
  return out;
}

// MultiPL-E: programs whose tests are their end. Its prompts leave the function open and its tests close it; answers
// here are whole functions. arXiv 2208.08227.
Result<Task> MultiPlE(const Members& row) {
  constexpr std::pair<std::string_view, std::string_view> kLanguages[] = {
      {"py", "python"}, {"js", "javascript"}, {"ts", "typescript"}, {"cpp", "cpp"},
      {"java", "java"}, {"rs", "rust"},       {"sh", "bash"}};
  Task out;
  const std::string code = row.Text("language"), name = row.Text("name");
  out.language = code;
  for (const auto& [from, to] : kLanguages)
    if (from == code) out.language = to;
  out.prompt = row.Text("prompt");
  out.reference = row.Text("reference");  // few files have one
  const size_t number = name.find('_'), rest = number == name.npos ? name.npos : name.find('_', number + 1);
  if (rest != name.npos && out.language != "java") out.entry_point = name.substr(rest + 1);
  out.test = row.Text("tests");
  const bool open = out.language == "cpp" || out.language == "rust" || out.language == "bash" || out.language == "java";
  if (const size_t brace = out.test.find_first_not_of(" \t\n");
      open && brace != out.test.npos && out.test[brace] == '}')
    out.test.erase(0, brace + 1);
  if (out.language == "java") out.test = Cat({"class Tests extends Problem {", out.test});
  if (out.language == "python") out.entry_point.clear(), out.setup.clear();
  return out;
}

struct Format {
  std::string_view name;
  std::string_view id;                    // the member that names a task
  std::vector<std::string_view> members;  // that all rows have
  Result<Task> (*read)(const Members& row);
};
const Format kFormats[] = {
    {"evalplus", "task_id", {"prompt", "entry_point", "canonical_solution", "base_input", "plus_input"}, EvalPlus},
    {"humaneval", "task_id", {"prompt", "entry_point", "canonical_solution", "test"}, HumanEval},
    {"bigcodebench",
     "task_id",
     {"complete_prompt", "instruct_prompt", "canonical_solution", "test", "entry_point"},
     BigCodeBench},
    {"multipl-e", "name", {"language", "prompt", "tests", "stop_tokens"}, MultiPlE},
    {"mbpp", "task_id", {"code", "test_list"}, Mbpp},
    {"heddle", "id", {"prompt", "tests"}, ReadOwnTask},
};

const Format* FormatOf(const Members& row) {
  for (const Format& format : kFormats) {
    const auto has = [&](std::string_view name) { return row.Has(name); };
    if (row.Has(format.id) && std::all_of(format.members.begin(), format.members.end(), has)) return &format;
  }
  return nullptr;
}

// What a task must have, whatever it came from; empty: it has.
std::string Missing(const Task& task) {
  if (task.prompt.empty()) return "has no prompt";
  if (!KnownLanguage(task.language)) return Cat({"is in a language that is not known: ", ForTerminal(task.language)});
  if (task.data_driven() && task.entry_point.empty()) return "has no entry_point, which its tests call";
  if (task.data_driven() && (task.base_inputs.size() <= 2 && task.plus_inputs.size() <= 2)) return "has no tests";
  if (task.data_driven() && task.reference.empty() && task.expected.empty())
    return "has no reference, which would say what is expected";
  return {};
}

// An id that is a string, or (MBPP) a number.
std::string IdOf(const Members& row, std::string_view name) {
  const std::string_view raw = row.Raw(name);
  return raw.starts_with('"') ? row.Text(name) : std::string(raw);
}

struct Row {
  std::string_view text;
  std::string where;
};

Result<std::vector<Row>> Rows(std::string_view text) {
  std::vector<Row> out;
  if (Trim(text.substr(0, 64)).starts_with('[')) {
    TRY_ASSIGN(const auto elements, Elements(text));
    for (size_t i = 0; i < elements.size(); ++i) out.push_back({elements[i], Cat({"element ", std::to_string(i + 1)})});
    return out;
  }
  size_t number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    if (!Trim(line).empty()) out.push_back({line, Cat({"line ", std::to_string(number)})});
  }
  return out;
}

}  // namespace

Result<Suite> ReadSuite(std::string_view text, std::string_view name) {
  Suite out{.name = std::string(name), .digest = sys::Sha256(text)};
  TRY_ASSIGN(const std::vector<Row> rows, Rows(text));
  if (rows.empty()) return Error{Code::kInvalid, "the file holds no tasks"};
  if (rows.size() > kMaxTasks) return Error{Code::kTooLarge, "the file holds more than 100000 tasks"};
  std::set<std::string> ids;
  const Format* format = nullptr;
  for (const Row& row : rows) {
    const auto bad = [&](std::string_view what) { return Error{Code::kInvalid, Cat({row.where, ": ", what})}; };
    const auto members = Members::Parse(row.text);
    if (!members) return bad(members.error().message);
    if (format == nullptr) format = FormatOf(*members);
    if (format == nullptr)
      return bad(
          "not a task of a known format (HumanEval, EvalPlus, MBPP, BigCodeBench, MultiPL-E, heddle's own; see "
          "docs/bench.md)");
    for (const std::string_view member : format->members) {
      if (!members->Has(member)) return bad(Cat({"the task has no \"", member, "\""}));
    }
    auto read = format->read(*members);
    if (!read) return bad(read.error().message);
    Task task = *std::move(read);
    task.id = IdOf(*members, format->id);
    if (format->name == "mbpp") task.id = "Mbpp/" + task.id;
    if (task.id.empty()) return bad(Cat({"the task has no \"", format->id, "\""}));
    if (const std::string missing = Missing(task); !missing.empty())
      return bad(Cat({"the task ", ForTerminal(task.id), " ", missing}));
    if (!ids.insert(task.id).second) return bad(Cat({"the task ", ForTerminal(task.id), " is there twice"}));
    out.tasks.push_back(std::move(task));
  }
  out.format = format->name;
  return out;
}

}  // namespace heddle::bench
