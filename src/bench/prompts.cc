#include "bench/prompts.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "bench/embedded.h"
#include "sys/part_file.h"

namespace heddle::bench {
namespace {

constexpr EmbeddedFile kFiles[] = {
#include "prompts.inc"
};

std::string Filled(std::string_view name, std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  return FilledIn(Embedded(kFiles, name), values);
}

}  // namespace

Result<Preset> FindPreset(std::string_view name) {
  const boost::json::value all = boost::json::parse(boost::json::string_view(Embedded(kFiles, "presets.json")));
  std::string names;
  for (const auto& member : all.as_object()) {
    names += Cat({names.empty() ? "" : ", ", member.key()});
    if (member.key() != name) continue;
    const auto& row = member.value();
    Preset out{.name = std::string(name),
               .request = std::string(row.at("request").as_string()),
               .max_tokens = row.at("max_tokens").as_int64(),
               .temperature = row.at("temperature").to_number<double>()};
    for (const auto& stop : row.at("stop").as_array()) out.stop.emplace_back(stop.as_string());
    return out;
  }
  return Error{Code::kInvalid, Cat({"--preset ", ForTerminal(name), ": expected one of ", names})};
}

std::string RequestText(const Preset& preset, const Task& task) {
  const std::string entry = task.entry_point.empty() ? "" : Cat({" The function is called ", task.entry_point, "."});
  return Filled(preset.request, {{"prompt", Trim(task.prompt)}, {"language", task.language}, {"entry", entry}});
}

std::string ReportText(const Verdict& verdict, Feedback feedback) {
  if (feedback == Feedback::kNone) return {};
  if (feedback == Feedback::kPass) return " It fails the tests.";
  std::string out = Cat({" It fails: ", KindName(verdict.kind)});
  if (verdict.of > 0) out += Cat({", at check ", std::to_string(verdict.test), " of ", std::to_string(verdict.of)});
  if (feedback == Feedback::kError) {
    // The type of an exception says nothing of the input; its text may.
    const bool raised = verdict.kind == Kind::kException || verdict.kind == Kind::kSyntax;
    if (raised) out += Cat({" (", verdict.message.substr(0, verdict.message.find(':')), ")"});
    if (verdict.kind == Kind::kMissingModule) out += Cat({" (", verdict.message, ")"});
    return out + ".";
  }
  if (!verdict.message.empty()) out += Cat({"\n", verdict.message});
  if (!verdict.input.empty()) out += Cat({"\nInput: ", verdict.input});
  if (!verdict.got.empty()) out += Cat({"\nResult: ", verdict.got});
  if (!verdict.expected.empty()) out += Cat({"\nExpected: ", verdict.expected});
  return out + "\n";
}

std::string AgainText(const Verdict& verdict, Feedback feedback) {
  return Filled("again.txt", {{"report", ReportText(verdict, feedback)}});
}

std::string SpecifyText(const Task& task) { return Filled("specify.txt", {{"prompt", Trim(task.prompt)}}); }

std::string WithSpecification(const std::string& request, const std::string& specification) {
  return Filled("with_specification.txt", {{"request", request}, {"specification", specification}});
}

std::string WithLesson(const std::string& request, const std::string& lesson) {
  return Filled("with_lesson.txt", {{"request", request}, {"lesson", lesson}});
}

std::string AdviseText(const Task& task, const std::string& code, const Verdict& verdict, Feedback feedback,
                       int attempts) {
  return Filled("advise.txt", {{"attempts", std::to_string(attempts)},
                               {"prompt", Trim(task.prompt)},
                               {"code", code},
                               {"report", ReportText(verdict, feedback)}});
}

std::string WithAdvice(const std::string& again, const std::string& advice) {
  return Filled("with_advice.txt", {{"again", again}, {"advice", advice}});
}

std::string PromptsDigest() {
  std::string all;
  for (const auto& [path, text] : kFiles) (all += text) += '\0';
  return sys::Sha256(all);
}

}  // namespace heddle::bench
