// Inline code of other languages: scanned, never run. What it deletes, starts and reaches is recognised by the words of
// data/rules/code.toml; string literals next to a process call are followed as shell.
#include <algorithm>

#include "base/text.h"
#include "shell/programs/code_words.h"
#include "shell/programs/programs.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxLiterals = 64, kMaxLiteral = 4096;

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// `word` in `code`, not inside a longer identifier.
bool HasWord(std::string_view code, std::string_view word) {
  for (size_t at = code.find(word); at != code.npos; at = code.find(word, at + 1)) {
    const bool start = at == 0 || !IsWordByte(word.front()) || !IsWordByte(code[at - 1]);
    const size_t end = at + word.size();
    if (start && (end == code.size() || !IsWordByte(word.back()) || !IsWordByte(code[end]))) return true;
  }
  return false;
}

// q(..), qq{..}, %x(..): perl's and ruby's other quotes.
std::vector<std::string> OtherQuotes(std::string_view code) {
  std::vector<std::string> out;
  for (std::string_view open :
       {"q(", "q{", "qq(", "qq{", "qx(", "qx{", "qx/", "%x(", "%x{", "%q(", ":!", "+!", "shell "}) {
    const size_t at = code.find(open);
    if (at == code.npos) continue;
    const char last = open.back();
    const char close = last == '(' ? ')' : last == '{' ? '}' : last == '/' ? '/' : '\n';
    const size_t from = at + open.size();
    out.emplace_back(code.substr(from, std::min(code.find(close, from), code.size()) - from));
  }
  return out;
}

// Calls that start a program, whose argument should be seen as it is written.
constexpr std::string_view kCalls[] = {"system",   "popen",   "exec",      "execSync", "shell_exec",
                                       "passthru", "execute", "getoutput", "spawn"};

// Whether what follows a call is one text as it stands, or a list of such, and nothing is done to it.
bool IsLiteralArgument(std::string_view rest, std::string_view language) {
  const size_t begin = rest.find_first_not_of(" (");
  if (begin == rest.npos) return true;
  const char first = rest[begin];
  if (first != '"' && first != '\'' && first != '`') {
    // A name, a variable or another call; brackets and qw are lists of texts.
    return first == '[' || first == '{' || first == ')' || first == '.' || first == '=' || rest.substr(begin, 1) == "q";
  }
  size_t end = begin + 1;
  while (end < rest.size() && rest[end] != first) end += rest[end] == '\\' ? 2 : 1;
  const size_t after = end + 1 < rest.size() ? rest.find_first_not_of(' ', end + 1) : rest.npos;
  if (after == rest.npos) return true;
  if (language == "awk") return rest[after] == ')';  // texts that stand side by side are one there
  return std::string_view(".+%[*").find(rest[after]) == rest.npos;
}

// A call whose argument the code puts together: of a variable, or of a text that something is done to.
bool BuildsCommand(std::string_view code, std::string_view language) {
  for (std::string_view call : kCalls) {
    for (size_t at = code.find(call); at != code.npos; at = code.find(call, at + 1)) {
      const size_t end = at + call.size();
      const bool word = (at == 0 || !IsWordByte(code[at - 1])) && end < code.size() && !IsWordByte(code[end]);
      const bool called = word && (code[end] == '(' || code[end] == ' ');
      if (called && !IsLiteralArgument(code.substr(end), language)) return true;
    }
  }
  return false;
}

// perl: open(F, "-|", ..), open F, "command |".
bool OpensPipe(std::string_view code) {
  if (!HasWord(code, "open")) return false;
  for (std::string_view mark : {"'|", "\"|", "'-|", "\"-|", "|'", "|\"", "| '", "| \""}) {
    if (Contains(code, mark)) return true;
  }
  return false;
}

// awk: print > "file"; the name may be made of parts, too.
void WriteRedirected(Interpreter& in, std::string_view code) {
  bool named = false;
  for (size_t at = code.find('>'); at != code.npos; at = code.find('>', at + 1)) {
    size_t from = at + 1;
    while (from < code.size() && (code[from] == '>' || code[from] == ' ')) ++from;
    if (from >= code.size() || code[from] != '"') continue;
    const size_t end = std::min(code.find('"', from + 1), code.size());
    const std::string file(code.substr(from + 1, end - from - 1));
    in.Touch(EffectKind::kOverwrite, {file}, false);
    in.files.Write(in.PathOf(file), {Unknown()}, false);
    named = true;
  }
  if (!named && PrintsTo(code, ">")) in.Touch(EffectKind::kOverwrite, {Unknown()}, false);
}

// Code is harmless only if every word of it is; what no row describes is unknown.
// True if something in it is not known.
bool NoteUnknownWords(Interpreter& in, std::string_view language, std::string_view code) {
  for (const VocabularyRow& row : in.rules().tables().vocabularies) {
    if (std::find(row.languages.begin(), row.languages.end(), language) == row.languages.end()) continue;
    const std::string word = FirstUnknownWord(row, code);
    if (!word.empty()) in.Report("code.unknown", Risk::kUnknown, Cat({"its code uses ", word, ", which is not known"}));
    return !word.empty();
  }
  in.Report("code.unknown", Risk::kUnknown, Cat({"what code of ", language, " does is not known"}));
  return true;
}

}  // namespace

// String literals; neighbours joined by + or nothing but blanks also as one.
std::vector<std::string> LiteralsOf(std::string_view code) {
  std::vector<std::string> out;
  std::string joined;
  for (size_t i = 0; i < code.size(); ++i) {
    const char quote = code[i];
    if (quote != '"' && quote != '\'' && quote != '`') continue;
    size_t end = i + 1;
    while (end < code.size() && code[end] != quote) end += code[end] == '\\' ? 2 : 1;
    const std::string text = DecodeEscapes(code.substr(i + 1, std::min(end, code.size()) - i - 1));
    out.push_back(text);
    joined += (joined.empty() ? "" : " ") + text;
    i = end;
    if (out.size() > kMaxLiterals) break;
  }
  if (out.size() > 1) out.push_back(joined);  // subprocess.run(["rm", "-rf", "/"])
  std::string glued;
  for (size_t k = 0; k + 1 < out.size(); ++k) glued += out[k];
  if (out.size() > 2) out.push_back(glued);  // "r" + "m -rf /"
  return out;
}

bool PrintsTo(std::string_view program, std::string_view marks) {
  for (size_t at = program.find("print"); at != program.npos; at = program.find("print", at + 1)) {
    int depth = 0;
    for (size_t i = at; i < program.size() && program.find_first_of(";}\n", i) != i; ++i) {
      if (program[i] == '"') i = std::min(program.find('"', i + 1), program.size() - 1);
      depth += program[i] == '(' ? 1 : 0;
      depth -= program[i] == ')' ? 1 : 0;
      if (depth == 0 && marks.find(program[i]) != marks.npos) return true;
    }
  }
  return false;
}

void ScanCode(Interpreter& interpreter, std::string_view language, std::string_view code) {
  if (code.find(kDownloaded) != code.npos) {
    interpreter.Report("exec.downloaded", Risk::kCritical, "runs what it downloads");
    return;
  }
  if (code.find(kDecoded) != code.npos || (HasUnknown(code) && WithoutUnknown(code).size() < 3)) {
    interpreter.Report("exec.decoded", Risk::kHigh, "runs code that cannot be known beforehand");
    return;
  }
  bool deletes = false, runs = false, fetches = false, evaluates = false;
  if (language == "awk") WriteRedirected(interpreter, code);
  const bool unknown = NoteUnknownWords(interpreter, language, code);
  for (const CodeRule& rule : interpreter.rules().tables().code) {
    const auto& languages = rule.languages;
    if (!languages.empty() && std::find(languages.begin(), languages.end(), language) == languages.end()) continue;
    if (std::none_of(rule.words.begin(), rule.words.end(), [&](auto word) { return HasWord(code, word); })) continue;
    interpreter.Report(rule.id, rule.risk, std::string(rule.reason));
    deletes |= rule.effect == "delete";
    runs |= rule.effect == "execute";
    fetches |= rule.effect == "network";
    evaluates |= rule.id == "code.eval";
    if (rule.id == "code.shell-escape") {  // the rest of the line is a command
      const size_t from = code.find('!');
      Stream none;
      (void)interpreter.RunScriptApart(std::string(code.substr(from + 1, code.find('\n', from) - from - 1)), none);
    }
    if (const auto kind = ParseEffectKind(rule.effect); kind && rule.effect != "delete")
      interpreter.Touch(*kind, {std::string(language) + " code"}, false);
  }
  if (language == "perl" && OpensPipe(code)) {
    interpreter.Report("code.process", Risk::kModerate, "its inline code starts other programs");
    runs = true;
  }
  if (fetches && evaluates) interpreter.Report("exec.downloaded", Risk::kCritical, "runs what it downloads");
  if (unknown && !runs) {  // a text in it may be what it runs
    for (const std::string& literal : LiteralsOf(code)) interpreter.Probe(literal);
  }
  if (!deletes && !runs) return;
  if (runs && BuildsCommand(code, language))
    interpreter.Report("exec.built", Risk::kHigh,
                       "runs text that is built while it runs, so it cannot be known beforehand");
  std::vector<std::string> literals = LiteralsOf(code);
  if (literals.size() > kMaxLiterals) interpreter.Limit("code with too many texts to be looked into");
  for (auto& text : OtherQuotes(code)) literals.push_back(std::move(text));
  for (const std::string& literal : literals) {
    if (literal.empty()) continue;
    if (literal.size() > kMaxLiteral) interpreter.Limit("code with a text too long to be looked into");
    if (literal.size() > kMaxLiteral) continue;
    if (deletes && literal.find(' ') == literal.npos) {
      interpreter.Touch(EffectKind::kDelete, {literal, literal.find('*') != literal.npos},
                        HasWord(code, "rmtree") || HasWord(code, "rm_rf") || HasWord(code, "recursive"));
    }
    Stream none;
    if (runs) (void)interpreter.RunScriptApart(literal, none);
  }
}

}  // namespace heddle::shell
