// heddle-runner: one loaded model behind a socket. Started by heddle, or by hand on another machine as a node.
#include <sys/resource.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#include "base/guard.h"
#include "base/text.h"
#include "runner/server.h"
#include "runner/signals.h"
#include "runner/tools.h"

using namespace heddle;
using namespace heddle::runner;

namespace {

constexpr std::string_view kUsage =
    "heddle-runner: one model behind a socket (docs/runner.md)\n\n"
    "Usage: heddle-runner --model FILE (--socket PATH | --listen ADDRESS:PORT --key-file FILE) [FLAGS]\n\n"
    "Flags:\n"
    "      --model FILE          the GGUF\n"
    "      --socket PATH         listen on this Unix socket\n"
    "      --listen ADDR:PORT    listen on this address instead: a node; clients must give the key\n"
    "      --key-file FILE       holds the key\n"
    "      --context N           tokens that all sequences share; default: the model's own, at most 8192\n"
    "      --parallel N          texts written at a time (default 8)\n"
    "      --keep N              sequences kept for their beginnings (default 28)\n"
    "      --parked-mb N         memory for sequences outside the model's cells (default 1024)\n"
    "      --threads N           default: one per core\n"
    "      --gpu-layers N        default: all that a GPU takes\n"
    "      --keep-alive SECONDS  end after so long without work (default 300; negative: never)\n"
    "      --memory-limit MB     refuse to take more memory than this\n"
    "      --quantize FILE       write the model as FILE with smaller weights instead of serving it; needs --type\n"
    "      --type NAME           Q8_0, Q4_K_M, ...\n"
    "      --perplexity FILE     print how well the model foresees this text instead of serving it\n"
    "      --backends DIR        folder of ggml's backends\n"
    "      --help\n";

int Fail(const Error& error) {
  std::fprintf(stderr, "heddle-runner: %s\n", error.message.c_str());
  return error.code == Code::kInvalid ? 2 : 1;
}

Result<int64_t> Number(const std::map<std::string, std::string>& flags, const std::string& name, int64_t fallback) {
  const auto found = flags.find(name);
  if (found == flags.end()) return fallback;
  const auto number = ParseInt(found->second);
  if (!number) return Error{Code::kInvalid, Cat({"--", name, ": expected a whole number"})};
  return *number;
}

std::string Info(const Model& model, const std::string& path, const SchedulerOptions& options) {
  const boost::json::object out{{"model", path},
                                {"description", model.description()},
                                {"architecture", model.Meta("general.architecture")},
                                {"context", model.context_size()},
                                {"trained_context", model.trained_context()},
                                {"bytes", model.bytes()},
                                {"parameters", model.parameters()},
                                {"vocabulary", model.vocabulary_size()},
                                {"parallel", options.parallel},
                                {"shares_prefixes", model.shares_prefixes()},
                                {"pid", getpid()}};
  const std::string text = boost::json::serialize(out);
  return text.substr(1, text.size() - 2);
}

// Work on the file instead of serving it.
Result<> WorkOnFile(const std::map<std::string, std::string>& flags, const ModelOptions& options) {
  if (flags.contains("quantize")) {
    const Farewell farewell(-1, PartOf(flags.at("quantize")));
    LoadBackends(options.backends);
    return Quantize(options.path, flags.at("quantize"), flags.contains("type") ? flags.at("type") : "",
                    options.threads);
  }
  std::ifstream file(flags.at("perplexity"), std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  if (!file) return Error{Code::kInvalid, Cat({flags.at("perplexity"), ": cannot be read"})};
  TRY_ASSIGN(const auto model, Model::Load(options));
  TRY_ASSIGN(const Perplexity measured, MeasurePerplexity(*model, text));
  std::printf("{\"perplexity\":%.6g,\"tokens\":%lld}\n", measured.value, static_cast<long long>(measured.tokens));
  return {};
}

Result<> Work(const std::map<std::string, std::string>& flags) {
  const auto text = [&](const std::string& name) { return flags.contains(name) ? flags.at(name) : std::string(); };
  ModelOptions model_options{.path = text("model"),
                             .backends = flags.contains("backends") ? text("backends") : HEDDLE_GGML_BACKENDS};
  SchedulerOptions scheduler_options;
  ServerOptions server_options{.socket = text("socket"), .address = text("listen")};
  const bool on_file = flags.contains("quantize") || flags.contains("perplexity");
  if (model_options.path.empty() || (!on_file && server_options.socket.empty() == server_options.address.empty()))
    return Error{Code::kInvalid, "expected --model and one of --socket and --listen; see --help"};
  TRY_ASSIGN(const int64_t context, Number(flags, "context", 0));
  TRY_ASSIGN(const int64_t parallel, Number(flags, "parallel", 8));
  TRY_ASSIGN(const int64_t keep, Number(flags, "keep", 28));
  TRY_ASSIGN(const int64_t threads, Number(flags, "threads", 0));
  TRY_ASSIGN(const int64_t layers, Number(flags, "gpu-layers", -1));
  TRY_ASSIGN(const int64_t alive, Number(flags, "keep-alive", 300));
  TRY_ASSIGN(const int64_t parked, Number(flags, "parked-mb", 1024));
  TRY_ASSIGN(const int64_t limit, Number(flags, "memory-limit", 0));
  if (context < 0 || context > (1 << 24) || parallel < 1 || parallel > 128 || keep < 0 || keep > 128 || threads < 0 ||
      threads > 1024 || limit < 0 || parked < 0)
    return Error{Code::kInvalid,
                 "a number is out of range: context to 16777216, parallel 1 to 128, keep 0 to 128, threads to 1024"};
  model_options.context = static_cast<uint32_t>(context);
  model_options.sequences = static_cast<uint32_t>(parallel + keep);
  model_options.threads = static_cast<int32_t>(threads);
  model_options.gpu_layers = static_cast<int32_t>(layers);
  scheduler_options.parked_bytes = static_cast<size_t>(parked) << 20;
  scheduler_options.parallel = static_cast<size_t>(parallel);
  server_options.idle_ms = alive < 0 ? -1 : alive * 1000;
  if (limit > 0) {
    const rlimit bytes{static_cast<rlim_t>(limit) << 20, static_cast<rlim_t>(limit) << 20};
    setrlimit(RLIMIT_DATA, &bytes);
  }
  if (on_file) return WorkOnFile(flags, model_options);
  if (!server_options.address.empty()) {
    std::ifstream file(text("key-file"));
    if (!std::getline(file, server_options.key) || server_options.key.size() < 16)
      return Error{Code::kInvalid, "--listen needs --key-file with a key of at least 16 characters in its first line"};
  }
  TRY_ASSIGN(const auto listening, Server::Listen(server_options));
  const Farewell farewell(listening->wake(), server_options.socket);
  TRY_ASSIGN(const auto model, Model::Load(model_options));
  Scheduler scheduler(*model, scheduler_options);
  // Whoever started it waits for this line.
  std::printf("ready\n");
  std::fflush(stdout);
  // The model is used by the thread that loaded it: OpenMP keeps a team of threads for every thread that calls it, and
  // with two teams there are more threads than cores, which then sleep at each barrier instead of waiting.
  std::thread listener([&] {
    const auto ended = Guarded([&] { listening->Run(scheduler, Info(*model, model_options.path, scheduler_options)); });
    if (!ended) (void)Fail(ended.error());
    scheduler.Stop();
  });
  scheduler.Run();
  listening->Stop();
  listener.join();
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> flags;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--help") return std::fwrite(kUsage.data(), 1, kUsage.size(), stdout), 0;
    if (!word.starts_with("--") || i + 1 == argc || !Contains(kUsage, Cat({"      ", word, " "})))
      return Fail({Code::kInvalid, Cat({word, ": not a flag, or it lacks its value; see --help"})});
    flags[std::string(word.substr(2))] = argv[++i];
  }
  std::signal(SIGPIPE, SIG_IGN);
  // An assertion of ggml would start gdb or lldb for a backtrace, which stop the process and hold it.
  ::setenv("GGML_NO_BACKTRACE", "1", 1);
  HandleSignals();
  const auto done = Guarded([&] { return Work(flags); });
  return done ? 0 : Fail(done.error());
}
