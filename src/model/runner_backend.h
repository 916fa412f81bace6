// RunnerBackend: a model file on this machine, in a heddle-runner of its own (docs/runner.md). The runner is started
// when it is first needed, once however many ask at the same time, and goes by itself when it is idle.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "model/backend.h"
#include "sys/line_socket.h"

namespace heddle::model {

struct RunnerOptions {
  std::string program;  // heddle-runner; empty: beside this program, or on PATH
  std::string folder;   // of sockets, locks and logs; empty: the user's runtime directory
  int64_t context = 0;  // tokens; 0: the runner's choice
  int64_t threads = 0;
  std::string keep_alive;    // "30s", "5m", "1h", seconds; negative: for ever; empty: as it is, else 5 minutes
  int64_t memory_mb = 0;     // limit; 0: none
  std::string address, key;  // of a runner on another machine, "HOST:PORT"; then nothing is started here
  int connect_ms = 10'000;
  int start_ms = 120'000, first_token_ms = 600'000, between_ms = 120'000;
};

class RunnerBackend : public Backend {
 public:
  RunnerBackend(std::string model_path, RunnerOptions options)
      : path_(std::move(model_path)), options_(std::move(options)) {}

  Result<ChatReply> Chat(const ChatRequest& request, const OnPiece& on_piece, const std::stop_token& stop) override;
  Result<ChatReply> Fill(const FillRequest& request, const OnPiece& on_piece, const std::stop_token& stop) override;
  Result<std::vector<std::vector<float>>> Embed(const std::string& model, const std::vector<std::string>& texts,
                                                const std::stop_token& stop) override;
  Result<std::vector<std::string>> Models(const std::stop_token& stop) override;
  Result<int64_t> Window(const std::string& model, const std::stop_token& stop) override;
  Result<int64_t> Slots(const std::stop_token& stop) override;
  Result<int64_t> Count(const ChatRequest& request, const std::stop_token& stop) override;
  bool Constrains(std::string_view) const override { return true; }
  std::string name() const override;

  // One request as docs/runner.md has it, without its id; the lines that answer it go to `take` until it returns false.
  Result<> Ask(const std::string& request, const std::function<bool(const std::string& line)>& take,
               const std::stop_token& stop);
  // Whether a runner of this model listens now.
  bool running() const;
  std::string socket() const;

 private:
  Result<ChatReply> Generate(const std::string& body, const std::vector<Tool>& tools, const OnPiece& on_piece,
                             const std::stop_token& stop);
  Result<boost::json::value> AskOnce(const boost::json::object& request, const std::stop_token& stop);
  Result<> AddKeepAlive(const std::string& asked, boost::json::object& body) const;
  Result<sys::LineSocket> Open(const std::stop_token& stop);
  Result<sys::LineSocket> OpenFar(const std::stop_token& stop) const;
  Result<> Start(const std::stop_token& stop);
  Result<std::string> Folder() const;

  std::string path_;  // absolute
  RunnerOptions options_;
};

// heddle-runner: `given`, else beside this program, in its libexec folder, or on PATH. kUnavailable: not installed.
Result<std::string> RunnerProgram(const std::string& given);

// "90", "30s", "5m", "1h", "-1" in seconds.
Result<int64_t> ParseDuration(std::string_view text);

}  // namespace heddle::model
