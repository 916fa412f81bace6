#include "bench/record.h"

#include <boost/json.hpp>

#include "base/text.h"

namespace heddle::bench {
namespace json = boost::json;
namespace {

constexpr std::string_view kRoles[] = {"system", "user", "assistant", "tool"};

json::value Known(int64_t number) { return number < 0 ? json::value() : json::value(number); }

std::string Text(const json::object& from, std::string_view name) {
  const json::value* found = from.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}
int64_t Number(const json::object& from, std::string_view name, int64_t fallback = 0) {
  const json::value* found = from.if_contains(name);
  return found != nullptr && found->is_number() ? found->to_number<int64_t>() : fallback;
}
bool Flag(const json::object& from, std::string_view name) {
  const json::value* found = from.if_contains(name);
  return found != nullptr && found->is_bool() && found->as_bool();
}
const json::object& Inside(const json::object& from, std::string_view name) {
  static const json::object none;
  const json::value* found = from.if_contains(name);
  return found != nullptr && found->is_object() ? found->as_object() : none;
}
std::string Valid(const std::string& text) {  // models may be cut off within a character
  if (IsUtf8(text)) return text;
  std::string out;
  for (size_t at = 0; at < text.size();) AppendUtf8(out, NextCodePoint(text, at));
  return out;
}

json::object VerdictJson(const Verdict& verdict) {
  json::object out{{"kind", KindName(verdict.kind)},
                   {"base", verdict.base},
                   {"test", verdict.test},
                   {"of", verdict.of},
                   {"cpu_us", verdict.cpu_us},
                   {"wall_us", verdict.wall_us},
                   {"peak_bytes", verdict.peak_bytes},
                   {"retried", verdict.retried},
                   {"can_be_forged", verdict.forgeable}};
  const std::pair<std::string_view, const std::string*> texts[] = {
      {"message", &verdict.message}, {"input", &verdict.input}, {"got", &verdict.got}, {"expected", &verdict.expected}};
  for (const auto& [name, text] : texts) {
    if (!text->empty()) out[name] = Valid(*text);
  }
  return out;
}

Result<Verdict> ReadVerdict(const json::object& from) {
  const auto kind = KindOf(Text(from, "kind"));
  if (!kind) return Error{Code::kInvalid, "a record without a verdict"};
  Verdict out{.kind = *kind};
  out.base = Flag(from, "base"), out.retried = Flag(from, "retried");
  // A record that does not say was judged when no verdict was safe from the program.
  out.forgeable = !from.contains("can_be_forged") || Flag(from, "can_be_forged");
  out.test = static_cast<int>(Number(from, "test")), out.of = static_cast<int>(Number(from, "of"));
  out.cpu_us = Number(from, "cpu_us"), out.wall_us = Number(from, "wall_us"),
  out.peak_bytes = Number(from, "peak_bytes");
  out.message = Text(from, "message"), out.input = Text(from, "input");
  out.got = Text(from, "got"), out.expected = Text(from, "expected");
  return out;
}

json::array Pair(const SpanTimes& times) { return {times.start_us, times.end_us}; }
SpanTimes ReadPair(const json::object& from, std::string_view name) {
  const json::value* found = from.if_contains(name);
  const json::array* list = found == nullptr ? nullptr : found->if_array();
  if (list == nullptr || list->size() != 2 || !(*list)[0].is_int64() || !(*list)[1].is_int64()) return {};
  return {(*list)[0].as_int64(), (*list)[1].as_int64()};
}

}  // namespace

std::string ToJson(const Record& record) {
  const bool judged = record.kind == "answer" || record.verdict.kind == Kind::kModelError;
  json::array prompt;
  for (const model::Message& message : record.prompt)
    prompt.push_back(
        json::object{{"role", kRoles[static_cast<size_t>(message.role)]}, {"content", Valid(message.content)}});
  json::object out{
      {"mode", record.mode},
      {"task", record.task},
      {"sample", record.sample},
      {"attempt", record.attempt},
      {"kind", record.kind},
      {"verdict", judged ? json::value(VerdictJson(record.verdict)) : json::value()},
      {"prompt", std::move(prompt)},
      {"answer", Valid(record.answer)},
      {"thinking", Valid(record.thinking)},
      {"code", Valid(record.code)},
      {"from", record.from},
      {"model", record.model},
      {"finish", record.finish},
      {"truncated", record.truncated},
      {"sampling",
       {{"temperature", record.temperature}, {"seed", Known(record.seed)}, {"constrained", record.constrained}}},
      {"tokens",
       {{"prompt", Known(record.usage.prompt_tokens)},
        {"cached", Known(record.usage.cached_tokens)},
        {"completion", Known(record.usage.completion_tokens)}}},
      {"times",
       {{"first_us", record.first_us},
        {"total_us", record.total_us},
        {"queue_us", Known(record.node.queue_us)},
        {"prompt_us", Known(record.node.prompt_us)},
        {"decode_us", Known(record.node.decode_us)},
        {"mask_us", Known(record.node.mask_us)}}},
      {"generate", Pair(record.generate)},
      {"judge", Pair(record.judge)},
      {"worker", record.worker},
      {"at_ms", record.at_ms},
      {"reused", record.reused}};
  return json::serialize(out) + "\n";
}

Result<Record> ParseRecord(std::string_view line) {
  boost::system::error_code failed;
  const json::value value = json::parse({line.data(), line.size()}, failed, {}, {.max_depth = 16});
  const json::object* root = failed ? nullptr : value.if_object();
  if (root == nullptr) return Error{Code::kInvalid, "not a JSON object"};
  Record out;
  out.mode = Text(*root, "mode"), out.task = Text(*root, "task"), out.kind = Text(*root, "kind");
  if (out.task.empty() || out.kind.empty()) return Error{Code::kInvalid, "a record without a task"};
  out.sample = static_cast<int>(Number(*root, "sample")), out.attempt = static_cast<int>(Number(*root, "attempt"));
  const bool judged = !Inside(*root, "verdict").empty();
  if (judged || out.kind == "answer") { TRY_ASSIGN(out.verdict, ReadVerdict(Inside(*root, "verdict"))); }
  if (const json::value* prompt = root->if_contains("prompt"); prompt != nullptr && prompt->is_array()) {
    for (const json::value& each : prompt->as_array()) {
      if (!each.is_object()) continue;
      const std::string role = Text(each.as_object(), "role");
      model::Message message{.content = Text(each.as_object(), "content")};
      for (size_t i = 0; i < std::size(kRoles); ++i)
        if (role == kRoles[i]) message.role = static_cast<model::Role>(i);
      out.prompt.push_back(std::move(message));
    }
  }
  out.answer = Text(*root, "answer"), out.thinking = Text(*root, "thinking"), out.code = Text(*root, "code");
  out.from = Text(*root, "from"), out.model = Text(*root, "model"), out.finish = Text(*root, "finish");
  out.truncated = Flag(*root, "truncated"), out.reused = Flag(*root, "reused");
  const json::object& sampling = Inside(*root, "sampling");
  out.seed = Number(sampling, "seed", -1), out.constrained = Flag(sampling, "constrained");
  if (const json::value* t = sampling.if_contains("temperature"); t != nullptr && t->is_number())
    out.temperature = t->to_number<double>();
  const json::object& tokens = Inside(*root, "tokens");
  out.usage = {Number(tokens, "prompt", -1), Number(tokens, "cached", -1), Number(tokens, "completion", -1)};
  const json::object& times = Inside(*root, "times");
  out.first_us = Number(times, "first_us"), out.total_us = Number(times, "total_us");
  out.node = {Number(times, "queue_us", -1), Number(times, "prompt_us", -1), Number(times, "decode_us", -1),
              Number(times, "mask_us", -1)};
  out.generate = ReadPair(*root, "generate"), out.judge = ReadPair(*root, "judge");
  out.worker = static_cast<int>(Number(*root, "worker")), out.at_ms = Number(*root, "at_ms");
  return out;
}

std::string TrialKey(std::string_view mode, std::string_view task, int sample) {
  return Cat({mode, "\x1f", task, "\x1f", std::to_string(sample)});
}

std::string KeyOf(const Record& record) {
  return Cat(
      {TrialKey(record.mode, record.task, record.sample), "\x1f", std::to_string(record.attempt), "\x1f", record.kind});
}

}  // namespace heddle::bench
