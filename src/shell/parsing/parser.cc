#include "shell/parsing/parser.h"

#include <algorithm>

#include "shell/parsing/command_parser.h"
#include "shell/parsing/scan.h"

namespace heddle::shell {
namespace {

// A here-document's delimiter as it stands on its own line.
std::string Unquoted(std::string_view raw) {
  std::string out;
  char quote = '\0';
  for (size_t i = 0; i < raw.size(); ++i) {
    const char next = i + 1 < raw.size() ? raw[i + 1] : '\0';
    const bool escapes = quote == '\0' || (quote == '"' && std::string_view("$`\"\\").find(next) != raw.npos);
    if (raw[i] == '\\' && next != '\0' && escapes)
      out += raw[++i];
    else if (quote == '\0' && raw[i] == '$' && (next == '\'' || next == '"'))
      continue;
    else if (quote != '\0' && raw[i] == quote)
      quote = '\0';
    else if (quote == '\0' && (raw[i] == '\'' || raw[i] == '"'))
      quote = raw[i];
    else
      out += raw[i];
  }
  return out;
}

}  // namespace

Statement CommandParser::Fail() {
  ok_ = false;
  return {};
}

void CommandParser::SkipBlanks() {
  while (!AtEnd()) {
    if (Peek() == ' ' || Peek() == '\t' || (Peek() == '\r' && (Peek(1) == '\n' || at_ + 1 == text_.size())))
      ++at_;
    else if (Is("\\\n"))
      at_ += 2;
    else
      break;
  }
  if (Peek() == '#') at_ = std::min(text_.find('\n', at_), text_.size());
}

void CommandParser::SkipLines() {
  SkipBlanks();
  while (Peek() == '\n') {
    TakeLineEnd();
    SkipBlanks();
  }
}

void CommandParser::TakeLineEnd() {
  ++at_;
  for (const Redirect& redirect : pending_) TakeBody(redirect);
  pending_.clear();
}

// A body without an end is no whole text.
void CommandParser::TakeBody(const Redirect& redirect) {
  const std::string delimiter = Unquoted(redirect.target.raw);
  const size_t start = at_;
  while (!AtEnd()) {
    const size_t line_end = std::min(text_.find('\n', at_), text_.size());
    std::string_view line = text_.substr(at_, line_end - at_);
    if (redirect.op == "<<-") line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
    const size_t line_start = at_;
    at_ = std::min(line_end + 1, text_.size());
    if (line != delimiter) continue;
    heredocs_[redirect.target.raw.data()] = text_.substr(start, line_start - start);
    return;
  }
  ok_ = false;
}

void CommandParser::FillHeredocs(Statement& statement) const {
  if (heredocs_.empty()) return;
  for (Redirect& redirect : statement.redirects) {
    if (redirect.op != "<<" && redirect.op != "<<-") continue;
    const auto body = heredocs_.find(redirect.target.raw.data());
    if (body != heredocs_.end()) redirect.heredoc = body->second;
  }
  for (Statement& child : statement.children) FillHeredocs(child);
}

std::string_view CommandParser::NextWord() const {
  size_t end = at_;
  while (end < text_.size() && !EndsWord(text_[end])) ++end;
  return text_.substr(at_, end - at_);
}

bool CommandParser::Take(std::string_view word) {
  SkipBlanks();
  if (NextWord() != word) return false;
  at_ += word.size();
  return true;
}

void CommandParser::Expect(std::string_view word) {
  SkipLines();
  if (!ok_ || !Take(word)) ok_ = false;
}

std::string_view CommandParser::TakeWord() {
  SkipBlanks();
  const size_t end = AtEnd() ? std::string_view::npos : SkipWord(text_, at_, depth_);
  if (end == std::string_view::npos) {
    ok_ = false;
    return {};
  }
  const std::string_view out = text_.substr(at_, end - at_);
  at_ = end;
  return out;
}

size_t SkipCommands(std::string_view text, size_t at, int depth) {
  CommandParser parser(text, at, depth);
  (void)parser.List();
  const bool closed = parser.ok() && !parser.AtEnd() && text[parser.at()] == ')';
  return closed ? parser.at() : std::string_view::npos;
}

std::optional<Statement> ParseCommands(std::string_view text) {
  CommandParser parser(text, 0, 0);
  Statement out = parser.List();
  if (!parser.ok() || !parser.AtEnd() || parser.waits()) return std::nullopt;
  parser.FillHeredocs(out);
  return out;
}

}  // namespace heddle::shell
