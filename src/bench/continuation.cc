#include "bench/continuation.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace heddle::bench {
namespace {

using Lines = std::vector<std::string_view>;

// What begins a line at the top level, and hardly ever one of a body whose indentation was lost.
constexpr std::string_view kTopLevel[] = {"def ", "class ", "async def ", "print(", "assert ", "if __name__", "@"};

bool Blank(std::string_view line) { return Trim(line).empty(); }
bool Comment(std::string_view line) { return Trim(line).starts_with('#'); }
size_t Indent(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }

// The next line belongs below this one.
bool Opens(std::string_view line) {
  const std::string_view text = Trim(line);
  return !text.empty() && std::string_view(":([{,\\").find(text.back()) != std::string_view::npos;
}

// How deep the body of the prompt's last function stands.
std::string BodyIndent(std::string_view prompt) {
  std::string_view last;
  for (const std::string_view line : Split(prompt, '\n'))
    if (!Blank(line)) last = line;
  const std::string base(last.substr(0, Indent(last)));
  if (Trim(last).ends_with(':')) return base + (base.starts_with('\t') ? "\t" : "    ");
  return base.empty() ? "    " : base;
}

// For each line, whether it begins inside a text of three quotes.
std::vector<bool> InText(const Lines& lines) {
  std::vector<bool> out;
  std::string_view open;
  for (const std::string_view line : lines) {
    out.push_back(!open.empty());
    for (size_t i = 0; i + 3 <= line.size(); ++i) {
      const std::string_view mark = line.substr(i, 3);
      if (mark != "\"\"\"" && mark != "'''") continue;
      if (open.empty())
        open = mark;
      else if (open == mark)
        open = {};
      i += 2;
    }
  }
  return out;
}

class Reader {
 public:
  Reader(std::string_view prompt, std::string_view text) : lines_(Split(text, '\n')), target_(BodyIndent(prompt)) {
    const auto first = std::find_if_not(lines_.begin(), lines_.end(), Blank);
    lines_.erase(lines_.begin(), first);
    in_text_ = InText(lines_);
  }

  std::vector<Continuation> All() const {
    if (lines_.empty()) return {};
    const size_t margin = Break([](std::string_view) { return true; });
    if (Base(margin) > 0) return {Cut(margin)};
    const auto top = [](std::string_view line) {
      return std::any_of(std::begin(kTopLevel), std::end(kTopLevel), [&](auto word) { return line.starts_with(word); });
    };
    std::vector<Continuation> out = {Cut(lines_.size())};
    if (const size_t end = Break(top); end < lines_.size()) out.push_back(Cut(end));
    return out;
  }

 private:
  // The first line after the first that stands at the left margin and is taken for the end of the body.
  template <typename Ends>
  size_t Break(Ends ends) const {
    for (size_t i = 1; i < lines_.size(); ++i) {
      const bool margin = Indent(lines_[i]) == 0 && !Blank(lines_[i]) && !Comment(lines_[i]) && !in_text_[i];
      const bool closes = margin && std::string_view(")]}").find(lines_[i][0]) != std::string_view::npos;
      if (margin && !closes && ends(lines_[i])) return i;
    }
    return lines_.size();
  }

  // The least indentation of the lines behind the first, up to `end`.
  size_t Least(size_t end) const {
    size_t out = std::string_view::npos;
    for (size_t i = 1; i < end; ++i)
      if (!Blank(lines_[i]) && !in_text_[i] && !(Comment(lines_[i]) && Indent(lines_[i]) == 0))
        out = std::min(out, Indent(lines_[i]));
    return out;
  }

  // How deep the lines behind the first stand, where the first has lost its place among them: it is deeper than they
  // are, or it is not as deep and opens no block that they are in. Else how deep the first stands.
  size_t Base(size_t end) const {
    const size_t first = Indent(lines_[0]), least = Least(end);
    if (least == std::string_view::npos || first == least) return first;
    if (first > least) return least;
    size_t second = 1;
    while (Blank(lines_[second])) ++second;
    return !Opens(lines_[0]) || Indent(lines_[second]) > least ? least : first;
  }

  Continuation Cut(size_t end) const {
    Continuation out;
    const size_t base = Base(end);
    for (size_t i = 0; i < end; ++i) {
      const std::string_view line = lines_[i];
      const bool kept = Blank(line) || (in_text_[i] && Indent(line) < base);
      const size_t cut = i == 0 ? Indent(line) : std::min(Indent(line), base);
      out.body += kept ? std::string(line) : Cat({target_, line.substr(cut)});
      out.body += '\n';
    }
    while (out.body.ends_with("\n\n")) out.body.pop_back();
    for (size_t i = end; i < lines_.size(); ++i) (out.tail += lines_[i]) += '\n';
    return out;
  }

  Lines lines_;
  std::string target_;
  std::vector<bool> in_text_;
};

}  // namespace

std::vector<Continuation> Continuations(std::string_view prompt, std::string_view text) {
  return Reader(prompt, text).All();
}

}  // namespace heddle::bench
