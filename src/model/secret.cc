#include "model/secret.h"

#include "base/text.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/processes.h"

namespace heddle::model {
namespace {

Result<std::string> FirstLine(std::string_view text, std::string_view source) {
  const std::string_view line = Trim(Split(text, '\n').front());
  if (line.empty()) return Error{Code::kInvalid, Cat({"key from ", source, ": there is nothing in it"})};
  for (const char c : line) {
    // It becomes a header.
    if (c <= ' ' || c == 0x7F)
      return Error{Code::kInvalid, Cat({"key from ", source, ": it holds blanks or control characters"})};
  }
  return std::string(line);
}

}  // namespace

Result<std::string> ReadSecret(std::string_view source) {
  if (source.empty()) return std::string();
  const size_t colon = source.find(':');
  const std::string_view kind = source.substr(0, colon);
  const std::string what(colon == source.npos ? std::string_view() : source.substr(colon + 1));
  if (kind == "env" && !what.empty()) {
    if (!sys::HasEnv(what.c_str()))
      return Error{Code::kInvalid, Cat({"key from ", source, ": the variable is not set"})};
    return FirstLine(sys::Env(what.c_str()), source);
  }
  if (kind == "file" && !what.empty()) {
    const std::string path = what.starts_with("~/") ? sys::HomeDirectory() + what.substr(1) : what;
    const sys::FileInfo info = sys::SystemFiles().LookThrough(path);
    if (info.kind != sys::FileKind::kFile) return Error{Code::kNotFound, Cat({"key from ", source, ": no such file"})};
    if ((info.mode & 077) != 0)
      return Error{Code::kDenied, Cat({"key from ", source, ": others may read it; run chmod 600 ", path})};
    TRY_ASSIGN(const std::string text, sys::SystemFiles().Read(path, 4096));
    return FirstLine(text, source);
  }
  if (kind == "command" && !what.empty()) {
    std::vector<std::string> argv;
    for (const std::string_view word : SplitWords(what)) argv.emplace_back(word);
    const auto done = sys::Run(argv, {});
    if (!done || done->exit_code != 0)
      return Error{Code::kUnavailable, Cat({"key from ", source, ": the command failed"})};
    return FirstLine(done->out, source);
  }
  return Error{Code::kInvalid, "a key's source is env:NAME, file:PATH or command:WORDS"};
}

}  // namespace heddle::model
