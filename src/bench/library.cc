#include "bench/library.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/gzip.h"
#include "sys/part_file.h"

namespace heddle::bench {
namespace {

constexpr std::pair<std::string_view, std::string_view> kTable[] = {
#include "suites.inc"
};
constexpr size_t kMaxFile = size_t{1} << 30;

const boost::json::value& Table() {
  static const boost::json::value table = boost::json::parse({kTable[0].second.data(), kTable[0].second.size()});
  return table;
}

bool LooksLikeSuite(std::string_view name) {
  for (const std::string_view end : {".jsonl", ".jsonl.gz", ".json", ".json.gz"})
    if (name.ends_with(end)) return true;
  return false;
}

}  // namespace

const std::vector<KnownSuite>& KnownSuites() {
  static const std::vector<KnownSuite> all = [] {
    std::vector<KnownSuite> out;
    for (const auto& row : Table().at("suites").as_array()) {
      const auto text = [&](std::string_view name) { return std::string(row.at(name).as_string()); };
      out.push_back({text("name"), text("title"), text("licence"), text("by"), text("url"), text("sha256"),
                     static_cast<int>(row.at("tasks").as_int64())});
    }
    return out;
  }();
  return all;
}

std::string SuitesFolder() {
  const std::string set = sys::Env("HEDDLE_SUITES");
  return set.empty() ? sys::DataDirectory() + "/suites" : set;
}

Result<std::string> FindSuiteFile(const KnownSuite& suite) {
  const std::string folder = SuitesFolder();
  auto entries = sys::SystemFiles().List(folder);
  if (entries) {
    std::sort(entries->begin(), entries->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    for (const auto& entry : *entries) {
      if (!LooksLikeSuite(entry.name)) continue;
      const std::string path = Cat({folder, "/", entry.name});
      const auto text = sys::ReadMaybeGzip(path, kMaxFile);
      if (text && sys::Sha256(*text) == suite.sha256) return path;
    }
  }
  return Error{Code::kNotFound,
               Cat({"the suite ", suite.name, " is not in ", folder, "; get it with: heddle bench pull ", suite.name})};
}

Result<Suite> LoadSuite(const std::string& what, bool instruct) {
  const auto& known = KnownSuites();
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const auto& each) { return each.name == Lower(what); });
  std::string path = what, name = sys::BaseName(what);
  if (found != known.end()) {
    TRY_ASSIGN(path, FindSuiteFile(*found));
    name = found->name;
  } else if (sys::SystemFiles().LookThrough(what).kind == sys::FileKind::kNone) {
    std::string names;
    for (const auto& each : known) names += Cat({names.empty() ? "" : ", ", each.name});
    return Error{Code::kNotFound, Cat({ForTerminal(what), " is no suite and no file; suites are ", names})};
  }
  TRY_ASSIGN(const std::string text, sys::ReadMaybeGzip(path, kMaxFile));
  auto suite = ReadSuite(text, name);
  if (!suite) return std::move(suite).error().Context(path);
  suite->source = path;
  for (const auto& each : known) {
    if (each.sha256 == suite->digest) suite->name = each.name;
  }
  for (Task& task : suite->tasks) {
    if (instruct && !task.request.empty()) task.prompt = task.request, task.completion = false;
  }
  if (instruct) suite->name += " (instruct)";
  if (suite->format == "evalplus") {
    const auto& oracles = Table().at("oracles").as_object();
    for (Task& task : suite->tasks) {
      if (const auto* oracle = oracles.if_contains(task.id)) task.oracle = std::string(oracle->as_string());
    }
  }
  return suite;
}

}  // namespace heddle::bench
