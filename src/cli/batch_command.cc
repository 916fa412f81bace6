// heddle batch: a file of calls, one JSON object a line, becomes a file of answers. What is answered stays answered: an
// interrupted run goes on where it was.
#include <atomic>
#include <boost/json.hpp>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "model/secret.h"
#include "net/base_url.h"
#include "net/http_client.h"
#include "sys/files.h"
#include "sys/interrupts.h"
#include "sys/part_file.h"

namespace heddle::cli {
namespace {

namespace json = boost::json;

struct Job {
  std::string id, path, body;
};

// OpenAI's form of a batch, {"custom_id", "url", "body"}, or the body of a chat alone.
Result<Job> ReadJob(std::string_view line, size_t number, const std::string& model) {
  const std::string where = Cat({"line ", std::to_string(number)});
  boost::system::error_code failed;
  json::value root = json::parse({line.data(), line.size()}, failed, {}, {.max_depth = 64});
  if (failed || !root.is_object()) return Error{Code::kInvalid, Cat({where, ": not a JSON object"})};
  json::object& object = root.as_object();
  Job out{.id = where, .path = "/v1/chat/completions"};
  json::object* body = &object;
  if (json::value* inner = object.if_contains("body")) {
    if (!inner->is_object()) return Error{Code::kInvalid, Cat({where, ": \"body\" is no object"})};
    body = &inner->as_object();
    if (const json::value* url = object.if_contains("url"); url != nullptr && url->is_string())
      out.path = std::string(url->as_string());
  }
  if (const json::value* id = object.if_contains("custom_id"); id != nullptr && id->is_string())
    out.id = std::string(id->as_string());
  if (out.path.empty() || out.path[0] != '/')
    return Error{Code::kInvalid, Cat({where, ": \"url\" is a path such as /v1/chat/completions"})};
  if (body == &object) object.erase("custom_id");  // else `body` would move
  if (!body->contains("model")) (*body)["model"] = model;
  (*body)["stream"] = false;
  out.body = json::serialize(*body);
  return out;
}

Result<std::vector<Job>> ReadJobs(const std::string& path, const std::string& model) {
  TRY_ASSIGN(const std::string text, sys::SystemFiles().Read(path, uint64_t{4} << 30));
  std::vector<Job> out;
  std::set<std::string> ids;
  size_t number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    if (Trim(line).empty()) continue;
    auto job = ReadJob(line, number, model);
    if (!job) return std::move(job).error().Context(path);
    if (!ids.insert(job->id).second)
      return Error{Code::kInvalid,
                   Cat({path, ": line ", std::to_string(number), ": the custom_id '", job->id, "' is there twice"})};
    out.push_back(*std::move(job));
  }
  return out;
}

// The whole lines of an earlier run, with the ids that were answered; failures are tried again.
std::string Kept(const std::string& text, std::set<std::string>& answered) {
  std::string out;
  for (size_t at = 0, end; (end = text.find('\n', at)) != text.npos; at = end + 1) {
    const std::string_view line(text.data() + at, end - at);
    boost::system::error_code failed;
    const json::value root = json::parse({line.data(), line.size()}, failed, {}, {.max_depth = 64});
    const json::object* object = failed ? nullptr : root.if_object();
    const json::value* id = object == nullptr ? nullptr : object->if_contains("custom_id");
    const json::value* error = object == nullptr ? nullptr : object->if_contains("error");
    if (id == nullptr || !id->is_string() || error == nullptr || !error->is_null()) continue;
    answered.insert(std::string(id->as_string()));
    (out += line) += '\n';
  }
  return out;
}

class Batch {
 public:
  Batch(std::string url, std::string key, const std::stop_token& stop)
      : url_(std::move(url)), key_(std::move(key)), stop_(stop) {}

  // The line of its answer; empty when it was interrupted.
  std::string Answer(const Job& job, bool& good) const {
    net::HttpRequest request{
        .url = url_ + job.path, .headers = {{"Content-Type", "application/json"}}, .body = job.body};
    if (!key_.empty()) request.headers.emplace_back("Authorization", "Bearer " + key_);
    request.headers.emplace_back("X-Heddle-Priority", "batch");
    request.between_ms = request.first_byte_ms = 3'600'000;
    Result<net::HttpReply> reply = Error{};
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      reply = net::CurlClient().Send(request, nullptr, stop_);
      if (stop_.stop_requested()) return {};
      const bool busy = reply && (reply->status == 429 || reply->status >= 500);
      if (reply && !busy) break;
      const int64_t asked = reply ? ParseInt(reply->Header("retry-after")).value_or(0) : 0;
      Wait(std::max<int64_t>(asked * 1000, int64_t{250} << attempt));
      if (stop_.stop_requested()) return {};
    }
    json::object out{{"custom_id", job.id}, {"response", nullptr}, {"error", nullptr}};
    good = reply && reply->status >= 200 && reply->status < 300;
    if (reply) {
      boost::system::error_code failed;
      json::value body = json::parse(reply->body, failed, {}, {.max_depth = 64});
      out["response"] = {{"status_code", reply->status}, {"body", failed ? json::value(reply->body) : std::move(body)}};
    }
    if (!good)
      out["error"] = {{"message", reply ? Cat({"HTTP ", std::to_string(reply->status)}) : reply.error().message}};
    return json::serialize(out) + "\n";
  }

 private:
  static constexpr int kAttempts = 4;
  void Wait(int64_t ms) const {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop_, std::chrono::milliseconds(std::min<int64_t>(ms, 60'000)), [] { return false; });
  }
  const std::string url_, key_;
  const std::stop_token stop_;
};

Result<size_t> Workers(const Arguments& arguments) {
  const auto number = ParseInt(arguments.Get("concurrency", "4"));
  if (!number || *number < 1 || *number > 1024)
    return Error{Code::kInvalid, "--concurrency: expected a number from 1 to 1024"};
  return static_cast<size_t>(*number);
}

}  // namespace

int RunBatch(App& app, const Arguments& arguments) {
  if (arguments.words.size() != 2) return app.Fail({Code::kInvalid, "expected: heddle batch IN.jsonl OUT.jsonl"});
  const std::string& in = arguments.words[0];
  const std::string& out = arguments.words[1];
  const auto workers = Workers(arguments);
  if (!workers) return app.Fail(workers.error());
  const auto url = net::BaseUrl(arguments.Get("url", "http://127.0.0.1:8417"));
  if (!url) return app.Fail(url.error());
  const auto key = model::ReadSecret(arguments.Get("key"));
  if (!key) return app.Fail(key.error());
  if (sys::SystemFiles().LookThrough(out).kind != sys::FileKind::kNone)
    return app.Fail({Code::kInvalid, Cat({out, " is there already, and whole; remove it to begin anew"})});
  const auto jobs = ReadJobs(in, arguments.Get("model", "auto"));
  if (!jobs) return app.Fail(jobs.error());
  auto part = sys::PartFile::Open(out);
  if (!part) return app.Fail(part.error());
  std::set<std::string> answered;
  if (part->size() > 0) {
    const auto text = sys::SystemFiles().Read(part->part_path(), uint64_t{4} << 30);
    if (!text) return app.Fail(text.error());
    const std::string kept = Kept(*text, answered);
    auto again = part->Restart();
    if (again) again = part->Append(kept);
    if (!again) return app.Fail(again.error());
    app.Err(Cat({"heddle: going on; ", std::to_string(answered.size()), " of ", std::to_string(jobs->size()),
                 " are answered\n"}));
  }

  const sys::Interrupts interrupts;
  const Batch batch(*url, *key, interrupts.token());
  Progress progress(app, sys::BaseName(in), "calls");
  std::mutex mutex;
  std::optional<Error> failed;
  size_t next = 0, done = answered.size(), bad = 0;
  const auto work = [&] {
    for (;;) {
      const Job* job = nullptr;
      {
        const std::lock_guard lock(mutex);
        while (next < jobs->size() && answered.contains((*jobs)[next].id)) ++next;
        if (next == jobs->size() || failed || interrupts.token().stop_requested()) return;
        job = &(*jobs)[next++];
      }
      bool good = false;
      const std::string line = batch.Answer(*job, good);
      if (line.empty()) return;
      const std::lock_guard lock(mutex);
      if (auto kept = part->Append(line); !kept) failed = kept.error();
      ++done;
      bad += good ? 0 : 1;
      progress.Show(done, jobs->size(), answered.size());
    }
  };
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < *workers; ++i) threads.emplace_back(work);
  }
  progress.Clear();
  if (failed) return app.Fail(*failed);
  if (interrupts.token().stop_requested()) {
    app.Err(Cat({"heddle: interrupted; ", std::to_string(done), " of ", std::to_string(jobs->size()),
                 " are answered, the same command goes on\n"}));
    return kCancelled;
  }
  if (auto whole = part->Finish(); !whole) return app.Fail(whole.error());
  app.Err(Cat({"heddle: ", std::to_string(done - bad), " answered, ", std::to_string(bad), " failed\n"}));
  return bad == 0 ? kDone : kError;
}

}  // namespace heddle::cli
