#include "cli/json.h"

#include <boost/json.hpp>
#include <cmath>

#include "base/text.h"
#include "shell/expand.h"

namespace heddle::cli {
namespace {

namespace bj = boost::json;

// Only valid UTF-8 goes into JSON; unresolved marks read as "$?".
std::string Clean(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (shell::IsMark(c))
      out += "$?";
    else
      out += c;
  }
  return IsUtf8(out) ? out : ForTerminal(out, Layout::kLines);
}

bj::array Findings(const shell::Analysis& analysis) {
  bj::array out;
  for (const auto& finding : analysis.findings) {
    out.push_back(
        bj::object{{"rule", finding.rule}, {"risk", shell::Name(finding.risk)}, {"reason", Clean(finding.reason)}});
  }
  return out;
}

bj::array Effects(const shell::Analysis& analysis) {
  bj::array out;
  for (const auto& effect : analysis.effects) {
    out.push_back(bj::object{{"kind", shell::Name(effect.kind)},
                             {"target", Clean(effect.target)},
                             {"place", shell::Name(effect.place)},
                             {"recursive", effect.recursive}});
  }
  return out;
}

bj::array Reasons(const shell::Analysis& analysis) {
  bj::array out;
  for (const auto& finding : analysis.findings) {
    if (finding.risk > shell::Risk::kSafe) out.push_back(bj::string(Clean(finding.reason)));
  }
  return out;
}

bj::array Strings(const std::vector<std::string>& list) {
  bj::array out;
  for (const auto& text : list) out.push_back(bj::string(Clean(text)));
  return out;
}

}  // namespace

std::string AnswerJson(const ask::Answer& answer, std::string_view shell, std::string_view target) {
  bj::object out;
  out["schema_version"] = kSchemaVersion;
  out["query"] = Clean(answer.query);
  out["command"] = answer.abstained ? bj::value(nullptr) : bj::value(Clean(answer.command));
  out["shell"] = shell;
  out["target"] = target;
  out["confidence"] = static_cast<double>(std::lround(answer.confidence * 1000)) / 1000;
  out["risk"] = answer.abstained ? bj::value(nullptr) : bj::value(shell::Name(answer.analysis.risk));
  out["reasons"] = answer.abstained ? Strings(answer.reasons) : Reasons(answer.analysis);
  out["effects"] = Effects(answer.analysis);
  bj::array explanation;
  for (const auto& part : answer.explanation)
    explanation.push_back(bj::object{{"text", Clean(part.text)}, {"meaning", Clean(part.meaning)}});
  out["explanation"] = std::move(explanation);
  bj::array alternatives;
  for (const auto& other : answer.alternatives) {
    alternatives.push_back(
        bj::object{{"command", Clean(other.command)},
                   {"confidence", static_cast<double>(std::lround(other.confidence * 1000)) / 1000}});
  }
  out["alternatives"] = std::move(alternatives);
  out["unverified"] = Strings(answer.unverified);
  out["placeholders"] = Strings(answer.placeholders);
  out["source"] = answer.source.empty() ? bj::value(nullptr) : bj::value(answer.source);
  out["abstained"] = answer.abstained;
  if (answer.question.empty())
    out["question"] = nullptr;
  else
    out["question"] = bj::object{{"text", Clean(answer.question)}, {"choices", Strings(answer.choices)}};
  out["timing_us"] = answer.timing_us;
  return VisibleJson(bj::serialize(out));
}

std::string AnalysisJson(std::string_view command, const shell::Analysis& analysis) {
  bj::object out;
  out["schema_version"] = kSchemaVersion;
  out["command"] = Clean(command);
  out["risk"] = shell::Name(analysis.risk);
  out["rules"] = Findings(analysis);
  out["effects"] = Effects(analysis);
  out["reasons"] = Reasons(analysis);
  out["complete"] = analysis.complete;
  out["denied"] = analysis.denied;
  return VisibleJson(bj::serialize(out));
}

std::string ErrorJson(std::string_view key, std::string_view input, const Error& error) {
  bj::object out;
  out["schema_version"] = kSchemaVersion;
  out[key] = Clean(input.substr(0, 4096));
  out["error"] = Clean(error.message);
  return VisibleJson(bj::serialize(out));
}

Result<JsonRequest> ParseRequest(std::string_view line, std::string_view key) {
  if (line.size() > (4 << 20)) return Error{Code::kTooLarge, "the line is larger than 4 MB"};
  bj::error_code error;
  bj::parse_options options;
  options.max_depth = 16;
  const bj::value value = bj::parse(bj::string_view(line.data(), line.size()), error, {}, options);
  if (error) return Error{Code::kInvalid, "the line is not JSON: " + error.message()};
  const bj::object* object = value.if_object();
  if (object == nullptr) return Error{Code::kInvalid, Cat({"expected an object with \"", key, "\""})};
  JsonRequest out;
  const auto read = [&](std::string_view name, std::string& into) {
    const bj::value* found = object->if_contains(bj::string_view(name.data(), name.size()));
    if (found == nullptr || !found->is_string()) return found == nullptr || found->is_null();
    into = std::string(found->get_string());
    return true;
  };
  const bool typed = read(key, out.text) && read("cwd", out.cwd) && read("target", out.target);
  if (!typed || !object->contains(bj::string_view(key.data(), key.size())))
    return Error{Code::kInvalid, Cat({"expected an object with a string \"", key, "\""})};
  return out;
}

std::string JsonString(std::string_view text) { return VisibleJson(bj::serialize(bj::value(bj::string(Clean(text))))); }

}  // namespace heddle::cli
