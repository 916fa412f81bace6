#include "model/constrained.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "grammar/source.h"
#include "mask/matcher.h"

namespace heddle::model {
namespace {

std::shared_ptr<mask::Engine> ByteEngine() {
  vocab::VocabularyData data;
  for (int b = 0; b < 256; ++b) data.tokens.push_back(std::string(1, static_cast<char>(b)));
  return mask::Engine::Make(*vocab::Vocabulary::Make(std::move(data)));
}

// What models put around an answer although they were asked for nothing else.
std::string_view WithoutFence(std::string_view text) {
  text = Trim(text);
  if (!text.starts_with("```") || !text.ends_with("```") || text.size() < 6) return text;
  const size_t line = text.find('\n');
  return line == text.npos ? text : Trim(text.substr(line + 1, text.size() - 3 - line - 1));
}

}  // namespace

Result<> CheckText(const Constraint& constraint, std::string_view text) {
  const auto engine = ByteEngine();
  auto program = std::make_shared<mask::Program>();
  program->engine = engine;
  program->space = engine->CurrentSpace();
  TRY_ASSIGN(const auto notation, grammar::NotationOf(constraint.notation));
  {
    const std::lock_guard lock(program->space->mutex);
    TRY_ASSIGN(const auto compiled,
               grammar::CompileSource(program->space->pool, notation, constraint.text, {.any_order = true}));
    program->start = compiled.start;
  }
  mask::Matcher matcher(std::move(program));
  for (size_t at = 0; at < text.size(); ++at) {
    if (matcher.AcceptBytes(text.substr(at, 1))) continue;
    const std::string_view before = text.substr(at < 40 ? 0 : at - 40, std::min<size_t>(at, 40));
    return Error{Code::kInvalid, Cat({"at byte ", std::to_string(at), ", after ", JsonText(before), ": ",
                                      JsonText(text.substr(at, 12)), " cannot stand; expected ", matcher.Explain()})};
  }
  if (!matcher.CanStop()) return Error{Code::kInvalid, Cat({"it ends too early; expected ", matcher.Explain()})};
  return {};
}

Result<ConstrainedReply> ChatConstrained(Backend& backend, ChatRequest request, int attempts,
                                         const std::stop_token& stop) {
  const Constraint constraint = *request.constraint;
  ConstrainedReply out;
  out.kept_while_writing = backend.Constrains(constraint.notation);
  // What is wanted, in words: for a backend that cannot keep it, or did not although it can.
  bool told = false;
  const auto tell = [&] {
    if (std::exchange(told, true)) return;
    request.messages.insert(request.messages.begin(),
                            {.role = Role::kSystem,
                             .content = Cat({"Answer with nothing but text that matches this ", constraint.notation,
                                             ":\n", constraint.text})});
  };
  if (!out.kept_while_writing) tell();
  for (out.attempts = 1;; ++out.attempts) {
    TRY_ASSIGN(out.reply, backend.Chat(request, nullptr, stop));
    if (out.reply.finish == Finish::kCancelled) return Error{Code::kCancelled, "cancelled"};
    std::string& text = out.reply.message.content;
    auto checked = CheckText(constraint, text);
    if (!checked && constraint.notation == "json-schema") {
      const std::string bare(WithoutFence(text));
      if (bare != text && CheckText(constraint, bare)) text = bare, checked = {};
    }
    if (checked) return out;
    const bool cut = out.reply.finish == Finish::kLength;
    if (out.attempts >= attempts)
      return Error{Code::kInvalid, Cat({backend.name(), ": no valid answer in ", std::to_string(attempts),
                                        attempts == 1 ? " attempt: " : " attempts: ",
                                        cut ? "it was cut by the limit of tokens; " : "", checked.error().message})};
    out.kept_while_writing = false;
    tell();
    request.messages.push_back({.role = Role::kAssistant, .content = text});
    request.messages.push_back({.role = Role::kUser,
                                .content = Cat({"That is not valid: ", checked.error().message,
                                                ". Give the whole answer again, corrected, and nothing else."})});
    if (request.seed) ++*request.seed;
  }
}

}  // namespace heddle::model
