#include "cli/hooks/json_edit.h"

#include <boost/json.hpp>
#include <optional>

#include "base/text.h"

namespace heddle::cli {
namespace {

namespace json = boost::json;

struct Span {
  size_t begin = 0, end = 0;
};

struct Item {
  Span whole;  // from the name, or the value, to the end of the value
  Span value;
  std::string name;  // of a member
};

struct Container {
  Span span;  // with its brackets
  std::vector<Item> items;
};

Error Refused(std::string_view why) { return {Code::kInvalid, std::string(why)}; }

json::value Parse(std::string_view text, json::error_code& error) {
  json::parse_options options;
  options.max_depth = 64;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  return json::parse(json::string_view(text.data(), text.size()), error, {}, options);
}

// Walks a document that is known to be JSON, so that every step may rely on its form.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Container ContainerAt(size_t at) const {
    Container out;
    const bool object = text_[at] == '{';
    out.span.begin = at++;
    for (;;) {
      at = Skip(at);
      if (text_[at] == ',') at = Skip(at + 1);
      if (text_[at] == '}' || text_[at] == ']') break;
      Item item;
      item.whole.begin = at;
      if (object) {
        const size_t end = EndOfString(at);
        item.name = Decoded(text_.substr(at, end - at));
        at = Skip(Skip(end) + 1);  // behind the colon
      }
      item.value.begin = at;
      at = EndOfValue(at);
      item.value.end = item.whole.end = at;
      out.items.push_back(std::move(item));
    }
    out.span.end = at + 1;
    return out;
  }

  // The next character that is no white space and in no comment.
  size_t Skip(size_t at) const {
    while (at < text_.size()) {
      if (std::string_view(" \t\r\n").find(text_[at]) != std::string_view::npos)
        ++at;
      else if (text_.substr(at, 2) == "//")
        at = std::min(text_.find('\n', at), text_.size());
      else if (text_.substr(at, 2) == "/*")
        at = text_.find("*/", at) + 2;
      else
        break;
    }
    return at;
  }

 private:
  static std::string Decoded(std::string_view name) {
    json::error_code error;
    const json::value value = Parse(name, error);
    return error || !value.is_string() ? std::string(name) : std::string(value.get_string());
  }

  size_t EndOfString(size_t at) const {
    for (++at; text_[at] != '"'; ++at) {
      if (text_[at] == '\\') ++at;
    }
    return at + 1;
  }

  size_t EndOfValue(size_t at) const {
    if (text_[at] == '"') return EndOfString(at);
    if (text_[at] == '{' || text_[at] == '[') return ContainerAt(at).span.end;
    while (at < text_.size() && std::string_view(" \t\r\n,]}/").find(text_[at]) == std::string_view::npos) ++at;
    return at;
  }

  std::string_view text_;
};

// The containers on the way to the array at `path`, as far as they are there; the first is the document's object.
struct Way {
  std::vector<Container> containers;
  std::vector<size_t> members;  // of each container but the last: which member leads on
};

Result<Way> Find(std::string_view document, const JsonPath& path) {
  json::error_code error;
  const json::value value = Parse(document, error);
  if (error) return Refused(Cat({"it is not JSON (", error.message(), ")"}));
  if (!value.is_object()) return Refused("it is JSON, but no object");
  const Scanner scanner(document);
  Way out;
  out.containers.push_back(scanner.ContainerAt(scanner.Skip(0)));
  for (size_t depth = 0; depth < path.size(); ++depth) {
    const Container& container = out.containers.back();
    std::optional<size_t> found;
    for (size_t i = 0; i < container.items.size(); ++i) {
      if (container.items[i].name != path[depth]) continue;
      if (found) return Refused(Cat({"it has \"", path[depth], "\" twice"}));
      found = i;
    }
    if (!found) break;
    const size_t at = container.items[*found].value.begin;
    const char wanted = depth + 1 == path.size() ? '[' : '{';
    if (document[at] != wanted)
      return Refused(Cat({"its \"", path[depth], "\" is no ", wanted == '[' ? "array" : "object"}));
    out.members.push_back(*found);
    out.containers.push_back(scanner.ContainerAt(at));
  }
  return out;
}

// What the document indents a level by: the white space before its first member.
std::string IndentOf(std::string_view document, const Container& top) {
  if (top.items.empty()) return "  ";
  const size_t end = top.items[0].whole.begin;
  const size_t line = document.rfind('\n', end);
  if (line == document.npos || line < top.span.begin || end == line + 1) return "  ";
  const std::string_view indent = document.substr(line + 1, end - line - 1);
  return indent.find_first_not_of(" \t") == indent.npos ? std::string(indent) : "  ";
}

std::string Times(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

// `text`, indented by two blanks a level, as lines at `depth` of a document that indents by `indent`.
std::string Indented(std::string_view text, std::string_view indent, size_t depth) {
  std::string out;
  for (const std::string_view line : Split(Trim(text), '\n')) {
    const size_t blanks = std::min(line.find_first_not_of(' '), line.size());
    if (!out.empty()) out += "\n";
    out += Cat({Times(indent, depth + blanks / 2), line.substr(blanks)});
  }
  return out;
}

// `document` with `lines` as a last item of `container`, whose items stand at `depth`.
std::string Appended(std::string_view document, const Container& container, std::string_view lines,
                     std::string_view closing_indent) {
  const Scanner scanner(document);
  const size_t bracket = container.span.end - 1;
  const size_t last = container.items.empty() ? container.span.begin + 1 : container.items.back().whole.end;
  const bool trailing = document[scanner.Skip(last)] == ',';
  const bool comma = !container.items.empty() && !trailing;
  size_t end = bracket;
  while (end > last && std::string_view(" \t\r\n").find(document[end - 1]) != std::string_view::npos) --end;
  return Cat({document.substr(0, last), comma ? "," : "", document.substr(last, end - last), "\n", lines,
              trailing ? ",\n" : "\n", closing_indent, document.substr(bracket)});
}

// `document` without one item and one comma beside it.
std::string Without(std::string_view document, const Container& container, size_t index) {
  const Scanner scanner(document);
  const Span span = container.items[index].whole;
  size_t begin = span.begin, end = span.end;
  const std::string_view blanks = " \t\r\n";
  while (begin > 0 && blanks.find(document[begin - 1]) != blanks.npos) --begin;
  // The line feed that ends a comment stays, or what follows would be part of it.
  const size_t before = index > 0 ? container.items[index - 1].whole.end : container.span.begin + 1;
  const bool comment = Contains(document.substr(before, span.begin - before), "//");
  const auto erase = [&](std::string& from) {
    from.erase(begin, end - begin);
    const size_t rest = from.find_first_not_of(" \t\r", begin);
    if (comment && rest != from.npos && from[rest] != '\n') from.insert(begin, "\n");
  };
  const size_t next = scanner.Skip(end);
  std::string out(document);
  if (document[next] == ',') {
    out.erase(next, 1);
  } else if (index > 0) {
    const size_t comma = scanner.Skip(container.items[index - 1].whole.end);
    erase(out);
    return out.erase(comma, 1);
  }
  // What is left of a container that is empty now is its brackets alone, where there is no comment in it.
  if (container.items.size() == 1 && scanner.Skip(end) == container.span.end - 1) end = container.span.end - 1;
  erase(out);
  return out;
}

bool IsEmpty(std::string_view document, const Container& container) {
  const std::string_view inner =
      document.substr(container.span.begin + 1, container.span.end - container.span.begin - 2);
  return Trim(inner).empty();
}

}  // namespace

Result<std::vector<std::string>> ArrayElements(std::string_view document, const JsonPath& path) {
  std::vector<std::string> out;
  if (Trim(document).empty()) return out;
  TRY_ASSIGN(const Way way, Find(document, path));
  if (way.members.size() < path.size()) return out;
  for (const Item& item : way.containers.back().items)
    out.emplace_back(document.substr(item.value.begin, item.value.end - item.value.begin));
  return out;
}

Result<std::string> AddElement(std::string_view document, const JsonPath& path, std::string_view element) {
  if (Trim(document).empty()) document = "{}\n";
  TRY_ASSIGN(const Way way, Find(document, path));
  const std::string indent = IndentOf(document, way.containers[0]);
  const size_t found = way.members.size();
  std::string text = Indented(element, "  ", path.size() - found);
  std::string lines = text;
  if (found < path.size()) {
    lines.clear();
    for (size_t depth = found; depth < path.size(); ++depth) {
      const bool last = depth + 1 == path.size();
      lines += Cat({Times("  ", depth - found), JsonText(path[depth]), ": ", last ? "[" : "{", "\n"});
    }
    lines += text + "\n";
    for (size_t depth = path.size(); depth-- > found;)
      lines += Cat({Times("  ", depth - found), depth + 1 == path.size() ? "]" : "}", depth > found ? "\n" : ""});
  }
  return Appended(document, way.containers.back(), Indented(lines, indent, found + 1), Times(indent, found));
}

Result<std::string> RemoveElements(std::string_view document, const JsonPath& path,
                                   const std::function<bool(std::string_view element)>& matches) {
  std::string out(document);
  if (Trim(document).empty()) return out;
  bool removed = false;
  for (bool again = true; again;) {
    again = false;
    TRY_ASSIGN(const Way way, Find(out, path));
    if (way.members.size() < path.size()) return out;
    const Container& array = way.containers.back();
    for (size_t i = 0; i < array.items.size() && !again; ++i) {
      const Span value = array.items[i].value;
      if (!matches(std::string_view(out).substr(value.begin, value.end - value.begin))) continue;
      out = Without(out, array, i);
      again = removed = true;
    }
  }
  for (size_t depth = path.size(); removed && depth > 0; --depth) {
    TRY_ASSIGN(const Way way, Find(out, JsonPath(path.begin(), path.end())));
    if (way.containers.size() <= depth || !IsEmpty(out, way.containers[depth])) break;
    out = Without(out, way.containers[depth - 1], way.members[depth - 1]);
  }
  return out;
}

Result<std::string> AddMember(std::string_view document, std::string_view name, std::string_view value) {
  if (Trim(document).empty()) document = "{}\n";
  TRY_ASSIGN(const Way way, Find(document, {}));
  for (const Item& item : way.containers[0].items)
    if (item.name == name) return std::string(document);
  const std::string indent = IndentOf(document, way.containers[0]);
  return Appended(document, way.containers[0], Cat({indent, JsonText(name), ": ", value}), "");
}

}  // namespace heddle::cli
