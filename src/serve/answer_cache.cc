#include "serve/answer_cache.h"

#include <boost/json.hpp>

#include "model/json_help.h"

namespace heddle::serve {
namespace {

namespace json = boost::json;

// Fields one behind the other, each with its length, so that no two lists of fields look alike.
class Canonical {
 public:
  void Text(std::string_view text) {
    out_ += std::to_string(text.size());
    (out_ += ':') += text;
  }
  void Number(int64_t number) { Text(std::to_string(number)); }
  void Texts(const std::vector<std::string>& texts) {
    Number(static_cast<int64_t>(texts.size()));
    for (const std::string& text : texts) Text(text);
  }
  void Sampling(const model::Sampling& from) {
    json::object fields;
    model::AddSampling(from, fields);
    Text(json::serialize(fields));
    Number(from.max_tokens);
  }
  const std::string& text() const { return out_; }

 private:
  std::string out_;
};

void Add(const model::ChatRequest& chat, Canonical& out) {
  out.Sampling(chat);
  out.Number(static_cast<int64_t>(chat.messages.size()));
  for (const model::Message& message : chat.messages) {
    out.Number(static_cast<int64_t>(message.role));
    for (const std::string* text : {&message.content, &message.thinking, &message.call_id, &message.tool_name})
      out.Text(*text);
    out.Number(message.failed ? 1 : 0);
    out.Number(static_cast<int64_t>(message.calls.size()));
    for (const model::ToolCall& call : message.calls) out.Texts({call.id, call.name, call.arguments});
  }
  out.Number(static_cast<int64_t>(chat.tools.size()));
  for (const model::Tool& tool : chat.tools) out.Texts({tool.name, tool.description, tool.parameters});
  out.Texts({chat.tool_choice, chat.thinking});
  if (chat.constraint) out.Texts({chat.constraint->notation, chat.constraint->text});
}

bool Deterministic(const model::Sampling& sampling) {
  return (sampling.temperature && *sampling.temperature == 0) || sampling.seed.has_value();
}

}  // namespace

std::optional<store::CacheKey> AnswerCache::KeyOf(const Call& call, std::string_view identity, std::string_view version,
                                                  bool asked) {
  if (call.job == Job::kEmbed || call.job == Job::kCount) return {};
  const model::Sampling& sampling = call.job == Job::kChat ? static_cast<const model::Sampling&>(call.chat) : call.text;
  if (!asked && !Deterministic(sampling)) return {};
  Canonical out;
  out.Text(version), out.Text(identity);
  out.Number(static_cast<int64_t>(call.job));
  if (call.job == Job::kChat) {
    Add(call.chat, out);
  } else {
    out.Sampling(call.text);
    out.Texts({call.text.prefix, call.text.suffix, call.text.plain ? "plain" : "fill"});
  }
  return store::HashKey(out.text());
}

std::optional<model::ChatReply> AnswerCache::Get(const store::CacheKey& key, int64_t now_us) {
  const auto found = memory_.Get(key, now_us);
  return found == nullptr ? std::nullopt : Unpacked(*found);
}

std::optional<model::ChatReply> AnswerCache::GetOuter(const store::CacheKey& key, int64_t now_us) {
  const auto found = outer_.any() ? outer_.Get(key) : nullptr;
  auto reply = found == nullptr ? std::nullopt : Unpacked(*found);
  if (reply) memory_.Put(key, found, now_us);
  return reply;
}

void AnswerCache::Put(const store::CacheKey& key, const model::ChatReply& reply, int64_t now_us) {
  const auto packed = std::make_shared<const std::string>(Packed(reply));
  memory_.Put(key, packed, now_us);
  outer_.Put(key, packed);
}

bool AnswerCache::Join(const store::CacheKey& key, Waiter waiter) {
  const std::lock_guard lock(mutex_);
  const auto [flight, fresh] = flights_.try_emplace(key);
  if (!fresh) flight->second.push_back(std::move(waiter));
  return !fresh;
}

bool AnswerCache::HasWaiters(const store::CacheKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto flight = flights_.find(key);
  return flight != flights_.end() && !flight->second.empty();
}

void AnswerCache::Land(const store::CacheKey& key, const Result<model::ChatReply>& reply) {
  std::vector<Waiter> waiters;
  {
    const std::lock_guard lock(mutex_);
    if (auto flight = flights_.extract(key)) waiters = std::move(flight.mapped());
  }
  for (const Waiter& waiter : waiters) waiter(reply);
}

std::string Packed(const model::ChatReply& reply) {
  json::array calls;
  for (const model::ToolCall& call : reply.message.calls)
    calls.push_back(json::array{call.id, call.name, call.arguments});
  return json::serialize(json::array{1, reply.message.content, reply.message.thinking, reply.message.signature,
                                     std::move(calls), static_cast<int64_t>(reply.finish), reply.usage.prompt_tokens,
                                     reply.usage.completion_tokens, reply.model});
}

std::optional<model::ChatReply> Unpacked(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed, {}, {.max_depth = 8});
  const json::array* fields = failed ? nullptr : value.if_array();
  if (fields == nullptr || fields->size() != 9 || (*fields)[0] != 1) return {};
  const auto string = [&](size_t i) {
    return (*fields)[i].is_string() ? std::string((*fields)[i].as_string()) : std::string();
  };
  const auto number = [&](size_t i) { return (*fields)[i].is_int64() ? (*fields)[i].as_int64() : -1; };
  model::ChatReply out;
  out.message.role = model::Role::kAssistant;
  out.message.content = string(1), out.message.thinking = string(2), out.message.signature = string(3);
  if (const json::array* calls = (*fields)[4].if_array()) {
    for (const json::value& call : *calls) {
      if (!call.is_array() || call.as_array().size() != 3) return {};
      const auto part = [&](size_t i) {
        return call.as_array()[i].is_string() ? std::string(call.as_array()[i].as_string()) : std::string();
      };
      out.message.calls.push_back({part(0), part(1), part(2)});
    }
  }
  if (number(5) < 0 || number(5) > static_cast<int64_t>(model::Finish::kCancelled)) return {};
  out.finish = static_cast<model::Finish>(number(5));
  out.usage.prompt_tokens = number(6), out.usage.completion_tokens = number(7);
  out.usage.cached_tokens = out.usage.prompt_tokens;  // none of them was computed
  out.model = string(8);
  return out;
}

}  // namespace heddle::serve
