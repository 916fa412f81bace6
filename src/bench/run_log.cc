#include "bench/run_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <unordered_map>

#include "base/text.h"
#include "sys/files.h"

namespace heddle::bench {
namespace json = boost::json;
namespace {

constexpr uint64_t kMaxLog = uint64_t{16} << 30;

// What two runs must share to be one: all but when it began and what was said of it.
bool SameRun(std::string_view a, std::string_view b) {
  boost::system::error_code failed;
  json::value left = json::parse({a.data(), a.size()}, failed);
  if (failed || !left.is_object()) return false;
  json::value right = json::parse({b.data(), b.size()}, failed);
  if (failed || !right.is_object()) return false;
  left.as_object().erase("started");
  right.as_object().erase("started");
  return left == right;
}

std::vector<Record> ReadRecords(std::string_view text, size_t& damaged) {
  std::vector<Record> out;
  std::unordered_map<std::string, size_t> places;
  for (const std::string_view line : Split(text, '\n')) {
    if (Trim(line).empty()) continue;
    auto record = ParseRecord(line);
    if (!record) {
      ++damaged;
      continue;
    }
    const auto [place, fresh] = places.emplace(KeyOf(*record), out.size());
    if (fresh)
      out.push_back(*std::move(record));
    else
      out[place->second] = *std::move(record);
  }
  return out;
}

}  // namespace

Result<RunLog> RunLog::Open(const std::string& folder, const std::string& manifest) {
  TRY(sys::SystemFiles().MakeDirectories(folder));
  const std::string path = folder + "/answers.jsonl", about = folder + "/run.json";
  sys::Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!file) return Error{Code::kUnavailable, Cat({path, ": ", std::strerror(errno)})};
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    return Error{Code::kUnavailable, Cat({folder, ": another process writes to this run"})};
  const auto known = sys::SystemFiles().Read(about);
  if (known && !SameRun(*known, manifest))
    return Error{Code::kInvalid, Cat({folder, " holds a run with other settings; choose another folder with --out"})};
  if (!known) TRY(sys::SystemFiles().WriteAtomic(about, manifest));
  TRY_ASSIGN(const std::string text, sys::SystemFiles().Read(path, kMaxLog));
  const size_t whole = text.rfind('\n') == text.npos ? 0 : text.rfind('\n') + 1;
  if (whole < text.size() && ::ftruncate(file.get(), static_cast<off_t>(whole)) != 0)
    return Error{Code::kUnavailable, Cat({path, ": its torn last line cannot be cut off: ", std::strerror(errno)})};
  RunLog out(folder, std::move(file));
  size_t damaged = 0;
  out.records_ = ReadRecords(std::string_view(text).substr(0, whole), damaged);
  if (damaged > 0)
    return Error{Code::kInvalid,
                 Cat({path, ": ", std::to_string(damaged), " lines are no records of a run; nothing was changed"})};
  return out;
}

Result<> RunLog::Append(const Record& record) {
  const std::string line = ToJson(record);
  const std::lock_guard lock(mutex_);
  const off_t before = ::lseek(file_.get(), 0, SEEK_END);
  const auto failed = [&] {
    const int why = errno;
    (void)!::ftruncate(file_.get(), before);  // half a line would spoil the next
    return Error{Code::kUnavailable, Cat({folder_, ": an answer cannot be kept: ", std::strerror(why)})};
  };
  for (size_t done = 0; done < line.size();) {
    const ssize_t put = ::write(file_.get(), line.data() + done, line.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failed();
    done += static_cast<size_t>(put);
  }
  if (::fdatasync(file_.get()) != 0) return failed();
  return {};
}

Result<> RunLog::Note(const std::string& line) const {
  const std::string path = folder_ + "/sessions.jsonl";
  const sys::Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (file && ::write(file.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size())) return {};
  return Error{Code::kUnavailable, Cat({path, ": ", std::strerror(errno)})};
}

Result<> RunLog::NoteBegin(const Session& session) const {
  json::array modes, left_out;
  for (const std::string& mode : session.modes) modes.push_back(json::value(mode));
  for (const LeftOut& each : session.left_out) left_out.push_back(json::object{{"task", each.task}, {"why", each.why}});
  return Note(json::serialize(json::object{{"started", session.started}, {"modes", modes}, {"left_out", left_out}}) +
              "\n");
}

Result<> RunLog::NoteEnd(const Session& session) const {
  return Note(json::serialize(json::object{{"wall_us", session.wall_us},
                                           {"peak_in_flight", session.peak_in_flight},
                                           {"joules", session.joules < 0 ? json::value() : session.joules}}) +
              "\n");
}

namespace {

std::string TextOf(const json::value& value) { return value.is_string() ? std::string(value.as_string()) : ""; }

void ReadBegin(const json::object& line, Session& out) {
  out.started = TextOf(line.at("started"));
  if (const auto* modes = line.if_contains("modes"); modes != nullptr && modes->is_array())
    for (const json::value& each : modes->as_array()) out.modes.push_back(TextOf(each));
  const auto* left_out = line.if_contains("left_out");
  if (left_out == nullptr || !left_out->is_array()) return;
  for (const json::value& each : left_out->as_array()) {
    const json::object* row = each.if_object();
    if (row != nullptr && row->contains("task") && row->contains("why"))
      out.left_out.push_back({TextOf(row->at("task")), TextOf(row->at("why"))});
  }
}

// One process at a time writes, so an end belongs to the beginning before it.
std::vector<Session> ReadSessions(const std::string& text) {
  std::vector<Session> out;
  for (const std::string_view line : Split(text, '\n')) {
    boost::system::error_code failed;
    const json::value value = json::parse({line.data(), line.size()}, failed, {}, {.max_depth = 8});
    if (failed || !value.is_object()) continue;
    const json::object& object = value.as_object();
    if (object.contains("started")) ReadBegin(object, out.emplace_back());
    if (out.empty()) continue;
    const auto number = [&](std::string_view name, double fallback) {
      const auto* found = object.if_contains(name);
      return found != nullptr && found->is_number() ? found->to_number<double>() : fallback;
    };
    out.back().wall_us = static_cast<int64_t>(number("wall_us", 0));
    out.back().peak_in_flight = static_cast<int>(number("peak_in_flight", 0));
    out.back().joules = number("joules", -1);
  }
  return out;
}

}  // namespace

Result<StoredRun> ReadRun(const std::string& folder) {
  StoredRun out{.folder = folder};
  auto manifest = sys::SystemFiles().Read(folder + "/run.json");
  if (!manifest) return Error{Code::kNotFound, Cat({ForTerminal(folder), " is no run; see heddle bench list runs"})};
  out.manifest = *std::move(manifest);
  TRY_ASSIGN(const std::string text, sys::SystemFiles().Read(folder + "/answers.jsonl", kMaxLog));
  const size_t whole = text.rfind('\n') == text.npos ? 0 : text.rfind('\n') + 1;
  out.records = ReadRecords(std::string_view(text).substr(0, whole), out.damaged);
  out.sessions = ReadSessions(sys::SystemFiles().Read(folder + "/sessions.jsonl").value_or({}));
  return out;
}

}  // namespace heddle::bench
