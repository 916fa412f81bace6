// Dialects: how clients speak to the server. Each is two pure things: a body becomes a Call, and a reply becomes bytes,
// whole or piece by piece in the wire's own framing. No I/O here.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "serve/body.h"
#include "serve/call.h"

namespace heddle::serve {

// Writes one answer. One per call; not thread-safe.
class Voice {
 public:
  virtual ~Voice() = default;
  // Framed, for a stream: in the order Begin, Piece ..., then End or Fail.
  virtual std::string Begin() { return {}; }
  virtual std::string Piece(const model::ChatPiece& piece) = 0;
  virtual std::string End(const model::ChatReply& reply) = 0;
  virtual std::string Fail(int status, const Error& error) = 0;
  // The whole answer as one body.
  virtual std::string Whole(const model::ChatReply& reply) = 0;
};

using Vectors = std::vector<std::vector<float>>;

struct Dialect {
  std::string_view name;  // in metrics: "openai.chat"
  std::string_view path;
  std::string_view stream_type;  // media type of a stream
  // False: `body` has the refusal.
  bool (*read)(Body& body, Call& out) = nullptr;
  std::unique_ptr<Voice> (*voice)(const Call& call, const AnswerId& id) = nullptr;
  std::string (*vectors)(const Call& call, const AnswerId& id, const Vectors& vectors) = nullptr;  // kEmbed
  std::string (*count)(int64_t tokens) = nullptr;                                                  // kCount
  std::string (*error)(int status, const Refusal& refusal) = nullptr;
};

// All, one per path.
std::span<const Dialect> Dialects();
// The form of errors for any path, also unknown ones.
std::string ErrorBody(std::string_view path, int status, const Refusal& refusal);

extern const Dialect kChatCompletions, kCompletions, kEmbeddings, kResponses, kMessages, kCountTokens, kOllamaChat,
    kOllamaGenerate, kOllamaEmbed, kOllamaEmbeddings;

// Server-sent events, and lines of JSON.
std::string Event(std::string_view data, std::string_view name = {});
std::string_view ErrorType(int status);  // OpenAI's and Anthropic's names

// Parts that dialects share.
std::string OpenAiError(int status, const Refusal& refusal);
json::object OpenAiUsage(const model::Usage& usage);
void ReadSampling(Body& body, model::Sampling& out);
// {"notation", "text"} in `constraint`; `grammar` as a text (GBNF) or {"syntax", "text"}.
void ReadConstraint(Body& body, std::optional<model::Constraint>& out);
// A schema's value, as a constraint.
model::Constraint SchemaConstraint(const json::value& schema);
// Content as a text, or a list of parts of which only text is known.
std::string ReadContent(Body& body, std::string_view name);

}  // namespace heddle::serve
