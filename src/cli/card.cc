#include "cli/card.h"

#include <algorithm>

#include "base/text.h"
#include "cli/app.h"
#include "shell/expand.h"

namespace heddle::cli {
namespace {

std::string Plain(std::string_view text) {
  std::string out;
  for (char c : text) out += shell::IsMark(c) ? std::string("$?") : std::string(1, c);
  return ForTerminal(out);
}

void AddRisk(std::string& out, const shell::Analysis& analysis, const CardOptions& options) {
  out += Cat({"  risk     ", Paint(shell::Name(analysis.risk), RiskColor(analysis.risk), options.color),
              analysis.complete ? "" : " (incomplete: part of it was not looked at)",
              analysis.denied ? " (denied by your rules)" : "", "\n"});
  int shown = 0;
  for (const auto& finding : analysis.findings) {
    if (finding.risk == shell::Risk::kSafe || ++shown > 4) continue;
    out += Cat({"           ", Plain(finding.reason), " ",
                Paint(Cat({"[", Plain(finding.rule), "]"}), "2", options.color), "\n"});
  }
}

void AddTouched(std::string& out, const std::vector<ask::Touched>& touched) {
  for (const auto& each : touched) {
    out +=
        Cat({"  touches  ", shell::Name(each.kind), " ", Plain(each.target), ": ", Plain(ask::Describe(each)), "\n"});
  }
}

}  // namespace

std::string PartsTable(const std::vector<ask::Part>& parts, const CardOptions& options) {
  size_t widest = 0;
  for (const auto& part : parts) widest = std::max(widest, std::min<size_t>(part.text.size(), 24));
  std::string out;
  for (const auto& part : parts) {
    std::string left(Clipped(Plain(part.text), 24));
    left.resize(std::max(left.size(), widest), ' ');
    const size_t room = static_cast<size_t>(std::max(20, options.width - static_cast<int>(widest) - 6));
    out += Cat({"  ", Paint(left, "36", options.color), "  ", Clipped(Plain(part.meaning), room), "\n"});
  }
  return out;
}

std::string AnswerCard(const ask::Answer& answer, const CardOptions& options) {
  std::string out = Cat({"\n  ", Paint(Plain(answer.command), "1", options.color), "\n\n"});
  AddRisk(out, answer.analysis, options);
  AddTouched(out, answer.touched);
  if (answer.confidence < 0.8)
    out += Cat({"  sure     ", std::to_string(static_cast<int>(answer.confidence * 100)), " %",
                answer.source == "learned" ? ", from a learned example"
                : answer.source == "model" ? ", proposed by a model"
                                           : "",
                "\n"});
  for (const auto& name : answer.placeholders)
    out += Cat({"  missing  ", Plain(name), answer.question.empty() ? "" : ": ", Plain(answer.question), "\n"});
  for (const auto& note : answer.unverified) out += Cat({"  note     ", Plain(note), "\n"});
  if (!answer.safer.empty()) out += Cat({"  safer    ", Plain(answer.safer), "\n"});
  for (const auto& other : answer.alternatives) out += Cat({"  or       ", Plain(other.command), "\n"});
  if (!answer.explanation.empty()) out += Cat({"\n", PartsTable(answer.explanation, options)});
  return out + "\n";
}

std::string AnalysisCard(const std::string& command, const shell::Analysis& analysis,
                         const std::vector<ask::Touched>& touched, const CardOptions& options) {
  std::string out = Cat({"  command  ", Plain(command), "\n"});
  AddRisk(out, analysis, options);
  for (const auto& effect : analysis.effects) {
    if (&effect - analysis.effects.data() >= 8) break;
    out += Cat({"  effect   ", shell::Name(effect.kind), effect.target.empty() ? "" : " ", Plain(effect.target),
                effect.recursive ? " and below" : "", " (", shell::Name(effect.place), ")\n"});
  }
  AddTouched(out, touched);
  return out;
}

}  // namespace heddle::cli
