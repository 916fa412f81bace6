#include "cli/model_proposer.h"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "base/text.h"
#include "model/constrained.h"
#include "sys/interrupts.h"

namespace heddle::cli {
namespace {

namespace json = boost::json;

struct Embedded {
  std::string_view path, text;
};
constexpr Embedded kPrompts[] = {
#include "prompts.inc"
};

constexpr std::string_view kSchema =
    R"({"type":"object","additionalProperties":false,"required":["command","assumptions"],"properties":{)"
    R"("command":{"type":"string","maxLength":1000,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},)"
    R"("assumptions":{"type":"array","maxItems":5,"items":{"type":"string","maxLength":200}}}})";
// Just enough to be shown: every reading of heddle's own is surer.
constexpr double kConfidence = 0.6;
constexpr size_t kCommands = 10, kFlags = 12;
constexpr int kAttempts = 2;

std::set<std::string> Words(std::string_view text) {
  std::set<std::string> out;
  std::string word;
  for (const char c : Lower(text) + " ") {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      word += c;
      continue;
    }
    // Plurals and the like begin alike.
    if (word.size() > 2) out.insert(word.substr(0, 5));
    word.clear();
  }
  return out;
}

}  // namespace

bool WantsModel(const App& app, const Arguments& arguments) {
  if (arguments.Has("no-model")) return false;
  return arguments.Has("model") || arguments.Has("backend") || !app.config().Get("model").value.empty() ||
         app.config().Get("backend").value != "runner";
}

void ModelProposer::AttachTo(ask::Engine& engine) {
  if (!WantsModel(app_, arguments_)) return;
  machine_ = &engine.machine();
  engine.set_proposer(this);
}

std::vector<std::string> FittingCommands(const std::string& request,
                                         const std::vector<std::pair<std::string, std::string>>& known, size_t most) {
  const std::set<std::string> wanted = Words(request);
  std::vector<std::pair<size_t, std::string>> ranked;
  for (const auto& [name, meaning] : known) {
    size_t score = 0;
    for (const std::string& word : Words(meaning)) score += wanted.contains(word);
    if (wanted.contains(name.substr(0, 5))) score += 3;
    if (score > 0) ranked.emplace_back(score, name);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> out;
  for (size_t i = 0; i < std::min(most, ranked.size()); ++i) out.push_back(ranked[i].second);
  return out;
}

std::string ModelProposer::Prompt(const ask::Request& request) const {
  std::vector<std::pair<std::string, std::string>> known;
  for (const auto& [name, meaning] : ask::KnownCommands()) {
    if (!request.installed || request.installed(name)) known.emplace_back(name, meaning);
  }
  std::string commands;
  for (const std::string& name : FittingCommands(request.text, known, kCommands)) {
    commands += Cat({"  ", name, ": ", ask::KnownMeaning(name, "")});
    size_t flags = 0;
    if (machine_ != nullptr && request.installed) {
      for (const std::string& flag : machine_->Flags(name)) {
        if (flags++ < kFlags) commands += Cat({flags == 1 ? " (" : ", ", flag});
      }
    }
    commands += flags > 0 ? ")\n" : "\n";
  }
  std::string out(kPrompts[0].text);
  const std::string_view system = request.system.empty()    ? "GNU/Linux"
                                  : request.system == "bsd" ? "BSD and macOS"
                                                            : "busybox";
  for (const auto& [name, value] :
       std::initializer_list<std::pair<std::string_view, std::string>>{{"{shell}", app_.shell_name()},
                                                                       {"{system}", std::string(system)},
                                                                       {"{cwd}", app_.engine_options().cwd},
                                                                       {"{commands}", commands}})
    out = ReplaceAll(std::move(out), name, value);
  return out;
}

Result<std::vector<ask::Candidate>> ModelProposer::Propose(const ask::Request& request) {
  if (!chosen_) { TRY_ASSIGN(chosen_, ChooseBackend(app_, arguments_)); }
  model::ChatRequest chat;
  chat.model = chosen_->model;
  chat.messages = {{.role = model::Role::kSystem, .content = Prompt(request)},
                   {.role = model::Role::kUser, .content = request.text}};
  chat.constraint = {"json-schema", std::string(kSchema)};
  chat.temperature = 0;
  chat.max_tokens = 800;
  const sys::Interrupts interrupts;
  TRY_ASSIGN(const model::ConstrainedReply done,
             model::ChatConstrained(*chosen_->backend, std::move(chat), kAttempts, interrupts.token()));
  boost::system::error_code failed;
  const json::value answer = json::parse(done.reply.message.content, failed);
  if (failed || !answer.is_object()) return Error{Code::kInternal, "the model's answer is no JSON"};
  ask::Candidate out{.command = std::string(Trim(std::string_view(answer.at("command").as_string()))),
                     .intent = "model",
                     .confidence = kConfidence};
  if (out.command.empty()) return Error{Code::kNotFound, Cat({chosen_->model, " knows no command for it either"})};
  for (const json::value& assumed : answer.at("assumptions").as_array())
    out.assumptions.emplace_back(assumed.as_string());
  return std::vector<ask::Candidate>{std::move(out)};
}

}  // namespace heddle::cli
