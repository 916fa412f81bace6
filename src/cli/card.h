// Card: how an answer looks on a terminal.
#pragma once

#include <string>

#include "ask/engine.h"
#include "shell/analyze.h"

namespace heddle::cli {

struct CardOptions {
  bool color = false;
  int width = 80;
  std::string why_asked;
};

std::string AnswerCard(const ask::Answer& answer, const CardOptions& options);
std::string AnalysisCard(const std::string& command, const shell::Analysis& analysis,
                         const std::vector<ask::Touched>& touched, const CardOptions& options);
std::string PartsTable(const std::vector<ask::Part>& parts, const CardOptions& options);

}  // namespace heddle::cli
