// heddle chat: one question, or a conversation on the terminal.
#include <editline/readline.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <iostream>
#include <iterator>

#include "base/text.h"
#include "cli/backend_choice.h"
#include "cli/commands.h"
#include "cli/markdown.h"
#include "grammar/source.h"
#include "model/constrained.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/interrupts.h"

namespace heddle::cli {
namespace {

namespace json = boost::json;
using model::ChatRequest;
using model::Role;

constexpr std::string_view kHelp =
    "  /model NAME    go on with another model\n"
    "  /system TEXT   set the system message (empty: none)\n"
    "  /save FILE     write the conversation as Markdown\n"
    "  /clear         begin anew\n"
    "  /help          this\n"
    "  /quit          end (also Ctrl-D)\n"
    "  \\ at the end of a line goes on in the next; \"\"\" begins and ends a text of many lines\n"
    "  Ctrl-C stops the answer, not the conversation\n";

Result<ChatRequest> ReadRequest(const Arguments& arguments) {
  ChatRequest out;
  const auto number = [&](std::string_view name) -> Result<std::optional<int64_t>> {
    if (!arguments.Has(name)) return std::optional<int64_t>();
    std::optional<int64_t> value = ParseInt(arguments.Get(name));
    if (!value || *value < 0) return Error{Code::kInvalid, Cat({"--", name, ": expected a whole number"})};
    return value;
  };
  TRY_ASSIGN(out.seed, number("seed"));
  TRY_ASSIGN(const auto most, number("max-tokens"));
  TRY_ASSIGN(const auto context, number("context"));
  out.max_tokens = most.value_or(-1), out.context = context.value_or(0);
  if (arguments.Has("temperature")) {
    const std::string text = arguments.Get("temperature");
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !(value >= 0 && value <= 10))
      return Error{Code::kInvalid, "--temperature: expected a number from 0 to 10"};
    out.temperature = value;
  }
  out.thinking = arguments.Get("think");
  if (!out.thinking.empty() && !Contains(" on off low medium high ", Cat({" ", out.thinking, " "})))
    return Error{Code::kInvalid, "--think: expected on, off, low, medium or high"};
  if (arguments.Has("schema") && arguments.Has("grammar"))
    return Error{Code::kInvalid, "give --schema or --grammar, not both"};
  if (arguments.Has("schema")) {
    TRY_ASSIGN(std::string text, sys::SystemFiles().Read(arguments.Get("schema")));
    out.constraint = {"json-schema", std::move(text)};
  } else if (arguments.Has("grammar")) {
    const std::string path = arguments.Get("grammar");
    TRY(grammar::NotationOfFile(path));
    TRY_ASSIGN(std::string text, sys::SystemFiles().Read(path));
    const std::string suffix = path.substr(path.rfind('.') + 1);
    out.constraint = {suffix == "json" ? "json-schema" : suffix == "txt" ? "choice" : suffix, std::move(text)};
  }
  if (const std::string system = arguments.Get("system"); !system.empty())
    out.messages.push_back({.role = Role::kSystem, .content = system});
  return out;
}

// Prints an answer as it comes. Thinking is dimmed, and on standard error where the answer is piped.
class Printer {
 public:
  explicit Printer(const App& app) : app_(app), markdown_(app.color(1)), terminal_(sys::IsTerminal(1)) {}
  bool operator()(const model::ChatPiece& piece) {
    const bool thinking = piece.kind == model::ChatPiece::Kind::kThinking;
    if (thinking) {
      app_.Err(Paint(ForTerminal(piece.text, Layout::kProse), "2", app_.color(2)));
    } else if (piece.kind == model::ChatPiece::Kind::kText) {
      if (thinking_) app_.Err("\n");
      app_.Out(terminal_ ? markdown_.Feed(piece.text) : std::string(piece.text));
      ended_line_ = piece.text.ends_with('\n');
    }
    thinking_ = thinking;
    return true;
  }
  void End() {
    app_.Out(markdown_.End());
    if (!ended_line_) app_.Out("\n");
  }

 private:
  const App& app_;
  Markdown markdown_;
  bool terminal_, thinking_ = false, ended_line_ = false;
};

std::string ReplyJson(const model::ChatReply& reply, int attempts) {
  json::object out{
      {"schema_version", 1}, {"text", reply.message.content}, {"finish", Name(reply.finish)}, {"model", reply.model}};
  if (!reply.message.thinking.empty()) out["thinking"] = reply.message.thinking;
  const auto count = [](int64_t n) { return n < 0 ? json::value() : json::value(n); };
  out["usage"] = {{"prompt_tokens", count(reply.usage.prompt_tokens)},
                  {"cached_tokens", count(reply.usage.cached_tokens)},
                  {"completion_tokens", count(reply.usage.completion_tokens)}};
  out["first_ms"] = static_cast<double>(reply.first_us) / 1000,
  out["total_ms"] = static_cast<double>(reply.total_us) / 1000;
  if (attempts > 0) out["attempts"] = attempts;
  return json::serialize(out) + "\n";
}

// One question and its answer.
int Once(App& app, const Arguments& arguments, model::Backend& backend, const ChatRequest& request) {
  const sys::Interrupts interrupts;
  if (request.constraint) {
    const auto done = model::ChatConstrained(backend, request, 3, interrupts.token());
    if (!done) return app.Fail(done.error());
    app.Out(arguments.Has("json") ? ReplyJson(done->reply, done->attempts) : done->reply.message.content + "\n");
    return kDone;
  }
  if (arguments.Has("json")) {
    const auto reply = backend.Chat(request, nullptr, interrupts.token());
    if (!reply) return app.Fail(reply.error());
    app.Out(ReplyJson(*reply, 0));
    return reply->finish == model::Finish::kCancelled ? kCancelled : kDone;
  }
  Printer printer(app);
  const auto reply =
      backend.Chat(request, [&](const model::ChatPiece& piece) { return printer(piece); }, interrupts.token());
  printer.End();
  if (!reply) return app.Fail(reply.error());
  if (reply->finish == model::Finish::kLength) app.Err("heddle: the answer was cut by the limit of tokens\n");
  return reply->finish == model::Finish::kCancelled ? kCancelled : kDone;
}

// A line of the user's, or several; nothing at the end of input.
std::optional<std::string> ReadTurn() {
  std::string out;
  bool block = false;
  for (bool first = true;; first = false) {
    char* line = ::readline(first ? "> " : ". ");
    if (line == nullptr) return std::nullopt;
    std::string text(line);
    std::free(line);  // readline's
    if (!block && first && text.starts_with("\"\"\"")) {
      block = true;
      text.erase(0, 3);
    }
    const bool ends = block && text.ends_with("\"\"\"");
    if (ends) text.resize(text.size() - 3);
    const bool goes_on = !block && text.ends_with('\\');
    if (goes_on) text.pop_back();
    out += text;
    if (ends || (!block && !goes_on)) return out;
    out += '\n';
  }
}

std::string AsMarkdown(const std::vector<model::Message>& messages) {
  constexpr std::string_view kTitles[] = {"System", "You", "Answer", "Tool"};
  std::string out;
  for (const model::Message& message : messages)
    out += Cat({"## ", kTitles[static_cast<size_t>(message.role)], "\n\n", message.content, "\n\n"});
  return out;
}

class Conversation {
 public:
  Conversation(App& app, Arguments arguments, ChosenBackend chosen, ChatRequest request)
      : app_(app), arguments_(std::move(arguments)), chosen_(std::move(chosen)), request_(std::move(request)) {}

  int Run() {
    ::using_history();
    // What was asked is remembered like the requests of heddle ask, and where they are.
    const std::string remembered = app_.config().On("history") ? sys::DataDirectory() + "/chat_history" : std::string();
    if (!remembered.empty() && sys::SystemFiles().MakeDirectories(sys::DataDirectory(), 0700))
      ::read_history(remembered.c_str());
    const int code = Talk();
    if (!remembered.empty()) ::stifle_history(1000), ::write_history(remembered.c_str());
    return code;
  }

 private:
  int Talk() {
    app_.Err(Paint(Cat({ForTerminal(chosen_.model), ": /help tells the commands\n"}), "2", app_.color(2)));
    while (const auto turn = ReadTurn()) {
      const std::string text(Trim(*turn));
      if (text.empty()) continue;
      ::add_history(text.c_str());
      if (text == "/quit" || text == "/exit") return kDone;
      if (text.starts_with('/'))
        Command(text);
      else
        Say(text);
    }
    app_.Out("\n");
    return kDone;
  }
  void Command(const std::string& text) {
    const size_t blank = text.find(' ');
    const std::string name = text.substr(0, blank),
                      rest(blank == text.npos ? std::string_view() : Trim(std::string_view(text).substr(blank)));
    if (name == "/help") return app_.Err(kHelp);
    if (name == "/clear")
      return (void)std::erase_if(request_.messages, [](const auto& m) { return m.role != Role::kSystem; });
    if (name == "/system") return SetSystem(rest);
    if (name == "/model") return SetModel(rest);
    if (name == "/save") return Save(rest);
    app_.Err(Cat({"heddle: no such command; /help tells them\n"}));
  }
  void SetSystem(const std::string& text) {
    std::erase_if(request_.messages, [](const auto& m) { return m.role == Role::kSystem; });
    if (!text.empty()) request_.messages.insert(request_.messages.begin(), {.role = Role::kSystem, .content = text});
  }
  void SetModel(const std::string& name) {
    Arguments other = arguments_;
    other.flags["model"] = name;
    auto chosen = ChooseBackend(app_, other);
    if (!chosen) return (void)app_.Fail(chosen.error());
    chosen_ = *std::move(chosen);
    request_.model = chosen_.model;
    arguments_ = std::move(other);
  }
  void Save(const std::string& path) {
    if (path.empty()) return app_.Err("heddle: /save takes a file\n");
    if (sys::SystemFiles().Look(path).kind != sys::FileKind::kNone)
      return app_.Err(Cat({"heddle: ", ForTerminal(path), " is there already\n"}));
    if (auto saved = sys::SystemFiles().WriteAtomic(path, AsMarkdown(request_.messages)); !saved)
      app_.Fail(saved.error());
  }
  void Say(const std::string& text) {
    request_.messages.push_back({.role = Role::kUser, .content = text});
    const sys::Interrupts interrupts;
    Printer printer(app_);
    auto reply = chosen_.backend->Chat(
        request_, [&](const model::ChatPiece& piece) { return printer(piece); }, interrupts.token());
    printer.End();
    if (!reply) {
      request_.messages.pop_back();
      return (void)app_.Fail(reply.error());
    }
    if (reply->finish == model::Finish::kCancelled) app_.Err("(stopped)\n");
    request_.messages.push_back(std::move(reply->message));
  }

  App& app_;
  Arguments arguments_;
  ChosenBackend chosen_;
  ChatRequest request_;
};

}  // namespace

int RunChat(App& app, const Arguments& arguments) {
  auto request = ReadRequest(arguments);
  if (!request) return app.Fail(request.error());
  auto chosen = ChooseBackend(app, arguments);
  if (!chosen) return app.Fail(chosen.error());
  request->model = chosen->model;
  std::string prompt = Join(arguments.words, " ");
  if (prompt == "-" || (prompt.empty() && !sys::IsTerminal(0)))
    prompt.assign(std::istreambuf_iterator<char>(std::cin), {});
  if (prompt.empty() && app.interactive() && !arguments.Has("json") && !request->constraint)
    return Conversation(app, arguments, *std::move(chosen), *std::move(request)).Run();
  if (Trim(prompt).empty()) return app.Fail({Code::kInvalid, "nothing was asked; see heddle chat --help"});
  request->messages.push_back({.role = Role::kUser, .content = prompt});
  return Once(app, arguments, *chosen->backend, *request);
}

}  // namespace heddle::cli
