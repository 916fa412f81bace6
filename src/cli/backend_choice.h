// Which model is meant: the flags --backend, --model and --key, else the settings of the same names.
#pragma once

#include <memory>
#include <string>

#include "cli/app.h"
#include "model/backend.h"
#include "model/runner_backend.h"

namespace heddle::cli {

struct ChosenBackend {
  std::unique_ptr<model::Backend> backend;
  std::string model;  // as the backend knows it
};

// Backend "runner" takes a name of `heddle models list` or a path of a GGUF; others see model::ParseEndpoint. kNotFound
// when nothing was chosen, or no such model is here; kInvalid for what cannot be.
Result<ChosenBackend> ChooseBackend(const App& app, const Arguments& arguments);

// The setting keep_alive where somebody has set it, else empty: a default changes nothing of a runner that is there.
std::string KeepAliveSetting(const App& app);

// The runner of one model file, under the flags --context, --threads and --keep-alive.
Result<std::unique_ptr<model::RunnerBackend>> ChooseRunner(const App& app, const Arguments& arguments,
                                                           std::string_view model);

}  // namespace heddle::cli
