// What redirections read and write.
#include "base/text.h"
#include "shell/interpreter.h"

namespace heddle::shell {

Stream Interpreter::ReadRedirects(const Statement& statement, const Stream& input) {
  Stream in = input;
  for (const Redirect& redirect : statement.redirects) {
    auto expander = MakeExpander();
    if (redirect.op == "<<" || redirect.op == "<<-") {
      in = {expander.ExpandHeredoc(redirect.heredoc)};
    } else if (redirect.op == "<<<") {
      in = {expander.ExpandWhole(redirect.target.raw) + "\n"};
    } else if (redirect.op == "<" || redirect.op == "<>") {
      std::vector<Field> fields = expander.Expand(redirect.target);
      const Field source = fields.empty() ? Field{} : fields[0];
      const auto known = written_.find(source.text);
      in = known != written_.end() ? Stream{known->second} : Stream{std::string(1, kUnknown)};
      if (!source.substituted.empty()) in = {source.substituted};
      if (downloaded_.contains(source.text)) in = {std::string(1, kDownloaded)};
      if (source.text.starts_with("/dev/tcp/") || source.text.starts_with("/dev/udp/")) {
        in = {std::string(1, kDownloaded)};
        Report("network.dev-tcp", Risk::kHigh, "opens a raw network connection from the shell");
      }
      in.secret = Locate(source.text, source.glob, cwd_, world_).place == Place::kCredential;
      Touch(EffectKind::kRead, source, false);
    }
  }
  return in;
}

void Interpreter::WriteRedirects(const Statement& statement, const Stream& output, std::string_view command) {
  for (const Redirect& redirect : statement.redirects) {
    const bool append = redirect.op == ">>" || redirect.op == "&>>";
    const bool duplicate = redirect.op == ">&" && !redirect.target.raw.empty() &&
                           (ParseInt(redirect.target.raw) || redirect.target.raw == "-");
    if (duplicate || redirect.op.find('>') == redirect.op.npos || redirect.op == "<>") continue;
    auto expander = MakeExpander();
    std::vector<Field> fields = expander.Expand(redirect.target);
    if (fields.empty()) continue;
    const Field& target = fields[0];
    if (target.text.starts_with("/dev/tcp/") || target.text.starts_with("/dev/udp/")) {
      const bool shell = command == "bash" || command == "sh" || command == "zsh" || command == "exec";
      Report(shell ? "network.reverse-shell" : "network.dev-tcp", shell ? Risk::kCritical : Risk::kHigh,
             shell ? "hands a shell to another machine" : "sends data over a raw network connection");
      Touch(EffectKind::kUpload, target, false);
      continue;
    }
    if (redirect.fd == 2)
      continue;  // where errors go is of no interest unless it is an overwrite of something that matters
    const bool empty = command.empty() || command == ":" || command == "true";
    Touch(append ? EffectKind::kAppend : EffectKind::kOverwrite, target, false);
    const Place place = Locate(target.text, target.glob, cwd_, world_).place;
    if (place == Place::kStartup || place == Place::kSchedule) {
      Report("persistence.startup", Risk::kModerate, "changes what runs at start-up");
      if (!HasUnknown(output.text)) (void)RunText(output.text);
      if (place == Place::kStartup && !empty) {
        for (std::string_view word : {"curl", "wget", "/dev/tcp", "nc ", "base64", "LD_PRELOAD", "sh -i"}) {
          if (Contains(output.text, word))
            Report("persistence.startup-code", Risk::kHigh, "plants code that runs at every start-up");
        }
      }
    }
    written_[target.text] = (append ? written_[target.text] : "") + output.text;
    if (output.text.find(kDownloaded) != std::string::npos) downloaded_.insert(target.text);
  }
  for (const Redirect& redirect : statement.redirects) {
    if (redirect.fd != 2 || redirect.op.find('>') == redirect.op.npos || redirect.op == ">&") continue;
    auto fields = MakeExpander().Expand(redirect.target);
    if (!fields.empty()) Touch(redirect.op == ">>" ? EffectKind::kAppend : EffectKind::kOverwrite, fields[0], false);
  }
}

}  // namespace heddle::shell
