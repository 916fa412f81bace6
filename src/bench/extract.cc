#include "bench/extract.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "bench/continuation.h"
#include "bench/demos.h"
#include "bench/fences.h"
#include "bench/outline.h"
#include "bench/unwrap.h"

namespace heddle::bench {
namespace {

constexpr size_t kParseCost = 64;  // of any text, in bytes
constexpr int kWrappings = 3;      // are taken off, one inside the other

// Words before a block that make it the answer in place of the one before it; and words that make it one more.
constexpr std::string_view kCorrections[] = {"correct", "fix",   "bug",    "mistake", "wrong",  "oops",     "wait",
                                             "revis",   "final", "actual", "instead", "rewrit", "should be"};
constexpr std::string_view kVariants[] = {"alternativ", "variant", "if you need", "if you want", "debug",
                                          "another",    "usage",   "example",     "optional",    "equivalent"};

struct TagRow {
  std::string_view language;
  std::vector<std::string_view> tags;
};
const TagRow kTags[] = {{"python", {"python", "py", "python3", "python2", "ipython", "pycon"}},
                        {"javascript", {"javascript", "js", "node", "mjs", "jsx"}},
                        {"typescript", {"typescript", "ts", "tsx"}},
                        {"go", {"go", "golang"}},
                        {"cpp", {"cpp", "c++", "cc", "cxx", "hpp"}},
                        {"java", {"java"}},
                        {"rust", {"rust", "rs"}},
                        {"bash", {"bash", "sh", "shell", "zsh"}}};

bool TagFits(std::string_view language, std::string_view tag) {
  for (const TagRow& row : kTags) {
    if (row.language == language) return std::find(row.tags.begin(), row.tags.end(), tag) != row.tags.end();
  }
  return tag == language;
}

// Code at one depth less: blocks inside lists are indented as a whole.
std::string Dedented(std::string_view code) {
  size_t least = std::string_view::npos;
  const auto lines = Split(code, '\n');
  for (const std::string_view line : lines) {
    const size_t at = line.find_first_not_of(" \t");
    if (at != line.npos) least = std::min(least, at);
  }
  if (least == 0 || least == std::string_view::npos) return std::string(code);
  std::string out;
  for (const std::string_view line : lines) {
    if (line.size() > least) out += line.substr(least);
    out += '\n';
  }
  return out;
}

struct Choice {
  std::string code;
  bool defines = false, parses = false, fits = false;
  int Rank() const { return (defines && parses ? 8 : 0) + (defines ? 4 : 0) + (parses ? 2 : 0) + (fits ? 1 : 0); }
};

// A function may also come as an assignment of a lambda, or as a method of a class.
bool DefinesByWords(std::string_view code, std::string_view name) {
  if (name.empty()) return true;
  for (size_t at = code.find(name); at != code.npos; at = code.find(name, at + 1)) {
    const auto word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
    const bool whole =
        (at == 0 || !word(code[at - 1])) && (at + name.size() == code.size() || !word(code[at + name.size()]));
    if (whole) return true;
  }
  return false;
}

// From the first line that can only be code to the last that belongs to it.
std::string FromFirstCodeLine(std::string_view text) {
  constexpr std::string_view kStarts[] = {"def ",      "class ", "import ", "from ", "@",     "async def ",
                                          "function ", "const ", "let ",    "fn ",   "func ", "#include"};
  size_t at = 0;
  for (const std::string_view line : Split(text, '\n')) {
    for (const std::string_view start : kStarts) {
      if (line.starts_with(start) && (start != "from " || line.find(" import ") != line.npos))
        return std::string(text.substr(at));
    }
    at += line.size() + 1;
  }
  return {};
}

// What a program of a language without a parser here may need from the prompt: its lines that only include or import.
std::string HeaderLines(std::string_view prompt) {
  std::string out;
  for (const std::string_view line : Split(prompt, '\n')) {
    for (const std::string_view start : {"#include", "using ", "import ", "use ", "package ", "#!"}) {
      if (line.starts_with(start)) (out += line) += '\n';
    }
  }
  return out;
}

// Extraction for one task. Parsing costs far more than all else, so only so much of an answer is parsed; what is beyond
// is judged by its words.
class Extractor {
 public:
  explicit Extractor(const Task& task) : task_(task) {}
  Extracted Run(const std::string& text);

 private:
  Outline OutlineOf(std::string_view text) {
    const size_t cost = text.size() + kParseCost;
    const bool affordable = cost <= budget_;
    if (affordable) budget_ -= cost;
    return affordable ? bench::OutlineOf(task_.language, text) : Outline{};
  }
  // As a function, or as a method of a class, whichever was asked for.
  bool Defines(const Outline& outline) const {
    return outline.Defines(task_.entry_point) || !outline.ClassOf(task_.entry_point).empty();
  }
  std::string PromptPrefix();
  Choice Look(std::string code, std::string_view tag);
  std::string CodeAmong(std::string_view text);
  std::optional<std::string> Continued(std::string_view code);
  std::string NeededOf(std::string_view tail, std::string body);
  std::string HelpersFrom(const std::vector<Choice>& earlier, const Choice& chosen);
  Extracted FromFences(std::string_view text, const std::vector<Fence>& fences);
  std::string Finished(std::string code);

  const Task& task_;
  size_t budget_ = 96 << 10;  // bytes
};

// What stands before the target in the prompt, and imports from inside it: an answer that writes the function anew must
// not lose them.
std::string Extractor::PromptPrefix() {
  if (!task_.completion) return {};
  if (task_.language != "python" && task_.language != "javascript") return HeaderLines(task_.prompt);
  if (task_.entry_point.empty()) return {};
  const Outline outline = OutlineOf(task_.prompt);
  std::string out;
  for (const Statement& each : outline.statements) {
    if (each.name == task_.entry_point && each.kind == Statement::Kind::kDefinition) break;
    if (each.kind == Statement::Kind::kOther) continue;
    (out += task_.prompt.substr(each.start, each.end - each.start)) += '\n';
  }
  for (const std::string& line : outline.inner_imports) (out += line) += '\n';
  return out;
}

Choice Extractor::Look(std::string code, std::string_view tag) {
  Choice out{.code = std::move(code), .fits = tag.empty() || TagFits(task_.language, tag)};
  const bool may_define = DefinesByWords(out.code, task_.entry_point);
  const Outline outline = OutlineOf(out.code);
  const bool parser = task_.language == "python" || task_.language == "javascript";
  out.parses = parser ? outline.parsed : true;
  out.defines = task_.entry_point.empty() || (parser && out.parses ? Defines(outline) : may_define);
  return out;
}

// The definitions, imports and assignments of a text in which they stand among sentences.
std::string Extractor::CodeAmong(std::string_view text) {
  const Outline outline = OutlineOf(text);
  std::string out;
  for (const Statement& each : outline.statements) {
    if (each.kind == Statement::Kind::kOther || !each.good) continue;
    (out += text.substr(each.start, each.end - each.start)) += "\n";
  }
  return out;
}

// The answer goes on where the prompt ended, with the body of the function that the prompt began. Of what follows it,
// what it needs is kept.
std::optional<std::string> Extractor::Continued(std::string_view code) {
  if (!task_.completion) return {};
  for (const Continuation& each : Continuations(task_.prompt, code)) {
    std::string whole = Cat({task_.prompt, task_.prompt.ends_with('\n') ? "" : "\n", each.body});
    const Outline outline = OutlineOf(whole);
    if (!outline.parsed || outline.statements.back().name != task_.entry_point) continue;
    return whole + NeededOf(each.tail, each.body);
  }
  return {};
}

// The definitions, imports and assignments of `tail` that `body` uses, and those that these use.
std::string Extractor::NeededOf(std::string_view tail, std::string body) {
  if (Trim(tail).empty()) return {};
  const Outline outline = OutlineOf(tail);
  std::vector<bool> needed(outline.statements.size());
  for (bool more = true; more;) {
    more = false;
    for (size_t i = 0; i < needed.size(); ++i) {
      const Statement& each = outline.statements[i];
      const bool usable = each.good && each.kind != Statement::Kind::kOther && each.name != task_.entry_point;
      const bool import = each.kind == Statement::Kind::kImport;
      if (needed[i] || !usable || (!import && !DefinesByWords(body, each.name))) continue;
      needed[i] = more = true;
      body += tail.substr(each.start, each.end - each.start);
    }
  }
  std::string out;
  for (size_t i = 0; i < needed.size(); ++i) {
    const Statement& each = outline.statements[i];
    if (needed[i]) (out += tail.substr(each.start, each.end - each.start)) += '\n';
  }
  return out;
}

// Names that the earlier blocks of an answer define and the chosen one uses.
std::string Extractor::HelpersFrom(const std::vector<Choice>& earlier, const Choice& chosen) {
  std::string out;
  const Outline own = OutlineOf(chosen.code);
  for (const Choice& each : earlier) {
    if (!each.parses || !each.fits) continue;
    const Outline outline = OutlineOf(each.code);
    bool wanted = false;
    for (const Statement& statement : outline.statements) {
      if (statement.kind == Statement::Kind::kOther) continue;
      const bool import = statement.kind == Statement::Kind::kImport;
      wanted = wanted || (import && own.parsed) ||
               (!statement.name.empty() && !own.Defines(statement.name) && DefinesByWords(chosen.code, statement.name));
    }
    if (wanted) out += CodeAmong(each.code);
  }
  return out;
}

// Without demonstrations, and with a function in front of the method that has its name.
std::string Extractor::Finished(std::string code) {
  const Outline outline = OutlineOf(code);
  if (!outline.parsed) return code;
  code = WithoutDemos(code, outline, task_.entry_point);
  const std::string& name = task_.entry_point;
  const std::string of = name.empty() || outline.Defines(name) ? std::string() : outline.ClassOf(name);
  if (of.empty()) return code;
  return task_.language == "python"
             ? Cat({code, "\n\ndef ", name, "(*args, **kwargs):\n    return ", of, "().", name, "(*args, **kwargs)\n"})
             : Cat({code, "\nconst ", name, " = (...args) => new ", of, "().", name, "(...args);\n"});
}

// Whether what is said between two blocks makes the second the answer.
bool Corrects(std::string_view said) {
  const std::string lower = Lower(said);
  const auto has = [&](std::string_view word) { return lower.find(word) != lower.npos; };
  return std::any_of(std::begin(kCorrections), std::end(kCorrections), has) &&
         std::none_of(std::begin(kVariants), std::end(kVariants), has);
}

Extracted Extractor::FromFences(std::string_view text, const std::vector<Fence>& fences) {
  std::vector<Choice> choices;
  for (const Fence& fence : fences) {
    const auto inside = fence.tag == "json" ? Unwrapped(fence.code) : std::nullopt;
    choices.push_back(Look(Dedented(PlainCode(inside ? *inside : fence.code)), inside ? "" : fence.tag));
  }
  size_t best = 0;
  for (size_t i = 1; i < choices.size(); ++i) {
    const size_t end = fences[best].end, start = fences[i].start;
    const bool corrects =
        choices[i].Rank() == choices[best].Rank() && end <= start && Corrects(text.substr(end, start - end));
    if (choices[i].Rank() > choices[best].Rank() || corrects) best = i;
  }
  Choice& chosen = choices[best];
  if (Trim(chosen.code).empty()) return {.from = "nothing"};
  if (chosen.defines) {
    const std::vector<Choice> earlier(choices.begin(), choices.begin() + static_cast<std::ptrdiff_t>(best));
    const std::string helpers = HelpersFrom(earlier, chosen);
    return {.code = PromptPrefix() + helpers + Finished(std::move(chosen.code)), .from = "fence"};
  }
  for (const Fence& fence : fences) {  // not dedented: a body keeps its depth
    if (auto whole = Continued(PlainCode(fence.code))) return {.code = *std::move(whole), .from = "continuation"};
  }
  return {.code = PromptPrefix() + Finished(std::move(chosen.code)), .from = "fence"};
}

// A body comes before anything that is made of it: what follows it may define the function once more.
bool BeginsAsBody(std::string_view text) {
  const size_t at = text.find_first_not_of(" \t\r\n");
  if (at != text.npos && text.substr(at).starts_with("return ")) return true;
  return at != text.npos && at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t');
}

Extracted Extractor::Run(const std::string& text) {
  const std::vector<Fence> fences = Fences(text);
  if (BeginsAsBody(text)) {
    const size_t end = fences.empty() ? text.size() : fences[0].start;
    if (auto continued = Continued(text.substr(0, end))) return {.code = *std::move(continued), .from = "continuation"};
  }
  if (!fences.empty()) {
    if (Extracted out = FromFences(text, fences); !out.code.empty()) return out;
  }
  const Choice whole = Look(text, "");
  if (whole.defines && whole.parses && !task_.entry_point.empty())
    return {.code = PromptPrefix() + Finished(text), .from = "text"};
  if (auto continued = Continued(text)) return {.code = *std::move(continued), .from = "continuation"};
  const std::string rest = FromFirstCodeLine(text);
  if (!rest.empty()) {
    const Choice tail = Look(rest, "");
    const std::string code = tail.parses ? Finished(rest) : CodeAmong(rest);
    if (!Trim(code).empty()) return {.code = PromptPrefix() + code, .from = "text"};
    return {.code = PromptPrefix() + rest, .from = "text"};
  }
  if (whole.parses && task_.entry_point.empty()) return {.code = text, .from = "text"};
  return {.from = "nothing"};
}

}  // namespace

Extracted Extract(const Task& task, std::string_view answer) {
  std::string text = PlainCode(WithoutSpecialTokens(WithoutThinking(answer)));
  for (int i = 0; i < kWrappings; ++i) {
    auto inside = Unwrapped(text);
    if (!inside || !DefinesByWords(*inside, task.entry_point)) break;
    text = *std::move(inside);
  }
  if (Trim(text).empty()) return {.from = "nothing"};
  return Extractor(task).Run(text);
}

}  // namespace heddle::bench
