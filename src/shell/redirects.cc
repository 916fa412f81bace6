// What redirections read and write.
#include <algorithm>
#include <span>

#include "base/text.h"
#include "shell/interpreter.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxRedirects = 256;  // of one command

// Those that are followed.
std::span<const Redirect> First(const std::vector<Redirect>& redirects) {
  return std::span(redirects).first(std::min(redirects.size(), kMaxRedirects));
}

bool IsNetwork(std::string_view path) { return path.starts_with("/dev/tcp/") || path.starts_with("/dev/udp/"); }

bool Writes(const Redirect& redirect) {
  if (redirect.op.find('>') == redirect.op.npos || (redirect.op == "<>" && redirect.fd < 1)) return false;
  const bool duplicate = redirect.op == ">&" && (ParseInt(redirect.target.raw) || redirect.target.raw == "-");
  return !duplicate && !redirect.target.raw.empty();
}

// <<- takes the tabs from the beginning of every line.
std::string WithoutTabs(std::string_view body) {
  std::string out;
  for (const char c : body) {
    if (c != '\t' || (!out.empty() && out.back() != '\n')) out += c;
  }
  return out;
}

}  // namespace

// {name}< sets the name to a free descriptor.
int Interpreter::NamedDescriptor(std::string_view name) {
  int fd = 10;
  while (frame.descriptors.contains(fd)) ++fd;
  frame.Assign(name, std::to_string(fd));
  return fd;
}

Stream Interpreter::ReadRedirects(const Statement& statement, const Stream& input) {
  Stream in = input;
  if (statement.redirects.size() > kMaxRedirects) Limit("too many redirections of one command");
  for (const Redirect& redirect : First(statement.redirects)) {
    auto expander = MakeExpander();
    Stream text;
    if (redirect.op == "<<" || redirect.op == "<<-") {
      const std::string body = redirect.op == "<<-" ? WithoutTabs(redirect.heredoc) : std::string(redirect.heredoc);
      text = {redirect.quoted ? body : expander.ExpandHeredoc(body)};
    } else if (redirect.op == "<<<") {
      text = {expander.ExpandWhole(redirect.target.raw) + "\n"};
    } else if (redirect.op == "<&") {
      const auto fd = ParseInt(expander.ExpandWhole(redirect.target.raw));
      const auto known = frame.descriptors.find(static_cast<int>(fd.value_or(-1)));
      text = known != frame.descriptors.end() ? known->second : Stream{Unknown()};
    } else if (redirect.op == "<" || redirect.op == "<>") {
      std::vector<Field> fields = expander.Expand(redirect.target);
      const Field source = fields.empty() ? Field{} : fields[0];
      const Stream* known = FileText(source.text);
      text = known != nullptr ? *known : Stream{Unknown()};
      if (source.substitution) text = {source.substituted};
      if (IsNetwork(source.text)) {
        text = {std::string(1, kDownloaded)};
        Report("network.dev-tcp", Risk::kHigh, "opens a raw network connection from the shell");
      }
      text.secret = Locate(source.text, source.glob, frame.cwd, world_).place == Place::kCredential;
      Touch(EffectKind::kRead, source, false);
    } else {
      continue;
    }
    if (!redirect.variable.empty())
      frame.descriptors[NamedDescriptor(redirect.variable)] = text;
    else if (redirect.fd > 0)
      frame.descriptors[redirect.fd] = text;
    else
      in = text;
  }
  return in;
}

void Interpreter::WriteTo(const Field& target, const Redirect& redirect, const Stream& output,
                          std::string_view command) {
  const bool append = redirect.op == ">>" || redirect.op == "&>>";
  if (IsNetwork(target.text)) {
    const bool shell = command == "bash" || command == "sh" || command == "zsh" || command == "exec";
    Report(shell ? "network.reverse-shell" : "network.dev-tcp", shell ? Risk::kCritical : Risk::kHigh,
           shell ? "hands a shell to another machine" : "sends data over a raw network connection");
    Touch(EffectKind::kUpload, target, false);
    return;
  }
  Touch(append ? EffectKind::kAppend : EffectKind::kOverwrite, target, false);
  if (redirect.fd == 2) return;
  const bool empty = command.empty() || command == ":" || command == "true";
  const Place place = Locate(target.text, target.glob, frame.cwd, world_).place;
  if (place == Place::kStartup || place == Place::kSchedule) {
    Report("persistence.startup", Risk::kModerate, "changes what runs at start-up");
    Stream none;
    if (!HasUnknown(output.text)) (void)RunText(output.text, none);
    for (std::string_view word : {"curl", "wget", "/dev/tcp", "nc ", "base64", "LD_PRELOAD", "sh -i"}) {
      if (place == Place::kStartup && !empty && Contains(output.text, word))
        Report("persistence.startup-code", Risk::kHigh, "plants code that runs at every start-up");
    }
  }
  const Stream written = frame.noclobber && redirect.op == ">" ? Stream{Unsure(output.text)} : output;
  files.Write(PathOf(target.text), written, append);
}

void Interpreter::WriteRedirects(const Statement& statement, const Stream& output, std::string_view command) {
  for (const Redirect& redirect : First(statement.redirects)) {
    if (!Writes(redirect)) continue;
    const std::vector<Field> fields = MakeExpander().Expand(redirect.target);
    if (!fields.empty()) WriteTo(fields[0], redirect, output, command);
  }
}

}  // namespace heddle::shell
