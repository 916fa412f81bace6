#include "bench/extract.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "bench/outline.h"

namespace heddle::bench {
namespace {

constexpr std::string_view kThinking[] = {"think", "thinking", "thought", "reasoning", "reflection"};

constexpr size_t kLongestMark = 12;
constexpr size_t kParseCost = 64;  // of any text, in bytes

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

// The marks at the beginning of a line (after spaces, list marks and quote marks); 0: it is no fence.
struct FenceLine {
  char mark = 0;
  size_t length = 0;
  std::string_view info;
};
FenceLine ReadFence(std::string_view line) {
  size_t at = line.find_first_not_of(" \t>");
  if (at == line.npos) return {};
  if ((line[at] == '-' || line[at] == '*') && at + 1 < line.size() && line[at + 1] == ' ')
    at = line.find_first_not_of(' ', at + 1);
  if (at == line.npos || (line[at] != '`' && line[at] != '~')) return {};
  FenceLine out{.mark = line[at]};
  while (at + out.length < line.size() && line[at + out.length] == out.mark) ++out.length;
  if (out.length < 3) return {};
  out.info = Trim(line.substr(at + out.length));
  if (out.info.find(out.mark) != out.info.npos) return {};  // `` ```code``` `` in a sentence
  return out;
}

std::string TagOf(std::string_view info) {
  const std::string lower = Lower(info);
  const size_t start = lower.find_first_not_of("{. ");
  if (start == lower.npos) return {};
  const size_t end = lower.find_first_of(" \t,:{}=", start);
  return lower.substr(start, end == lower.npos ? lower.npos : end - start);
}

struct OpenFence {
  FenceLine line;
  Fence fence;
};

}  // namespace

std::string WithoutThinking(std::string_view answer) {
  // One pass over the marks. Where a closing one stands without its opening one, all before it was thought.
  std::string out;
  std::string_view open;  // the mark that is open
  size_t from = 0;        // what was not thought since
  for (size_t at = answer.find('<'); at != answer.npos; at = answer.find('<', at + 1)) {
    const bool closes = answer.substr(at).starts_with("</");
    const size_t name_at = at + (closes ? 2 : 1);
    const std::string word = Lower(answer.substr(name_at, kLongestMark));
    for (const std::string_view name : kThinking) {
      if (!word.starts_with(name) || word.size() == name.size() || word[name.size()] != '>') continue;
      const size_t end = name_at + name.size() + 1;
      if (closes && open.empty()) out.clear(), from = end;
      if (closes && open == name) open = {}, from = end;
      if (!closes && open.empty()) open = name, out += answer.substr(from, at - from);
      break;
    }
  }
  if (open.empty()) out += answer.substr(from);
  return out;
}

std::vector<Fence> Fences(std::string_view text) {
  std::vector<Fence> out;
  std::vector<OpenFence> open;
  for (const std::string_view raw : Split(text, '\n')) {
    const std::string_view line = raw.ends_with('\r') ? raw.substr(0, raw.size() - 1) : raw;
    const FenceLine fence = ReadFence(line);
    const auto close = [&] {
      out.push_back(std::move(open.back().fence));
      open.pop_back();
    };
    if (fence.mark != 0) {
      const bool closes = !open.empty() && fence.mark == open.back().line.mark &&
                          fence.length >= open.back().line.length && fence.info.empty();
      const bool opens = !closes && (open.empty() || !fence.info.empty());
      if (closes) close();
      if (opens) open.push_back({fence, {.tag = TagOf(fence.info)}});
      if (closes || opens) continue;
    }
    if (open.empty()) continue;
    // "return x```": the fence closes at the end of a line of code.
    const std::string marks(3, open.back().line.mark);
    if (fence.mark == 0 && line.size() > 3 && line.ends_with(marks) && line.find(marks) == line.size() - 3) {
      (open.back().fence.code += line.substr(0, line.size() - 3)) += '\n';
      close();
      continue;
    }
    (open.back().fence.code += line) += '\n';
  }
  while (!open.empty()) {
    open.back().fence.closed = false;
    out.push_back(std::move(open.back().fence));
    open.pop_back();
  }
  return out;
}

namespace {

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
  std::string PromptPrefix();
  Choice Look(std::string code, std::string_view tag);
  std::string CodeAmong(std::string_view text);
  std::optional<std::string> Continued(std::string_view code);
  std::string HelpersFrom(const std::vector<Choice>& earlier, const Choice& chosen);
  Extracted FromFences(const std::vector<Fence>& fences);

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
  out.defines = task_.entry_point.empty() || (parser && out.parses ? outline.Defines(task_.entry_point) : may_define);
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

// The answer goes on where the prompt ended: as it is, or indented as a body. It belongs to the function that the
// prompt began.
std::optional<std::string> Extractor::Continued(std::string_view code) {
  if (!task_.completion) return {};
  std::string body(code);
  while (body.starts_with('\n')) body.erase(0, 1);
  std::string indented;
  for (const std::string_view line : Split(body, '\n')) indented += Cat({line.empty() ? "" : "    ", line, "\n"});
  for (const std::string* each : {&body, &indented}) {
    if (Trim(*each).empty()) continue;
    std::string whole = task_.prompt + *each;
    const Outline outline = OutlineOf(whole);
    if (outline.parsed && outline.statements.back().name == task_.entry_point) return whole;
  }
  return {};
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

Extracted Extractor::FromFences(const std::vector<Fence>& fences) {
  std::vector<Choice> choices;
  for (const Fence& fence : fences) choices.push_back(Look(Dedented(fence.code), fence.tag));
  const auto best = std::max_element(choices.begin(), choices.end(),
                                     [](const Choice& a, const Choice& b) { return a.Rank() < b.Rank(); });
  if (best == choices.end() || Trim(best->code).empty()) return {.from = "nothing"};
  if (best->defines) {
    const std::string helpers = HelpersFrom({choices.begin(), best}, *best);
    return {.code = PromptPrefix() + helpers + best->code, .from = "fence"};
  }
  for (const Fence& fence : fences) {  // not dedented: a body keeps its depth
    if (auto whole = Continued(fence.code)) return {.code = *std::move(whole), .from = "continuation"};
  }
  return {.code = PromptPrefix() + best->code, .from = "fence"};
}

Extracted Extractor::Run(const std::string& text) {
  const std::vector<Fence> fences = Fences(text);
  if (!fences.empty()) {
    if (Extracted out = FromFences(fences); !out.code.empty()) return out;
  }
  const Choice whole = Look(text, "");
  if (whole.defines && whole.parses && !task_.entry_point.empty())
    return {.code = PromptPrefix() + text, .from = "text"};
  if (auto continued = Continued(text)) return {.code = *std::move(continued), .from = "continuation"};
  const std::string rest = FromFirstCodeLine(text);
  if (!rest.empty()) {
    const Choice tail = Look(rest, "");
    const std::string code = tail.parses ? rest : CodeAmong(rest);
    if (!Trim(code).empty()) return {.code = PromptPrefix() + code, .from = "text"};
    return {.code = PromptPrefix() + rest, .from = "text"};
  }
  if (whole.parses && task_.entry_point.empty()) return {.code = text, .from = "text"};
  return {.from = "nothing"};
}

}  // namespace

Extracted Extract(const Task& task, std::string_view answer) {
  const std::string text = WithoutThinking(answer);
  if (Trim(text).empty()) return {.from = "nothing"};
  return Extractor(task).Run(text);
}

}  // namespace heddle::bench
