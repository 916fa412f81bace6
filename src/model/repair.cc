#include "model/repair.h"

#include "model/constrained.h"
#include "model/json_help.h"

namespace heddle::model {
namespace {

std::string_view WithoutFence(std::string_view text) {
  text = Trim(text);
  if (!text.starts_with("```")) return text;
  const size_t line = text.find('\n');
  if (line == text.npos) return text;
  text = text.substr(line + 1);
  const size_t end = text.rfind("```");
  return Trim(end == text.npos ? text : text.substr(0, end));
}

// Closes what is open at the end, as when a model was cut short. Quotes of either kind; commas before a closing bracket
// go; Python's constants become JSON's.
std::string Closed(std::string_view text) {
  std::string out, open;
  char quote = 0;
  const auto drop_comma = [&] {
    const size_t last = out.find_last_not_of(" \t\r\n");
    if (last != out.npos && out[last] == ',') out.resize(last);
  };
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == '\\' && at + 1 < text.size()) {
        const char next = text[++at];
        if (next == '\'')
          out += next;
        else
          out += c, out += next;
      } else if (c == quote) {
        out += '"', quote = 0;
      } else if (c == '"') {
        out += "\\\"";
      } else if (c == '\n') {
        out += "\\n";
      } else {
        out += c;
      }
      continue;
    }
    if (c == '"' || c == '\'') {
      quote = c, out += '"';
    } else if (c == '{' || c == '[') {
      open += c == '{' ? '}' : ']', out += c;
    } else if (c == '}' || c == ']') {
      drop_comma();
      if (!open.empty()) out += open.back(), open.pop_back();
    } else {
      constexpr std::pair<std::string_view, std::string_view> kPython[] = {
          {"True", "true"}, {"False", "false"}, {"None", "null"}};
      bool word = false;
      for (const auto& [from, to] : kPython) {
        if (!text.substr(at).starts_with(from)) continue;
        out += to, at += from.size() - 1, word = true;
        break;
      }
      if (!word) out += c;
    }
  }
  if (quote != 0) out += '"';
  drop_comma();
  if (const size_t last = out.find_last_not_of(" \t\r\n"); last != out.npos && out[last] == ':') out += "null";
  for (; !open.empty(); open.pop_back()) out += open.back();
  return out;
}

// Drops what the schema does not know, and makes numbers and truth values of strings where it wants them.
void Coerce(json::object& object, const json::value& schema) {
  const json::value* properties = Find(schema, "properties");
  if (properties == nullptr || !properties->is_object()) return;
  const json::value* more = Find(schema, "additionalProperties");
  if (more != nullptr && more->is_bool() && !more->as_bool()) {
    for (auto at = object.begin(); at != object.end();)
      at = properties->as_object().contains(at->key()) ? std::next(at) : object.erase(at);
  }
  for (auto& [key, value] : object) {
    const json::value* wanted = properties->as_object().if_contains(key);
    if (wanted == nullptr) continue;
    const std::string_view type = TextAt(*wanted, "type");
    if (value.is_object()) Coerce(value.as_object(), *wanted);
    if (!value.is_string() || type.empty() || type == "string") continue;
    const auto parsed = ParseJson(std::string_view(value.as_string()));
    if (parsed && !parsed->is_string()) value = *parsed;
  }
}

}  // namespace

std::string_view LeadingJson(std::string_view text, std::string_view* rest) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos || (text[begin] != '{' && text[begin] != '[')) return {};
  size_t depth = 0;
  bool quoted = false;
  for (size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c == '\\')
        ++at;
      else if (c == '"')
        quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) {
      *rest = text.substr(at + 1);
      return text.substr(begin, at + 1 - begin);
    }
  }
  return {};
}

Result<std::string> RepairArguments(std::string_view text, std::string_view schema) {
  const Constraint valid{"json-schema", std::string(schema)};
  const auto good = [&](const json::value& value) { return CheckText(valid, json::serialize(value)); };
  Result<> last;
  json::value best;
  bool any = false;
  for (const std::string& attempt : {std::string(text), std::string(WithoutFence(text)), Closed(WithoutFence(text))}) {
    auto value = ParseJson(Trim(attempt).empty() ? "{}" : std::string_view(attempt));
    if (!value || !value->is_object()) continue;
    last = good(*value);
    if (last) return json::serialize(*value);
    if (!any) best = *std::move(value), any = true;
  }
  if (!any) return Error{Code::kInvalid, "the arguments are no JSON object"};
  Coerce(best.as_object(), ParsedOr(schema));
  last = good(best);
  if (last) return json::serialize(best);
  return Error{Code::kInvalid, Cat({"the arguments are not valid: ", last.error().message})};
}

}  // namespace heddle::model
