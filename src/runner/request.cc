#include "runner/request.h"

#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "base/text.h"

namespace heddle::runner {
namespace {

namespace json = boost::json;

constexpr std::pair<std::string_view, Operation> kOperations[] = {
    {"generate", Operation::kGenerate}, {"infill", Operation::kInfill}, {"embed", Operation::kEmbed},
    {"tokenize", Operation::kTokenize}, {"info", Operation::kInfo},     {"cancel", Operation::kCancel},
    {"shutdown", Operation::kShutdown}};

Error Wrong(std::string_view name, std::string_view what) { return {Code::kInvalid, Cat({name, ": expected ", what})}; }

// Reads fields of one object; the first wrong one is kept as the error.
class Fields {
 public:
  explicit Fields(const json::object& object) : object_(object) {}

  void Text(std::string_view name, std::string& out) {
    if (const json::value* v = Find(name))
      v->is_string() ? void(out = std::string(v->as_string())) : Fail(name, "a string");
  }
  void Flag(std::string_view name, bool& out) {
    if (const json::value* v = Find(name)) v->is_bool() ? void(out = v->as_bool()) : Fail(name, "true or false");
  }
  template <typename T>
  void Number(std::string_view name, T& out, double low, double high) {
    const json::value* v = Find(name);
    if (v == nullptr) return;
    if (!v->is_number()) return Fail(name, "a number");
    const double number = v->to_number<double>();
    if (!(number >= low && number <= high))
      return Fail(name, Cat({"a number from ", std::to_string(static_cast<int64_t>(low)), " to ",
                             std::to_string(static_cast<int64_t>(high))}));
    if (std::is_integral_v<T> && number != std::floor(number)) return Fail(name, "a whole number");
    out = static_cast<T>(number);
  }
  void Texts(std::string_view name, std::vector<std::string>& out) {
    const json::value* v = Find(name);
    if (v == nullptr) return;
    if (v->is_string()) return out.push_back(std::string(v->as_string()));
    if (!v->is_array()) return Fail(name, "a list of strings");
    for (const json::value& item : v->as_array()) {
      if (!item.is_string()) return Fail(name, "a list of strings");
      out.emplace_back(item.as_string());
    }
  }
  const json::value* Find(std::string_view name) const {
    const json::value* found = object_.if_contains(name);
    return found == nullptr || found->is_null() ? nullptr : found;
  }
  void Fail(std::string_view name, std::string_view what) {
    if (!error_) error_ = Wrong(name, what);
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const json::object& object_;
  std::optional<Error> error_;
};

Result<> ReadMessages(const json::value& value, std::vector<Message>& out) {
  if (!value.is_array()) return Wrong("messages", "a list of {role, content}");
  for (const json::value& item : value.as_array()) {
    if (!item.is_object()) return Wrong("messages", "a list of {role, content}");
    Fields fields(item.as_object());
    Message message;
    fields.Text("role", message.role);
    fields.Text("content", message.content);
    if (fields.error()) return Error(*fields.error()).Context("messages");
    if (message.role.empty()) return Wrong("messages", "a role in each");
    out.push_back(std::move(message));
  }
  return {};
}

void ReadSampling(Fields& fields, Sampling& out) {
  fields.Number("temperature", out.temperature, 0, 100);
  fields.Number("top_k", out.top_k, 0, 10'000'000);
  fields.Number("top_p", out.top_p, 0, 1);
  fields.Number("min_p", out.min_p, 0, 1);
  fields.Number("repeat_penalty", out.repeat_penalty, 0.01, 100);
  fields.Number("frequency_penalty", out.frequency_penalty, -10, 10);
  fields.Number("presence_penalty", out.presence_penalty, -10, 10);
  fields.Number("penalty_last", out.penalty_last, 0, 65536);
  if (fields.Find("seed") != nullptr) fields.Number("seed", out.seed.emplace(), 0, 4294967295.0);
}

Result<Constraint> ReadConstraint(const json::value& value) {
  if (!value.is_object()) return Wrong("constraint", "an object {notation, text}");
  Constraint out;
  Fields fields(value.as_object());
  fields.Text("notation", out.notation);
  fields.Text("text", out.text);
  fields.Text("layout", out.layout);
  if (fields.error()) return Error(*fields.error()).Context("constraint");
  return out;
}

}  // namespace

Result<Request> ParseRequest(std::string_view line) {
  if (line.size() > kMaxLine) return Error{Code::kTooLarge, "the request is longer than 32 MB"};
  boost::system::error_code failed;
  const json::value value = json::parse(line, failed, {}, {.max_depth = 32});
  if (failed) return Error{Code::kInvalid, Cat({"not a line of JSON: ", failed.message()})};
  if (!value.is_object()) return Error{Code::kInvalid, "a request is an object"};
  Request out;
  Fields fields(value.as_object());
  std::string operation;
  fields.Number("id", out.id, 0, 9e15);
  fields.Text("op", operation);
  bool known = false;
  for (const auto& [name, op] : kOperations) {
    if (name == operation) out.operation = op, known = true;
  }
  if (!known) fields.Fail("op", "generate, infill, embed, tokenize, info, cancel or shutdown");
  fields.Text("prompt", out.prompt);
  fields.Flag("special", out.special);
  fields.Text("prefix", out.prefix);
  fields.Text("suffix", out.suffix);
  fields.Texts("texts", out.texts);
  fields.Text("chat_template", out.chat_template);
  fields.Text("assistant_begin", out.assistant_begin);
  fields.Number("max_tokens", out.max_tokens, -1, 1e9);
  fields.Texts("stop", out.stop);
  std::erase(out.stop, "");
  fields.Number("logprobs", out.logprobs, -1, 100);
  fields.Flag("thinking", out.thinking);
  fields.Flag("speculate", out.speculate);
  if (fields.Find("keep_alive") != nullptr) fields.Number("keep_alive", out.keep_alive.emplace(), -1e9, 1e9);
  ReadSampling(fields, out.sampling);
  if (fields.error()) return *fields.error();
  if (const json::value* messages = fields.Find("messages")) TRY(ReadMessages(*messages, out.messages));
  if (const json::value* constraint = fields.Find("constraint")) {
    TRY_ASSIGN(out.constraint, ReadConstraint(*constraint));
  }
  return out;
}

std::string_view Name(Finish finish) {
  constexpr std::string_view kNames[] = {"stop", "length", "cancelled"};
  return kNames[static_cast<size_t>(finish)];
}

std::string_view CodeName(Code code) {
  constexpr std::string_view kNames[] = {"invalid",   "not_found", "denied",    "unavailable",
                                         "too_large", "timeout",   "cancelled", "internal"};
  return kNames[static_cast<size_t>(code)];
}

std::string TextEvent(int64_t id, std::string_view text, bool thinking,
                      const std::vector<std::vector<TokenChance>>& chances) {
  json::object out{
      {"id", id}, {"event", thinking ? "thinking" : "text"}, {"text", json::string_view(text.data(), text.size())}};
  if (!chances.empty()) {
    json::array tokens;
    for (const auto& token : chances) {
      json::array alternatives;
      for (const TokenChance& chance : token)
        alternatives.push_back({{"text", chance.text}, {"logprob", chance.logprob}});
      tokens.push_back(std::move(alternatives));
    }
    out["logprobs"] = std::move(tokens);
  }
  return json::serialize(out) + "\n";
}

std::string DoneEvent(int64_t id, Finish finish, std::string_view stopped_by, const Usage& usage) {
  json::object out{{"id", id}, {"event", "done"}, {"finish", Name(finish)}};
  if (!stopped_by.empty()) out["stopped_by"] = json::string_view(stopped_by.data(), stopped_by.size());
  out["usage"] = {{"prompt_tokens", usage.prompt_tokens},
                  {"cached_tokens", usage.cached_tokens},
                  {"completion_tokens", usage.completion_tokens},
                  {"forced_tokens", usage.forced_tokens},
                  {"drafted", usage.drafted},
                  {"accepted", usage.accepted},
                  {"queue_us", usage.queue_us},
                  {"prompt_us", usage.prompt_us},
                  {"decode_us", usage.decode_us},
                  {"decode_calls", usage.decode_calls},
                  {"masks", usage.masks},
                  {"mask_us", usage.mask_us}};
  return json::serialize(out) + "\n";
}

std::string ErrorEvent(int64_t id, const Error& error) {
  return json::serialize(
             json::object{{"id", id}, {"event", "error"}, {"code", CodeName(error.code)}, {"message", error.message}}) +
         "\n";
}

}  // namespace heddle::runner
