// Simple commands: assignments, words and redirections in any order (XCU 2.9.1).
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/expand.h"
#include "shell/parsing/command_parser.h"
#include "shell/parsing/scan.h"

namespace heddle::shell {
namespace {

constexpr size_t kNone = std::string_view::npos;
// Their operands may be assignments, lists among them.
constexpr std::string_view kDeclarations = "declare typeset export readonly local";
// Longest first.
constexpr std::string_view kOperators[] = {"&>>", "<<<", "<<-", "&>", "<<", "<&", "<>", ">>", ">&", ">|", "<", ">"};

std::string_view OperatorAt(std::string_view text, size_t at) {
  const char first = at < text.size() ? text[at] : '\0';
  if (first != '<' && first != '>' && first != '&') return {};
  for (std::string_view op : kOperators) {
    if (text.substr(at, op.size()) == op) return op;
  }
  return {};
}

// The index of the operator when a descriptor, {name} or nothing stands before it; npos when none comes.
size_t OperatorAfterDescriptor(std::string_view text, size_t at) {
  size_t i = at;
  while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
  if (i == at && i < text.size() && text[i] == '{') {
    const size_t end = NameEnd(text, at + 1);
    if (end > at + 1 && end < text.size() && text[end] == '}') i = end + 1;
  }
  const std::string_view op = OperatorAt(text, i);
  if (op.empty() || (op[0] == '&' && i > at)) return kNone;
  const bool process = op.size() == 1 && i + 1 < text.size() && text[i + 1] == '(';  // <(..)
  return process && i == at ? kNone : i;
}

}  // namespace

bool CommandParser::AtRedirect() const { return OperatorAfterDescriptor(text_, at_) != kNone; }

void CommandParser::TakeRedirect(Statement& out) {
  const size_t op_at = OperatorAfterDescriptor(text_, at_);
  const std::string_view before = text_.substr(at_, op_at - at_);
  Redirect redirect;
  if (before.starts_with("{"))
    redirect.variable = before.substr(1, before.size() - 2);
  else if (!before.empty())
    redirect.fd = static_cast<int>(ParseInt(before).value_or(-1));
  redirect.op = OperatorAt(text_, op_at);
  at_ = op_at + redirect.op.size();
  redirect.target = {TakeWord()};
  if (redirect.op == "<<" || redirect.op == "<<-") {
    redirect.quoted = redirect.target.raw.find_first_of("'\"\\") != kNone;
    pending_.push_back(redirect);
  }
  out.redirects.push_back(redirect);
}

Statement CommandParser::WithRedirects(Statement out) {
  SkipBlanks();
  while (ok_ && AtRedirect()) {
    TakeRedirect(out);
    SkipBlanks();
  }
  return out;
}

Statement CommandParser::Simple() {
  Statement out;
  out.kind = Statement::Kind::kCommand;
  while (ok_) {
    SkipBlanks();
    if (AtRedirect()) {
      TakeRedirect(out);
      continue;
    }
    const bool process = (Is("<(") || Is(">("));
    if (AtEnd() || (EndsWord(Peek()) && !process)) break;
    if ((out.words.empty() || out.declares) && TakeAssignment(out)) continue;
    out.words.push_back({TakeWord()});
    if (out.words.size() == 1) out.declares = InList(kDeclarations, out.words[0].raw);
  }
  if (out.words.empty() && out.assignments.empty() && out.redirects.empty()) return Fail();
  const bool bracket = out.words.size() > 1 && out.words[0].raw == "[" && out.words.back().raw == "]";
  if (!bracket || !out.assignments.empty()) return out;
  out.kind = Statement::Kind::kTest;
  out.name = "[";
  const char* const begin = out.words[0].raw.data() + 1;
  out.words = {{std::string_view(begin, static_cast<size_t>(out.words.back().raw.data() - begin))}};
  return out;
}

// NAME=value, NAME[subscript]=value, += of both, and NAME=(list).
bool CommandParser::TakeAssignment(Statement& out) {
  const size_t name_end = NameEnd(text_, at_);
  if (name_end == at_) return false;
  Assignment assignment{.name = text_.substr(at_, name_end - at_)};
  size_t i = name_end;
  if (i < text_.size() && text_[i] == '[') {
    const size_t close = SkipSubscript(text_, i, depth_);
    if (close == kNone) return false;
    assignment.subscript = text_.substr(i + 1, close - i - 2);
    i = close;
  }
  assignment.append = text_.substr(i, 2) == "+=";
  i += assignment.append ? 1 : 0;
  if (i >= text_.size() || text_[i] != '=') return false;
  ++i;
  size_t end = i;
  if (i < text_.size() && text_[i] == '(')
    end = SkipList(i);
  else if (i < text_.size() && (!EndsWord(text_[i]) || text_.substr(i, 2) == "<(" || text_.substr(i, 2) == ">("))
    end = SkipWord(text_, i, depth_);
  if (end == kNone) {
    ok_ = false;
    return true;
  }
  assignment.value = {text_.substr(i, end - i)};
  at_ = end;
  if (out.declares) out.words.push_back({assignment.name});
  out.assignments.push_back(assignment);
  return true;
}

// At the ( of a list's value: the index after its ).
size_t CommandParser::SkipList(size_t at) const {
  for (size_t i = at + 1; i < text_.size();) {
    const char c = text_[i];
    if (c == ')') return i + 1;
    if (c == ' ' || c == '\t' || c == '\n') {
      ++i;
      continue;
    }
    if (c == '#') {
      i = std::min(text_.find('\n', i), text_.size());
      continue;
    }
    if (c == '[') i = std::min(SkipSubscript(text_, i, depth_), text_.size());
    if (i < text_.size() && text_[i] == ')') continue;
    i = i < text_.size() && (text_[i] == ' ' || text_[i] == '\n') ? i : SkipWord(text_, i, depth_);
    if (i == kNone) return kNone;
  }
  return kNone;
}

}  // namespace heddle::shell
