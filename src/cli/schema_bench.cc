#include "cli/schema_bench.h"

#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <cmath>

#include "base/text.h"
#include "grammar/schema.h"

namespace heddle::cli {
namespace {

namespace json = boost::json;

int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// A double as Python's repr: 1.0, 0.1, 1e-07, 1e+16.
std::string DoubleText(double value) {
  char buffer[400];
  const double size = std::fabs(value);
  const bool exponent = size != 0 && (size < 1e-4 || size >= 1e16);
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value,
                                 exponent ? std::chars_format::scientific : std::chars_format::fixed)
                       .ptr;
  std::string out(buffer, end);
  if (!exponent && out.find('.') == out.npos) out += ".0";
  return out;
}

void Write(const json::value& value, Layout layout, int depth, std::string& out) {
  const bool indented = layout == Layout::kIndented;
  const auto line = [&](int level) {
    if (indented) out += '\n' + std::string(static_cast<size_t>(level) * 2, ' ');
  };
  const auto list = [&](const auto& items, char open, char close, auto each) {
    out += open;
    bool first = true;
    for (const auto& item : items) {
      if (!first) out += layout == Layout::kSpaced ? ", " : ",";
      first = false;
      line(depth + 1);
      each(item);
    }
    if (!first) line(depth);
    out += close;
  };
  if (value.is_object()) {
    list(value.as_object(), '{', '}', [&](const json::key_value_pair& pair) {
      out += JsonText(pair.key());
      out += layout == Layout::kCompact ? ":" : ": ";
      Write(pair.value(), layout, depth + 1, out);
    });
  } else if (value.is_array()) {
    list(value.as_array(), '[', ']', [&](const json::value& item) { Write(item, layout, depth + 1, out); });
  } else if (value.is_string()) {
    out += JsonText(value.as_string());
  } else if (value.is_double()) {
    out += DoubleText(value.as_double());
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

Result<SchemaCase> ParseSchemaCase(std::string_view line, Layout layout) {
  boost::system::error_code error;
  const json::value root = json::parse(line, error, {}, {.max_depth = 512});
  if (error || !root.is_object()) return Error{Code::kInvalid, "not a JSON object"};
  const auto& object = root.as_object();
  const auto* schema = object.if_contains("schema");
  if (schema == nullptr) return Error{Code::kInvalid, "no \"schema\""};
  SchemaCase out;
  if (const auto* id = object.if_contains("id"); id != nullptr && id->is_string())
    out.id = std::string(id->as_string());
  Write(*schema, Layout::kCompact, 0, out.schema);
  const auto* tests = object.if_contains("tests");
  if (tests == nullptr || !tests->is_array()) return out;
  for (const auto& test : tests->as_array()) {
    const auto* data = test.is_object() ? test.as_object().if_contains("data") : nullptr;
    const auto* valid = test.is_object() ? test.as_object().if_contains("valid") : nullptr;
    if (data == nullptr || valid == nullptr || !valid->is_bool())
      return Error{Code::kInvalid, "a test needs \"valid\" and \"data\""};
    SchemaCase::Test one{.valid = valid->as_bool()};
    Write(*data, layout, 0, one.text);
    out.tests.push_back(std::move(one));
  }
  return out;
}

bool SchemaBench::Accepts(const std::shared_ptr<const mask::Program>& program, std::string_view text,
                          SchemaTally& tally, bool& first) {
  mask::Matcher matcher(program);
  size_t at = 0;
  std::string disagreed;
  const auto disagree = [&](mask::Token token) {
    disagreed = Cat({"a mask and the check of the token ", JsonText(engine_->vocabulary().bytes(token)),
                     " disagree where ", matcher.Explain(), " is expected"});
  };
  const auto stop = [&] {
    stopped_at =
        Cat({"at ", std::to_string(at), " after '", text.substr(at < 40 ? 0 : at - 40, std::min<size_t>(at, 40)),
             "' before '", text.substr(at, 30), "', where ", matcher.Explain(), " is expected"});
    return false;
  };
  words_.resize(engine_->words());
  for (const mask::Token token : tokenizer_->Encode(text)) {
    const int64_t t0 = NowNs();
    matcher.Fill(words_);
    const int64_t t1 = NowNs();
    const bool check = matcher.Check(token);
    const int64_t t2 = NowNs();
    tally.mask_ns.Add(t1 - t0);
    tally.check_ns.Add(t2 - t1);
    if (first) tally.first_mask_ns.Add(t1 - t0);
    first = false;
    ++tally.masks;
    uint64_t hash = 0;
    for (const uint32_t word : words_) hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL + (hash >> 29);
    if (seen_.insert(hash).second) {
      ++tally.distinct_masks;
      for (mask::Token each = 0; verify_ && each < engine_->vocabulary().size(); ++each) {
        if (((words_[each >> 5] >> (each & 31) & 1) != 0) == matcher.Check(each)) continue;
        ++tally.wrong_masks;
        disagree(each);
        break;
      }
    }
    const bool bit = (words_[token >> 5] >> (token & 31)) & 1;
    if (bit != check) disagree(token);
    if (!bit) return stop();
    const int64_t t3 = NowNs();
    if (!matcher.Accept(token)) return false;
    tally.accept_ns.Add(NowNs() - t3);
    at += engine_->vocabulary().bytes(token).size();
  }
  if (!disagreed.empty()) {
    stopped_at = disagreed;
    return false;
  }
  return matcher.CanStop() || stop();
}

std::vector<std::string> SchemaBench::Run(const SchemaCase& each, SchemaTally& tally, std::string& keyword) {
  std::vector<std::string> wrong;
  ++tally.schemas;
  grammar::SchemaNote refused;
  const int64_t start = NowNs();
  auto space = engine_->CurrentSpace();
  auto program = std::make_shared<mask::Program>();
  program->engine = engine_, program->space = space;
  {
    const std::lock_guard lock(space->mutex);
    const auto compiled = grammar::CompileSchema(space->pool, each.schema, {.any_order = true}, &refused);
    if (!compiled) {
      keyword = refused.keyword.empty() ? "schema" : refused.keyword;
      wrong.push_back(Cat({"refused: ", compiled.error().message}));
      return wrong;
    }
    program->start = compiled->start;
  }
  tally.compile_ns.Add(NowNs() - start);
  ++tally.compiled;
  if (each.tests.empty()) return wrong;
  ++tally.tested;
  bool first = true;
  for (const auto& test : each.tests) {
    const bool accepted = Accepts(program, test.text, tally, first);
    if (accepted == test.valid) continue;
    ++(test.valid ? tally.valid_rejected : tally.invalid_accepted);
    wrong.push_back(Cat({test.valid ? "valid rejected: " : "invalid accepted: ", test.valid ? stopped_at : test.text}));
  }
  if (wrong.empty()) ++tally.exact;
  return wrong;
}

}  // namespace heddle::cli
