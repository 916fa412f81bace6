// Measuring models: how fast one is on this machine, and how several answer the same question.
#pragma once

#include "cli/app.h"

namespace heddle::cli {

int BenchModel(App& app, const Arguments& arguments);
int QuantizeModel(App& app, const Arguments& arguments);
int CompareModels(App& app, const Arguments& arguments);

}  // namespace heddle::cli
