#include "cli/models_texts.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "cli/backend_choice.h"
#include "sys/environment.h"
#include "sys/interrupts.h"

namespace heddle::cli {

namespace json = boost::json;

int EmbedTexts(App& app, const Arguments& arguments) {
  const std::vector<std::string> texts(arguments.words.begin() + 1, arguments.words.end());
  if (texts.empty()) return app.Fail({Code::kInvalid, "expected: heddle models embed TEXT... (--model, --backend)"});
  auto chosen = ChooseBackend(app, arguments);
  if (!chosen) return app.Fail(chosen.error());
  const sys::Interrupts interrupts;
  const auto vectors = chosen->backend->Embed(chosen->model, texts, interrupts.token());
  if (!vectors) return app.Fail(vectors.error());
  for (size_t i = 0; i < texts.size(); ++i)
    app.Out(json::serialize(json::object{{"text", texts[i]}, {"embedding", json::value_from((*vectors)[i])}}) + "\n");
  return kDone;
}

int FillBetween(App& app, const Arguments& arguments) {
  if (arguments.words.size() != 3)
    return app.Fail({Code::kInvalid, "expected: heddle models fill PREFIX SUFFIX (--model, --backend)"});
  auto chosen = ChooseBackend(app, arguments);
  if (!chosen) return app.Fail(chosen.error());
  model::FillRequest request;
  request.model = chosen->model, request.prefix = arguments.words[1], request.suffix = arguments.words[2];
  request.temperature = 0;
  request.max_tokens = ParseInt(arguments.Get("max-tokens", "128")).value_or(128);
  const sys::Interrupts interrupts;
  const auto reply = chosen->backend->Fill(request, nullptr, interrupts.token());
  if (!reply) return app.Fail(reply.error());
  app.Out(arguments.Has("json")
              ? json::serialize(json::object{{"text", reply->message.content},
                                             {"finish", Name(reply->finish)},
                                             {"prompt_tokens", reply->usage.prompt_tokens}}) +
                    "\n"
              : (sys::IsTerminal(1) ? ForTerminal(reply->message.content, Layout::kProse) : reply->message.content) +
                    "\n");
  return reply->finish == model::Finish::kCancelled ? kCancelled : kDone;
}

}  // namespace heddle::cli
