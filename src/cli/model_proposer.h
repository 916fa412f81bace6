// ModelProposer: where facts and examples abstain, a model is asked for a command: told what this machine has, held to
// a schema, and believed nothing: what it proposes is parsed, checked and rated like any other text.
#pragma once

#include "ask/engine.h"
#include "cli/backend_choice.h"

namespace heddle::cli {

class ModelProposer : public ask::Proposer {
 public:
  // `app` and `arguments` must outlive it. The backend is chosen when it is first needed.
  ModelProposer(const App& app, const Arguments& arguments) : app_(app), arguments_(arguments) {}
  // `engine` asks it from now on, if a model is wanted at all. One engine at a time.
  void AttachTo(ask::Engine& engine);

  Result<std::vector<ask::Candidate>> Propose(const ask::Request& request) override;

 private:
  std::string Prompt(const ask::Request& request) const;

  const App& app_;
  const Arguments& arguments_;
  facts::Machine* machine_ = nullptr;
  std::optional<ChosenBackend> chosen_;
};

// Whether a model is to be asked at all: one was named, in the flags or the settings, and --no-model was not.
bool WantsModel(const App& app, const Arguments& arguments);

// The commands of `known` that have most to do with the words of a request, best first. Pure.
std::vector<std::string> FittingCommands(const std::string& request,
                                         const std::vector<std::pair<std::string, std::string>>& known, size_t most);

}  // namespace heddle::cli
