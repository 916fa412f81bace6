// Lists, pipelines and compound commands.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/parsing/command_parser.h"
#include "shell/parsing/scan.h"

namespace heddle::shell {
namespace {

using Kind = Statement::Kind;

constexpr size_t kNone = std::string_view::npos;
constexpr int kMaxDepth = 190;  // of statements and substitutions in each other
constexpr int kMaxLinks = 300;  // of one && and || list, each link of which lies in the next
constexpr std::string_view kClosers = "then do done fi elif else esac }";
constexpr std::string_view kOpeners = "{ if while until for select case [[";

Statement Wrapped(Statement inner) {
  Statement out;
  out.children.push_back(std::move(inner));
  return out;
}

}  // namespace

Statement CommandParser::List() {
  Statement out;
  while (ok_) {
    SkipLines();
    if (AtEnd() || Peek() == ')' || Is(";;") || Is(";&") || InList(kClosers, NextWord())) break;
    Statement next = AndOr();
    SkipBlanks();
    if (Peek() == '&') {
      ++at_;
      next.background = true;
    } else if (Peek() == ';' && !Is(";;") && !Is(";&")) {
      ++at_;
    } else if (!AtEnd() && Peek() != '\n' && Peek() != ')' && Peek() != ';') {
      ok_ = false;
    }
    out.children.push_back(std::move(next));
  }
  return out;
}

Statement CommandParser::AndOr() {
  Statement left = Pipeline();
  for (int links = 0; ok_; ++links) {
    SkipBlanks();
    if (!Is("&&") && !Is("||")) break;
    if (links == kMaxLinks) return Fail();
    Statement both;
    both.kind = Is("&&") ? Kind::kAnd : Kind::kOr;
    at_ += 2;
    SkipLines();
    both.children.push_back(std::move(left));
    both.children.push_back(Pipeline());
    left = std::move(both);
  }
  return left;
}

// `!` and `time` stand before a whole pipeline. Before a plain command, time stays its wrapper.
bool CommandParser::TakePrefix() {
  SkipBlanks();
  const std::string_view word = NextWord();
  if (word == "!") {
    ++at_;
    return true;
  }
  if (word != "time") return false;
  const size_t before = at_;
  at_ += word.size();
  (void)Take("-p");
  const bool ended = Take("--");
  SkipBlanks();
  if (ended || AtCompound() || NextWord() == "!") return true;
  at_ = before;
  return false;
}

Statement CommandParser::Pipeline() {
  bool prefixed = false;
  while (ok_ && TakePrefix()) prefixed = true;
  SkipBlanks();
  const bool nothing = AtEnd() || Peek() == '\n' || Peek() == ';' || Peek() == ')';
  if (prefixed && nothing) return {};
  Statement out = Command();
  SkipBlanks();
  if (Peek() == '|' && !Is("||")) {
    Statement first = std::move(out);
    out = {};
    out.kind = Kind::kPipeline;
    out.children.push_back(std::move(first));
  }
  while (ok_ && Peek() == '|' && !Is("||")) {
    at_ += Is("|&") ? 2 : 1;
    SkipLines();
    out.children.push_back(Command());
    SkipBlanks();
  }
  return prefixed ? Wrapped(std::move(out)) : out;
}

Statement CommandParser::Command() {
  if (!ok_ || depth_ >= kMaxDepth) return Fail();
  ++depth_;
  SkipBlanks();
  const std::string_view word = NextWord();
  Statement out;
  if (AtCompound())
    out = WithRedirects(Compound());
  else if (word == "function")
    out = NamedFunction();
  else if (word == "coproc")
    out = Coprocess();
  else if (InList(kClosers, word) || word == "!")
    out = Fail();
  else if (const size_t name_end = FunctionName(); name_end != kNone)
    out = Function(name_end);
  else
    out = Simple();
  --depth_;
  return out;
}

bool CommandParser::AtCompound() const { return Peek() == '(' || InList(kOpeners, NextWord()); }

Statement CommandParser::Compound() {
  const std::string_view word = NextWord();
  if (Is("((")) {
    const size_t end = SkipArithmetic(text_, at_, depth_);
    if (end != kNone) return TestOf("((", end);
  }
  if (Peek() == '(') return Subshell();
  if (word == "{") return Group();
  if (word == "if") return If();
  if (word == "case") return Case();
  if (word == "[[") return DoubleBracket();
  return word == "for" || word == "select" ? For() : Loop();
}

Statement CommandParser::Subshell() {
  ++at_;
  Statement out = List();
  out.kind = Kind::kSubshell;
  if (Peek() != ')' || out.children.empty()) return Fail();
  ++at_;
  return out;
}

Statement CommandParser::Group() {
  ++at_;
  Statement out = List();
  if (out.children.empty()) ok_ = false;
  Expect("}");
  return out;
}

Statement CommandParser::If() {
  at_ += 2;
  Statement out;
  out.kind = Kind::kBranches;
  for (bool more = true; more && ok_;) {
    out.children.push_back(List());
    Expect("then");
    out.children.push_back(List());
    SkipLines();
    more = ok_ && Take("elif");
  }
  if (ok_ && Take("else")) out.children.push_back(List());
  Expect("fi");
  return out;
}

void CommandParser::Body(Statement& out) {
  SkipBlanks();
  if (Peek() == ';') ++at_;
  SkipLines();
  if (NextWord() == "{") {
    out.children.push_back(Group());
    return;
  }
  Expect("do");
  out.children.push_back(List());
  Expect("done");
}

Statement CommandParser::Loop() {
  at_ += NextWord().size();
  Statement out = List();
  out.kind = Kind::kLoop;
  Expect("do");
  out.children.push_back(List());
  Expect("done");
  return out;
}

Statement CommandParser::For() {
  Statement out;
  out.chooses = NextWord() == "select";
  at_ += NextWord().size();
  SkipBlanks();
  if (Is("((")) return CountingFor();
  out.kind = Kind::kFor;
  out.name = TakeWord();
  SkipLines();
  if (Take("in")) {
    out.listed = true;
    SkipBlanks();
    while (ok_ && !AtEnd() && Peek() != '\n' && Peek() != ';') {
      out.words.push_back({TakeWord()});
      SkipBlanks();
    }
  }
  Body(out);
  return out;
}

// The three expressions between (( and )), cut at their semicolons.
Statement CommandParser::CountingFor() {
  const size_t end = SkipArithmetic(text_, at_, depth_);
  if (end == kNone) return Fail();
  Statement out;
  out.kind = Kind::kLoop;
  for (auto part : SplitCounting(text_.substr(at_ + 2, end - at_ - 4))) out.words.push_back({part});
  if (out.words.size() != 3) return Fail();
  at_ = end;
  Body(out);
  return out;
}

Statement CommandParser::Case() {
  at_ += 4;
  Statement out;
  out.kind = Kind::kCase;
  out.words.push_back({TakeWord()});
  Expect("in");
  SkipLines();
  while (ok_ && !Take("esac")) {
    out.children.push_back(Arm());
    SkipLines();
  }
  return out;
}

Statement CommandParser::Arm() {
  if (Peek() == '(') ++at_;
  std::vector<Word> patterns;
  for (bool more = true; more && ok_;) {
    patterns.push_back({TakeWord()});
    SkipBlanks();
    more = Peek() == '|';
    at_ += more ? 1 : 0;
  }
  if (Peek() != ')') return Fail();
  ++at_;
  Statement out = List();
  out.words = std::move(patterns);
  if (Is(";;&") || Is(";&")) out.name = text_.substr(at_, Is(";&") ? 2 : 3);
  if (Is(";;") || Is(";&")) at_ += Is(";;&") ? 3 : 2;
  return out;
}

// What stands between the brackets stays one text: its operators do not matter, what it expands does.
Statement CommandParser::TestOf(std::string_view name, size_t end) {
  Statement out;
  out.kind = Kind::kTest;
  out.name = name;
  out.words.push_back({text_.substr(at_ + name.size(), end - at_ - 2 * name.size())});
  at_ = end;
  return out;
}

Statement CommandParser::DoubleBracket() {
  for (size_t i = at_ + 2; i < text_.size();) {
    const char c = text_[i];
    const bool blank = c == ' ' || c == '\t' || c == '\n';
    if (blank && text_.substr(i + 1, 2) == "]]" && (i + 3 >= text_.size() || EndsWord(text_[i + 3])))
      return TestOf("[[", i + 3);
    if (c == '\\' || c == '\'' || c == '"' || c == '`')
      i = SkipQuotedText(text_, i, depth_);
    else
      i = c == '$' ? SkipDollarText(text_, i, depth_) : i + 1;
    if (i == kNone) break;
  }
  return Fail();
}

// The end of a function's name when `name ()` stands here.
size_t CommandParser::FunctionName() const {
  size_t end = at_;
  while (end < text_.size() && !EndsWord(text_[end]) && std::string_view("$'\"`\\=").find(text_[end]) == kNone) ++end;
  const size_t open = end == at_ ? kNone : text_.find_first_not_of(" \t", end);
  if (open == kNone || text_[open] != '(') return kNone;
  const size_t close = text_.find_first_not_of(" \t", open + 1);
  return close != kNone && text_[close] == ')' ? end : kNone;
}

Statement CommandParser::Function(size_t name_end) {
  const std::string_view name = text_.substr(at_, name_end - at_);
  at_ = text_.find(')', name_end) + 1;
  return FunctionBody(name);
}

Statement CommandParser::NamedFunction() {
  at_ += NextWord().size();
  const std::string_view name = TakeWord();
  SkipBlanks();
  if (Peek() == '(') {
    const size_t close = text_.find_first_not_of(" \t", at_ + 1);
    if (close == kNone || text_[close] != ')') return Fail();
    at_ = close + 1;
  }
  return FunctionBody(name);
}

Statement CommandParser::FunctionBody(std::string_view name) {
  Statement out;
  out.kind = Kind::kFunction;
  out.name = name;
  SkipLines();
  if (!AtCompound()) return Fail();
  out.children.push_back(Command());
  return out;
}

// coproc [NAME] and a compound command, or coproc and a plain one.
Statement CommandParser::Coprocess() {
  at_ += NextWord().size();
  SkipBlanks();
  if (!AtCompound()) {
    const size_t before = at_;
    (void)TakeWord();
    SkipBlanks();
    if (!AtCompound()) at_ = before;
  }
  Statement out = Command();
  out.background = true;
  out.coprocess = true;
  return out;
}

}  // namespace heddle::shell
