// What parts of heddle bench cost: extraction of 400 kB answers, a call of an MCP server, keeping a record.
//   cmake --build build/release --target bench_micro && build/release/src/bench_micro [node server.js]
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "bench/extract.h"
#include "bench/run_log.h"
#include "mcp/client.h"
#include "sys/environment.h"
#include "sys/files.h"

using namespace heddle;

namespace {

template <typename Work>
double MedianMs(int rounds, const Work& work) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    const int64_t start = sys::SystemClock().MonotonicUs();
    work();
    times.push_back(static_cast<double>(sys::SystemClock().MonotonicUs() - start) / 1e3);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

std::string Repeated(std::string_view piece) {
  std::string out;
  while (out.size() < 400'000) out += piece;
  return out;
}

}  // namespace

int main(int count, char** words) {
  bench::Task task;
  task.prompt = "Write f.", task.completion = false, task.entry_point = "f";
  const std::string code = Repeated("def g(x):\n    y = [x + 1 for x in range(10)]\n    return {'a': y, 'b': \"text\"}\n\n\n") + "def f(x):\n    return x\n";
  const std::pair<const char*, std::string> texts[] = {{"code in one fence", "```python\n" + code + "```\n"},
                                                       {"bare code", code},
                                                       {"prose", Repeated("The function f takes a list of numbers, and from it computes the sum.\n") + code.substr(code.size() - 30)},
                                                       {"thousands of fences", Repeated("```python\nx = f(1)\n```\n")},
                                                       {"thoughts", Repeated("<think>a</think>")},
                                                       {"open brackets", Repeated("(")},
                                                       {"one line of quotes", Repeated("\"\"\"")}};
  for (const auto& [name, text] : texts)
    std::printf("extract 400 kB, %-20s %8.2f ms\n", name, MedianMs(15, [&] { (void)bench::Extract(task, text); }));

  const std::string folder = "/var/tmp/heddle-bench-micro";
  (void)sys::SystemFiles().RemoveTree(folder);
  auto log = bench::RunLog::Open(folder, "{}");
  bench::Record record{.mode = "zero-shot", .task = "t", .answer = code.substr(0, 2000), .code = code.substr(0, 2000), .from = "fence"};
  if (log) std::printf("keep a record, on the disk           %8.2f ms\n", MedianMs(101, [&] { (void)log->Append(record); }));
  (void)sys::SystemFiles().RemoveTree(folder);

  if (count < 2) return 0;
  mcp::ServerSpec server{.name = "memory", .environment = {{"MEMORY_FILE_PATH", folder + ".jsonl"}}};
  for (int i = 1; i < count; ++i) server.command.emplace_back(words[i]);
  auto client = mcp::Client::Connect(server, {}, {});
  if (!client) return std::fprintf(stderr, "%s\n", client.error().message.c_str()), 1;
  std::printf("a call of an MCP server over stdio    %8.2f ms\n", MedianMs(201, [&] { (void)(*client)->Call("open_nodes", R"({"names":["x"]})", {}); }));
  std::printf("closing it                            %8.2f ms\n", MedianMs(1, [&] { client->reset(); }));
}
