// heddle bench list and pull: the public suites and how they come here.
#include <algorithm>

#include "base/text.h"
#include "bench/library.h"
#include "cli/bench_command.h"
#include "cli/progress.h"
#include "net/http_client.h"
#include "sys/files.h"
#include "sys/gzip.h"
#include "sys/interrupts.h"
#include "sys/part_file.h"

namespace heddle::cli {

int BenchList(App& app, const Arguments& arguments) {
  const std::string what = arguments.words.size() > 1 ? arguments.words[1] : "suites";
  if (what == "runs") return BenchListRuns(app, arguments);
  if (what != "suites") return BenchFail(app, {Code::kInvalid, "expected: heddle bench list [suites|runs]"});
  for (const bench::KnownSuite& suite : bench::KnownSuites()) {
    const bool here = static_cast<bool>(bench::FindSuiteFile(suite));
    if (arguments.Has("json")) {
      app.Out(Cat({"{\"name\":", JsonText(suite.name), ",\"title\":", JsonText(suite.title),
                   ",\"tasks\":", std::to_string(suite.tasks), ",\"licence\":", JsonText(suite.licence),
                   ",\"by\":", JsonText(suite.by), ",\"sha256\":", JsonText(suite.sha256),
                   ",\"here\":", here ? "true" : "false", "}\n"}));
      continue;
    }
    std::string line = Cat({here ? "* " : "  ", suite.name});
    line.resize(std::max<size_t>(line.size() + 1, 20), ' ');
    std::string tasks = std::to_string(suite.tasks);
    line += Cat({std::string(5 - std::min<size_t>(5, tasks.size()), ' '), tasks, " tasks  ", suite.title, "  (",
                 suite.licence, ", ", suite.by, ")\n"});
    app.Out(line);
  }
  if (!arguments.Has("json"))
    app.Out(Cat({"* is in ", ForTerminal(bench::SuitesFolder()), "; others: heddle bench pull NAME\n"}));
  return kBenchDone;
}

namespace {

constexpr size_t kMaxBytes = size_t{1} << 30;

Result<std::string> Fetch(const App& app, const std::string& name, const std::string& url,
                          const std::stop_token& stop) {
  Progress progress(app, name);
  std::string out;
  const auto take = [&](std::string_view piece, const net::HttpReply& head) {
    out += piece;
    const auto size = ParseInt(head.Header("content-length"));
    progress.Show(out.size(), static_cast<uint64_t>(std::max<int64_t>(size.value_or(0), 0)), 0);
    return out.size() <= kMaxBytes;
  };
  const auto sent = net::CurlClient().Send({.method = "GET", .url = url}, take, stop);
  if (out.size() > kMaxBytes) return Error{Code::kTooLarge, Cat({url, " is larger than 1 GiB"})};
  TRY_ASSIGN(const net::HttpReply reply, sent);
  if (reply.status != 200) return Error{Code::kUnavailable, Cat({url, ": HTTP ", std::to_string(reply.status)})};
  return out;
}

}  // namespace

int BenchPull(App& app, const Arguments& arguments) {
  if (arguments.words.size() != 2) return BenchFail(app, {Code::kInvalid, "expected: heddle bench pull SUITE"});
  const bench::KnownSuite* suite = nullptr;
  for (const auto& each : bench::KnownSuites()) {
    if (each.name == Lower(arguments.words[1])) suite = &each;
  }
  if (suite == nullptr) return BenchFail(app, {Code::kInvalid, "no such suite; see heddle bench list"});
  if (const auto there = bench::FindSuiteFile(*suite)) {
    app.Out(Cat({suite->name, " is here already: ", ForTerminal(*there), "\n"}));
    return kBenchDone;
  }
  const sys::Interrupts interrupts;
  app.Err(Cat({suite->title, ", by ", suite->by, ", licence: ", suite->licence, "\n"}));
  const std::string url = arguments.Get("url", suite->url);
  const auto packed = Fetch(app, suite->name, url, interrupts.token());
  if (!packed) return BenchFail(app, packed.error());
  const auto text = sys::MaybeGunzip(*packed, kMaxBytes);
  if (!text) return BenchFail(app, text.error());
  if (const std::string got = sys::Sha256(*text); got != suite->sha256)
    return BenchFail(app,
                     {Code::kDenied, Cat({url, " is not what it was: SHA-256 ", got, ", expected ", suite->sha256})});
  const std::string folder = bench::SuitesFolder();
  const std::string path = Cat({folder, "/", suite->name, text->starts_with('[') ? ".json" : ".jsonl"});
  auto kept = sys::SystemFiles().MakeDirectories(folder);
  if (kept) kept = sys::SystemFiles().WriteAtomic(path, *text);
  if (!kept) return BenchFail(app, kept.error());
  app.Out(Cat({ForTerminal(path), "  sha256 ", suite->sha256, "\n"}));
  return kBenchDone;
}

}  // namespace heddle::cli
