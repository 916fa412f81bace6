#include "bench/python.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/text.h"
#include "bench/judge_files.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/lockdown.h"
#include "sys/processes.h"

namespace heddle::bench {
namespace json = boost::json;
namespace {

constexpr int kTickMs = 10;
constexpr int64_t kMeasureUs = 40'000;       // between looks at the memory of the whole tree
constexpr size_t kVerdictBytes = 512 << 20;  // of recorded outcomes
constexpr int64_t kIdleUs = 5'000'000;       // may a pair sleep, beyond its processor time
constexpr size_t kShownOutput = 2000;
constexpr int64_t kCellBytes = 8LL << 30;  // the zygote's own limit; children have theirs

int64_t NowUs() { return sys::SystemClock().MonotonicUs(); }

sys::Fd MemoryFile(std::string_view bytes) {
  sys::Fd out(::memfd_create("heddle", MFD_CLOEXEC));
  for (size_t done = 0; out && done < bytes.size();) {
    const ssize_t put = ::write(out.get(), bytes.data() + done, bytes.size() - done);
    if (put <= 0) return {};
    done += static_cast<size_t>(put);
  }
  return out;
}

bool SendWithFiles(int socket, std::string_view text, std::initializer_list<int> files) {
  iovec part = {const_cast<char*>(text.data()), text.size()};
  alignas(cmsghdr) char room[CMSG_SPACE(3 * sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &part, message.msg_iovlen = 1;
  message.msg_control = room;
  int numbers[3];
  size_t count = 0;
  for (const int file : files)
    if (file >= 0) numbers[count++] = file;
  message.msg_controllen = CMSG_SPACE(count * sizeof(int));
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET, head->cmsg_type = SCM_RIGHTS, head->cmsg_len = CMSG_LEN(count * sizeof(int));
  std::memcpy(CMSG_DATA(head), numbers, count * sizeof(int));
  return ::sendmsg(socket, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

// One message of the zygote or of a child that begins, and who sent it, as this process sees it.
std::string Receive(int socket, pid_t& sender) {
  char text[4096];
  iovec part = {text, sizeof text};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(ucred))] = {};
  msghdr message = {};
  message.msg_iov = &part, message.msg_iovlen = 1, message.msg_control = room, message.msg_controllen = sizeof room;
  ssize_t got;
  while ((got = ::recvmsg(socket, &message, 0)) < 0 && errno == EINTR) {}
  if (got <= 0) return {};
  for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr; head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_CREDENTIALS) continue;
    ucred who;
    std::memcpy(&who, CMSG_DATA(head), sizeof who);
    sender = who.pid;
  }
  return {text, static_cast<size_t>(got)};
}

// Processor time of a process; its threads too.
int64_t CpuUs(pid_t pid) {
  timespec time = {};
  const auto clock = static_cast<clockid_t>((~static_cast<unsigned>(pid) << 3) | 2);  // see clock_getcpuclockid(3)
  return ::clock_gettime(clock, &time) == 0 ? int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000 : 0;
}

// Time in which its first thread waited for a processor; 0 where the kernel does not count it.
int64_t QueuedUs(pid_t pid) {
  const auto text = sys::SystemFiles().ReadHead(Cat({"/proc/", std::to_string(pid), "/schedstat"}), 256);
  if (!text) return 0;
  const auto fields = SplitWords(*text);
  return fields.size() < 2 ? 0 : ParseInt(fields[1]).value_or(0) / 1000;
}

std::string LimitsJson(const WorkLimits& limits, bool judge) {
  const int64_t memory = judge ? std::max<int64_t>(limits.memory_bytes, 2LL << 30) : limits.memory_bytes;
  return json::serialize(json::object{{"memory", memory},
                                      {"file", 16 << 20},
                                      {"tmp", 64 << 20},
                                      {"processes", limits.processes},
                                      {"cpu", static_cast<int64_t>(limits.cpu_seconds * (judge ? 4 : 1)) + 5}});
}

}  // namespace

Result<Interpreter> FindPython(const std::string& name) {
  const auto asked = sys::Run({name, "-I", "-c",
                               "import sys, os; print(os.path.realpath(sys.executable)); print(sys.base_prefix); "
                               "print('%d.%d.%d' % sys.version_info[:3]); "
                               "print(sys.executable); print(sys.prefix)"},
                              {.timeout_ms = 20'000});
  if (!asked || asked->exit_code != 0)
    return Error{Code::kUnavailable,
                 Cat({"no Python: ", name, " cannot be run; install python3, or name one with --python"})};
  const auto lines = Split(asked->out, '\n');
  if (lines.size() < 5) return Error{Code::kUnavailable, Cat({name, " is no Python"})};
  const bool venv = lines[1] != lines[4];  // its modules are found only by its own path
  Interpreter out{.path = std::string(lines[venv ? 3 : 0]), .version = std::string(lines[2])};
  for (const std::string_view prefix : {lines[1], lines[4]}) {
    if (prefix.starts_with("/tmp/"))
      return Error{Code::kUnavailable, Cat({name, " lies below /tmp, of which cells have their own; move it"})};
    if (!prefix.starts_with("/usr") && (out.readable.empty() || out.readable[0] != prefix))
      out.readable.emplace_back(prefix);
  }
  const auto parts = Split(out.version, '.');
  if (ParseInt(parts[0]).value_or(0) < 3 || (parts[0] == "3" && ParseInt(parts[1]).value_or(0) < 9))
    return Error{Code::kUnavailable, Cat({name, " is Python ", out.version, "; 3.9 or newer is needed"})};
  return out;
}

struct PythonCell::Child {
  bool begun = false, ended = false;
  pid_t pid = 0;
  sys::Fd pidfd;
  int status = 0;
  int64_t cpu_us = 0, peak_bytes = 0;

  void Kill() const { (void)::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0); }
  // Time in which it worked or wanted to: what is left of the clock's it slept.
  int64_t BusyUs() const { return CpuUs(pid) + QueuedUs(pid); }
};

struct PythonCell::Pair {
  Child candidate, judge;
};

Result<PythonCell> PythonCell::Start(const Interpreter& python, bool confined) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return Error{Code::kUnavailable, "no file descriptors left for a cell"};
  sys::Fd ours(pair[0]), theirs(pair[1]);
  const int on = 1;
  ::setsockopt(ours.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  std::string filter;
  if (confined) { TRY_ASSIGN(filter, sys::SeccompFilter(sys::Sockets::kUnix, sys::Stops::kNone)); }
  json::object settings{{"confined", confined}, {"landlock", sys::LandlockVersion()}};
  std::string hex;
  for (const char c : filter) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  settings["seccomp"] = hex;
  json::array modules, preload;
  for (const auto& [module, source] : ZygoteModules()) modules.push_back(json::array{module, source});
  for (const std::string_view module : PreloadedModules()) preload.push_back(json::value(module));
  settings["modules"] = std::move(modules);
  settings["preload"] = std::move(preload);
  const sys::Fd file = MemoryFile(json::serialize(settings));
  if (!file) return Error{Code::kUnavailable, "no memory for a cell"};
  (void)::lseek(file.get(), 0, SEEK_SET);

  sys::CellOptions options;
  options.argv = {python.path, "-s", "-B", "-c", std::string(BootSource())};
  options.environment = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/tmp", "PYTHONHASHSEED=0"};
  options.readable = python.readable;
  options.pass = {theirs.get(), file.get()};
  options.err = 2;
  options.warden = true;
  options.confined = confined;
  options.limits.memory_bytes = kCellBytes;
  options.limits.processes = 512;
  options.limits.file_bytes = 256 << 20;
  TRY_ASSIGN(sys::Cell cell, sys::Cell::Start(options));
  theirs.Close();
  PythonCell out(std::move(cell), std::move(ours));
  pid_t sender = 0;
  if (Receive(out.control_.get(), sender).find("ready") == std::string::npos)
    return Error{Code::kUnavailable, Cat({"the interpreter ", python.path, " does not start inside a cell"})};
  return out;
}

Result<> PythonCell::Begin(std::string_view role, const WorkLimits& limits, const std::string& payload, int channel,
                           int out, Pair& pair) {
  const sys::Fd file = MemoryFile(payload);
  if (!file) return Error{Code::kInternal, "no memory for a task"};
  const bool judge = role != "candidate";
  const std::string text = Cat({R"({"role":")", role, R"(","limits":)", LimitsJson(limits, judge), "}"});
  if (!SendWithFiles(control_.get(), text, {file.get(), channel, out}))
    return Error{Code::kUnavailable, "the zygote is gone"};
  Child& child = judge ? pair.judge : pair.candidate;
  while (!child.begun) TRY(Hear(pair));  // a child says so before anything of the task runs
  return {};
}

// One event: a child begins or has ended.
Result<> PythonCell::Hear(Pair& pair) {
  pid_t sender = 0;
  const std::string heard = Receive(control_.get(), sender);
  if (heard.empty()) return Error{Code::kUnavailable, "the zygote is gone"};
  boost::system::error_code failed;
  const json::value value = json::parse(heard, failed);
  const json::object* event = failed ? nullptr : value.if_object();
  if (event == nullptr || !event->contains("role")) return {};
  Child& child = event->at("role") == "candidate" ? pair.candidate : pair.judge;
  if (event->at("event") == "started") {
    child.begun = true;
    child.pid = sender;
    child.pidfd = sys::Fd(static_cast<int>(::syscall(SYS_pidfd_open, sender, 0)));
    return {};
  }
  child.begun = child.ended = true;
  child.status = static_cast<int>(event->at("status").to_number<int64_t>());
  child.cpu_us = event->at("cpu_us").to_number<int64_t>();
  child.peak_bytes = event->at("peak_bytes").to_number<int64_t>();
  return {};
}

// Why a candidate has to be stopped now, if it has to.
PairEnd::Stopped PythonCell::OverLimit(const WorkLimits& limits, const Pair& pair, int64_t running_us) {
  const auto limit_us = static_cast<int64_t>(limits.cpu_seconds * 1e6);
  if (running_us - pair.candidate.BusyUs() - pair.judge.BusyUs() > limit_us + kIdleUs) return PairEnd::Stopped::kTime;
  sys::TreeUsage usage = sys::MeasureTree(pair.candidate.pid, false);
  if (usage.cpu_us > limit_us) return PairEnd::Stopped::kTime;
  if (usage.memory_bytes > limits.memory_bytes) usage = sys::MeasureTree(pair.candidate.pid, true);
  return usage.memory_bytes > limits.memory_bytes ? PairEnd::Stopped::kMemory : PairEnd::Stopped::kNo;
}

// Until both have ended and all they say is read.
Result<> PythonCell::Watch(const PairWork& work, Pair& pair, int said, int printed, PairEnd& out) {
  const int64_t started = NowUs();
  int64_t measured = started, alone = 0;
  const auto limit_us = static_cast<int64_t>(work.limits.cpu_seconds * 1e6);
  const auto stop = [&](PairEnd::Stopped why) {
    if (why == PairEnd::Stopped::kNo || out.stopped != PairEnd::Stopped::kNo) return;
    out.stopped = why;
    pair.candidate.Kill();  // its judge learns of it by the end of the socket
  };
  std::string text;
  int64_t output = 0;
  bool said_all = false;
  while (!pair.candidate.ended || !pair.judge.ended || !said_all) {
    pollfd files[3] = {{said_all ? -1 : said, POLLIN, 0}, {printed, POLLIN, 0}, {control_.get(), POLLIN, 0}};
    if (::poll(files, 3, kTickMs) < 0 && errno != EINTR) return Error{Code::kInternal, "cannot wait for a cell"};
    char chunk[65536];
    if (files[0].revents != 0) {
      const ssize_t got = ::read(said, chunk, sizeof chunk);
      if (got > 0) text.append(chunk, static_cast<size_t>(got));
      said_all = got <= 0 || text.size() > kVerdictBytes;
      if (said_all && !pair.candidate.ended) pair.candidate.Kill();  // the judge has what it wanted
      if (said_all) out.status_counts = pair.candidate.ended;
    }
    if (files[1].revents != 0) {
      const ssize_t got = ::read(printed, chunk, sizeof chunk);
      if (got <= 0) printed = -1;
      output += std::max<ssize_t>(got, 0);
      const size_t kept = std::min(out.output.size(), kShownOutput);
      if (got > 0) out.output.append(chunk, std::min(static_cast<size_t>(got), kShownOutput - kept));
      if (output > work.limits.output_bytes) stop(PairEnd::Stopped::kOutput);
    }
    if (files[2].revents != 0) TRY(Hear(pair));
    const int64_t now = NowUs();
    if (pair.candidate.ended || said_all) {
      // A judge whose candidate is gone comes to its end, but not one that compares for ever, or that waits for what
      // an unconfined candidate has left running.
      if (alone == 0) alone = now;
      const int64_t judging = pair.judge.ended ? 0 : CpuUs(pair.judge.pid);
      if (!pair.judge.ended && (judging > 4 * limit_us + kIdleUs || now - alone - pair.judge.BusyUs() > 2 * kIdleUs))
        pair.judge.Kill();
    } else if (CpuUs(pair.candidate.pid) > limit_us) {
      stop(PairEnd::Stopped::kTime);
    } else if (now - measured > kMeasureUs) {
      measured = now;
      stop(OverLimit(work.limits, pair, now - started));
    }
  }
  const size_t line = text.find('\n');
  const auto size = line == text.npos ? std::nullopt : ParseInt(std::string_view(text).substr(0, line));
  if (!size || *size < 0 || line + 1 + static_cast<size_t>(*size) > text.size()) return {};
  out.verdict = text.substr(line + 1, static_cast<size_t>(*size));
  out.data = text.substr(line + 1 + static_cast<size_t>(*size));
  return {};
}

Result<PairEnd> PythonCell::Run(const PairWork& work) {
  int channel[2], said[2], printed[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0 || ::pipe2(said, O_CLOEXEC) != 0 ||
      ::pipe2(printed, O_CLOEXEC) != 0)
    return Error{Code::kInternal, "no file descriptors left for a task"};
  sys::Fd candidate_end(channel[0]), judge_end(channel[1]), said_read(said[0]), said_write(said[1]),
      printed_read(printed[0]), printed_write(printed[1]);
  Pair pair;
  PairEnd out;
  const int64_t started = NowUs();
  TRY(Begin("judge", work.limits, work.judge, judge_end.get(), said_write.get(), pair));
  TRY(Begin("candidate", work.limits, work.candidate, candidate_end.get(), printed_write.get(), pair));
  candidate_end.Close(), judge_end.Close(), said_write.Close(), printed_write.Close();
  TRY(Watch(work, pair, said_read.get(), printed_read.get(), out));
  out.wall_us = NowUs() - started;
  out.status = pair.candidate.status, out.cpu_us = pair.candidate.cpu_us, out.peak_bytes = pair.candidate.peak_bytes;
  if (out.stopped == PairEnd::Stopped::kNo && out.cpu_us > static_cast<int64_t>(work.limits.cpu_seconds * 1e6))
    out.stopped = PairEnd::Stopped::kTime;
  return out;
}

Result<PairEnd> PythonCell::Prepare(const std::string& payload) {
  int said[2];
  if (::pipe2(said, O_CLOEXEC) != 0) return Error{Code::kInternal, "no file descriptors left for a task"};
  sys::Fd said_read(said[0]), said_write(said[1]);
  Pair pair;
  pair.candidate.ended = true;  // there is none
  PairEnd out;
  const PairWork work{.limits = {.cpu_seconds = 60, .memory_bytes = 2LL << 30}};
  TRY(Begin("prepare", work.limits, payload, -1, said_write.get(), pair));
  said_write.Close();
  TRY(Watch(work, pair, said_read.get(), -1, out));
  return out;
}

}  // namespace heddle::bench
