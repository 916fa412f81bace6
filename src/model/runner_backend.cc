#include "model/runner_backend.h"

#include <algorithm>
#include <cstdio>
#include <thread>

#include "model/json_help.h"
#include "model/tool_calls.h"
#include "sys/daemon.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/processes.h"

namespace heddle::model {
namespace {

int64_t Now() { return sys::SystemClock().MonotonicUs(); }

// An assertion of ggml would start gdb or lldb for a backtrace, which stop and hold the process that they look at.
constexpr const char* kNoDebugger = "GGML_NO_BACKTRACE=1";

constexpr int64_t kLongestS = 1'000'000;  // of a time that is given in one unit

// Names of files by what they are for: short enough for a socket, the same for the same model and options.
std::string ShortName(std::string_view text) {
  uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211U;
  char out[17];
  std::snprintf(out, sizeof(out), "%016llx", static_cast<unsigned long long>(hash));
  return out;
}

}  // namespace

Result<std::string> RunnerProgram(const std::string& given) {
  if (!given.empty()) return given;
  const std::string self = sys::DirName(sys::SystemFiles().Resolve("/proc/self/exe"));
  for (const char* place : {"/heddle-runner", "/../libexec/heddle/heddle-runner"}) {
    if (sys::SystemFiles().LookThrough(self + place).kind == sys::FileKind::kFile) return sys::CleanPath(self + place);
  }
  if (std::string found = sys::FindExecutable("heddle-runner"); !found.empty()) return found;
  return Error{Code::kUnavailable,
               "heddle-runner is not installed: this heddle was built without llama.cpp (see docs/models.md)"};
}

namespace {

Code CodeOf(std::string_view name) {
  constexpr std::pair<std::string_view, Code> kCodes[] = {
      {"invalid", Code::kInvalid},         {"not_found", Code::kNotFound}, {"denied", Code::kDenied},
      {"unavailable", Code::kUnavailable}, {"too_large", Code::kTooLarge}, {"timeout", Code::kTimeout},
      {"cancelled", Code::kCancelled}};
  for (const auto& [known, code] : kCodes) {
    if (known == name) return code;
  }
  return Code::kInternal;
}

// A runner knows texts and constraints; tools become both.
json::object Encoded(const ChatRequest& request) {
  json::array messages;
  constexpr std::string_view kRoles[] = {"system", "user", "assistant", "user"};
  const bool tools = !request.tools.empty() && request.tool_choice != "none";
  std::string system = tools ? ToolPrompt(request.tools) : "";
  for (const Message& message : request.messages) {
    if (message.role == Role::kSystem && tools)
      system = Cat({message.content, "\n\n", system});
    else
      messages.push_back({{"role", kRoles[static_cast<size_t>(message.role)]}, {"content", AsText(message)}});
  }
  if (!system.empty()) messages.insert(messages.begin(), json::object{{"role", "system"}, {"content", system}});
  json::object out{
      {"op", "generate"}, {"messages", std::move(messages)}, {"max_tokens", request.max_tokens}, {"thinking", true}};
  if (tools && !request.constraint)
    out["constraint"] = {{"notation", "tags"}, {"text", ToolTags(request.tools, request.tool_choice)}};
  AddSampling(request, out);
  if (request.constraint)
    out["constraint"] = {{"notation", request.constraint->notation}, {"text", request.constraint->text}};
  return out;
}

// Where a call begins in `text`, or may be beginning at its end.
size_t CallAt(std::string_view text) {
  if (const size_t at = text.find(kCallBegin); at != text.npos) return at;
  for (size_t size = std::min(text.size(), kCallBegin.size() - 1); size > 0; --size) {
    if (text.ends_with(kCallBegin.substr(0, size))) return text.size() - size;
  }
  return text.size();
}

}  // namespace

Result<int64_t> ParseDuration(std::string_view text) {
  constexpr std::pair<char, int64_t> kUnits[] = {{'s', 1}, {'m', 60}, {'h', 3600}};
  const Error wrong{Code::kInvalid, Cat({text, ": expected a time like 30s, 5m, 1h, or -1 for ever"})};
  const bool negative = text.starts_with("-");
  if (negative) text.remove_prefix(1);
  if (text.empty()) return wrong;
  if (const auto seconds = ParseInt(text); seconds && *seconds >= 0 && *seconds <= kLongestS)
    return negative ? -1 : *seconds;
  int64_t sum = 0;
  while (!text.empty()) {
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = ParseInt(text.substr(0, digits));
    const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                    [&](const auto& row) { return digits < text.size() && row.first == text[digits]; });
    if (!number || *number > kLongestS || unit == std::end(kUnits)) return wrong;
    sum += *number * unit->second;
    text.remove_prefix(digits + 1);
  }
  return negative ? -1 : sum;
}

std::string RunnerBackend::name() const {
  return options_.address.empty() ? sys::BaseName(path_) : "runner:" + options_.address;
}

Result<std::string> RunnerBackend::Folder() const {
  std::string out = options_.folder;
  if (out.empty())
    out = sys::HasEnv("XDG_RUNTIME_DIR") ? sys::Env("XDG_RUNTIME_DIR") + "/heddle" : sys::CacheDirectory() + "/run";
  TRY(sys::SystemFiles().MakeDirectories(out, 0700));
  return out;
}

std::string RunnerBackend::socket() const {
  const auto folder = Folder();
  const std::string key = Cat({path_, "\n", std::to_string(options_.context), "\n", std::to_string(options_.threads)});
  return folder ? *folder + "/" + ShortName(key) + ".sock" : std::string();
}

bool RunnerBackend::running() const { return static_cast<bool>(sys::LineSocket::Connect(socket())); }

Result<> RunnerBackend::Start(const std::stop_token& stop) {
  TRY(Folder());
  TRY_ASSIGN(const std::string program, RunnerProgram(options_.program));
  const std::string path = socket();
  // Whoever holds the lock starts it; the others find it running.
  TRY_ASSIGN(const sys::FileLock lock, sys::FileLock::Take(path + ".lock", options_.start_ms));
  if (running()) return {};
  std::vector<std::string> argv{program, "--model", path_, "--socket", path};
  if (!options_.keep_alive.empty()) {
    TRY_ASSIGN(const int64_t alive, ParseDuration(options_.keep_alive));
    argv.insert(argv.end(), {"--keep-alive", std::to_string(alive)});
  }
  const auto add = [&](const char* flag, int64_t value) {
    if (value > 0) argv.insert(argv.end(), {flag, std::to_string(value)});
  };
  add("--context", options_.context), add("--threads", options_.threads), add("--memory-limit", options_.memory_mb);
  // A start that failed is tried again, for what fails may be memory that another is just giving back; not what is
  // wrong.
  for (int attempt = 0;; ++attempt) {
    auto started = sys::StartDaemon({.argv = argv,
                                     .extra_environment = {kNoDebugger},
                                     .ready = "ready",
                                     .log = path + ".log",
                                     .timeout_ms = options_.start_ms},
                                    stop);
    if (started || started.error().code != Code::kUnavailable || attempt == 2) return started;
    std::this_thread::sleep_for(std::chrono::milliseconds(100 << attempt));
  }
}

// A runner beyond this machine wants its key first.
Result<sys::LineSocket> RunnerBackend::OpenFar(const std::stop_token& stop) const {
  TRY_ASSIGN(auto socket, sys::LineSocket::ConnectTcp(options_.address, options_.connect_ms));
  TRY(socket.Write(json::serialize(json::object{{"key", options_.key}}) + "\n"));
  const auto line = socket.ReadLine(options_.connect_ms, stop);
  if (!line || TextAt(ParsedOr(*line), "event") != "welcome")
    return Error{Code::kDenied, "the runner does not take this key"};
  return socket;
}

Result<sys::LineSocket> RunnerBackend::Open(const std::stop_token& stop) {
  if (!options_.address.empty()) return OpenFar(stop);
  if (sys::SystemFiles().LookThrough(path_).kind != sys::FileKind::kFile)
    return Error{Code::kNotFound, Cat({path_, ": no such model file"})};
  auto socket = sys::LineSocket::Connect(this->socket());
  if (socket || socket.error().code != Code::kNotFound) return socket;
  TRY(Start(stop));
  return sys::LineSocket::Connect(this->socket());
}

Result<> RunnerBackend::Ask(const std::string& request, const std::function<bool(const std::string&)>& take,
                            const std::stop_token& stop) {
  // A runner may go, idle, in the moment in which it is found; then another is started, as nothing was shown yet.
  for (int attempt = 0;; ++attempt) {
    auto socket = Open(stop);
    if (!socket) return std::move(socket).error().Context(name());
    bool any = false;
    auto written = socket->Write(request + "\n");
    while (written) {
      auto line = socket->ReadLine(any ? options_.between_ms : options_.first_token_ms, stop);
      if (!line && line.error().code == Code::kUnavailable) break;
      if (!line) return std::move(line).error().Context(name());
      any = true;
      if (!take(*line)) return {};
    }
    if (any)
      return Error{Code::kUnavailable,
                   Cat({name(), ": the runner ended in the middle of its answer; ask again, it will be started anew"})};
    if (attempt == 1)
      return Error{Code::kUnavailable,
                   Cat({name(), ": the runner ended before it answered (its log: ", this->socket(), ".log)"})};
  }
}

// How long the model stays is for the last to say who says it: the runner may have been started by another.
Result<> RunnerBackend::AddKeepAlive(const std::string& asked, json::object& body) const {
  const std::string& wanted = asked.empty() ? options_.keep_alive : asked;
  if (wanted.empty() || !options_.address.empty()) return {};
  TRY_ASSIGN(body["keep_alive"], ParseDuration(wanted));
  return {};
}

// What is answered by one event; an error is returned as one.
Result<json::value> RunnerBackend::AskOnce(const json::object& request, const std::stop_token& stop) {
  json::value event;
  TRY(Ask(json::serialize(request), [&](const std::string& line) { return event = ParsedOr(line), false; }, stop));
  if (TextAt(event, "event") == "error")
    return Error{CodeOf(TextAt(event, "code")), Cat({name(), ": ", TextAt(event, "message")})};
  return event;
}

Result<ChatReply> RunnerBackend::Chat(const ChatRequest& request, const OnPiece& on_piece,
                                      const std::stop_token& stop) {
  json::object body = Encoded(request);
  TRY(AddKeepAlive(request.keep_alive, body));
  return Generate(json::serialize(body), request.tools, on_piece, stop);
}

Result<ChatReply> RunnerBackend::Fill(const FillRequest& request, const OnPiece& on_piece,
                                      const std::stop_token& stop) {
  json::object body{{"op", "infill"}, {"id", 1}, {"max_tokens", request.max_tokens}};
  if (request.plain)
    body["op"] = "generate", body["prompt"] = request.prefix;
  else
    body["prefix"] = request.prefix, body["suffix"] = request.suffix;
  AddSampling(request, body);
  TRY(AddKeepAlive(request.keep_alive, body));
  return Generate(json::serialize(body), {}, on_piece, stop);
}

Result<std::vector<std::vector<float>>> RunnerBackend::Embed(const std::string&, const std::vector<std::string>& texts,
                                                             const std::stop_token& stop) {
  json::object body{{"op", "embed"}, {"id", 1}, {"texts", json::value_from(texts)}};
  TRY(AddKeepAlive("", body));
  TRY_ASSIGN(const json::value event, AskOnce(body, stop));
  return VectorsOf(ListAt(event, "embeddings"));
}

Result<ChatReply> RunnerBackend::Generate(const std::string& body, const std::vector<Tool>& tools,
                                          const OnPiece& on_piece, const std::stop_token& stop) {
  ChatReply reply;
  std::optional<Error> failed;
  bool cancelled = false;
  const int64_t start = Now();
  size_t shown = 0;
  const auto show_text = [&](size_t end) {
    if (on_piece && end > shown)
      cancelled =
          !on_piece({ChatPiece::Kind::kText, std::string_view(reply.message.content).substr(shown, end - shown)});
    shown = std::max(shown, end);
  };
  const auto take = [&](const std::string& line) {
    const auto event = ParseJson(line);
    const std::string_view kind = event ? TextAt(*event, "event") : "";
    if (kind == "text" || kind == "thinking") {
      const std::string_view text = TextAt(*event, "text");
      (kind == "text" ? reply.message.content : reply.message.thinking) += text;
      if (reply.first_us == 0) reply.first_us = Now() - start;
      if (kind == "text")
        show_text(tools.empty() ? reply.message.content.size() : CallAt(reply.message.content));
      else if (on_piece)
        cancelled = !on_piece({ChatPiece::Kind::kThinking, text});
      return !cancelled;
    }
    if (kind == "done") {
      const std::string_view finish = TextAt(*event, "finish");
      reply.finish = finish == "length" ? Finish::kLength : finish == "cancelled" ? Finish::kCancelled : Finish::kStop;
      if (const json::value* usage = Find(*event, "usage")) {
        reply.usage.prompt_tokens = NumberAt(*usage, "prompt_tokens", -1);
        reply.usage.cached_tokens = NumberAt(*usage, "cached_tokens", -1);
        reply.usage.completion_tokens = NumberAt(*usage, "completion_tokens", -1);
        reply.times = {NumberAt(*usage, "queue_us", -1), NumberAt(*usage, "prompt_us", -1),
                       NumberAt(*usage, "decode_us", -1), NumberAt(*usage, "mask_us", -1)};
      }
    } else {
      failed = event ? Error{CodeOf(TextAt(*event, "code")), std::string(TextAt(*event, "message"))}
                     : Error{Code::kInternal, "the runner sent what is no event"};
    }
    return false;
  };
  auto asked = Ask(body, take, stop);
  if (failed) return std::move(*failed).Context(name());
  if (!asked && asked.error().code != Code::kCancelled) return std::move(asked).error();
  if (cancelled || !asked) reply.finish = Finish::kCancelled;
  if (!tools.empty()) {
    const std::string text = reply.message.content;
    TakeCallsFromText(reply.message, tools);
    if (reply.message.calls.empty()) show_text(text.size());
    if (!reply.message.calls.empty() && reply.finish == Finish::kStop) reply.finish = Finish::kToolCalls;
    for (const ToolCall& call : reply.message.calls) {
      if (on_piece) on_piece({ChatPiece::Kind::kCall, call.arguments, &call});
    }
  }
  reply.message.role = Role::kAssistant;
  reply.model = path_;
  reply.total_us = Now() - start;
  return reply;
}

Result<std::vector<std::string>> RunnerBackend::Models(const std::stop_token& stop) {
  if (!options_.address.empty()) TRY(Window(path_, stop));  // whether it is there
  return std::vector<std::string>{path_};
}

Result<int64_t> RunnerBackend::Count(const ChatRequest& request, const std::stop_token& stop) {
  json::object body = Encoded(request);
  body["op"] = "tokenize", body["id"] = 1;
  TRY_ASSIGN(const json::value event, AskOnce(body, stop));
  return NumberAt(event, "prompt_tokens", 0);
}

Result<int64_t> RunnerBackend::Window(const std::string&, const std::stop_token& stop) {
  TRY_ASSIGN(const json::value event, AskOnce({{"op", "info"}, {"id", 1}}, stop));
  return NumberAt(event, "context", 0);
}

Result<int64_t> RunnerBackend::Slots(const std::stop_token& stop) {
  TRY_ASSIGN(const json::value event, AskOnce({{"op", "info"}, {"id", 1}}, stop));
  return NumberAt(event, "parallel", 0);
}

}  // namespace heddle::model
