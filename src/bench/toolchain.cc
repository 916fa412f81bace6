#include "bench/toolchain.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "bench/embedded.h"
#include "sys/files.h"
#include "sys/processes.h"

namespace heddle::bench {
namespace {

constexpr EmbeddedFile kFiles[] = {
#include "languages.inc"
};

const boost::json::object& Table() {
  static const boost::json::value table =
      boost::json::parse(boost::json::string_view(Embedded(kFiles, "toolchains.json")));
  return table.as_object();
}

std::vector<std::string> Words(const boost::json::object& row, std::string_view name) {
  std::vector<std::string> out;
  if (const auto* list = row.if_contains(name))
    for (const auto& word : list->as_array()) out.emplace_back(word.as_string());
  return out;
}
std::string Text(const boost::json::object& row, std::string_view name) {
  const auto* found = row.if_contains(name);
  return found == nullptr ? std::string() : std::string(found->as_string());
}

bool InSystem(std::string_view path) {
  for (const std::string_view root : {"/usr/", "/bin/", "/lib/"})
    if (path.starts_with(root)) return true;
  return false;
}

// The first word as a path that exists inside a cell.
Result<> Resolve(std::vector<std::string>& words, const std::string& sysroot) {
  if (words.empty() || words[0].starts_with('/')) return {};
  std::string path = sysroot.empty() ? sys::FindExecutable(words[0]) : Cat({sysroot, "/bin/", words[0]});
  if (path.empty()) return Error{Code::kUnavailable, Cat({words[0], " is not installed"})};
  if (sysroot.empty()) path = sys::SystemFiles().Resolve(path);
  if (sysroot.empty() && !InSystem(path))
    return Error{Code::kUnavailable, Cat({words[0], " lies outside /usr (", path, "), where cells do not reach"})};
  words[0] = path;
  return {};
}

}  // namespace

bool KnownLanguage(std::string_view language) { return language == "python" || Table().contains(language); }

Result<Toolchain> FindToolchain(const std::string& language) {
  const auto* found = Table().if_contains(language);
  if (found == nullptr) return Error{Code::kInvalid, Cat({"the language ", ForTerminal(language), " is not known"})};
  const boost::json::object& row = found->as_object();
  Toolchain out{.language = language,
                .source = Text(row, "source"),
                .compile = Words(row, "compile"),
                .run = Words(row, "run"),
                .readable = Words(row, "readable")};
  out.address_space = row.contains("address_space");
  const auto programs = Words(row, "programs");
  for (const std::string& program : programs)
    if (sys::FindExecutable(program).empty()) return Error{Code::kUnavailable, Cat({program, " is not installed"})};
  std::string sysroot;
  if (const auto ask = Words(row, "sysroot"); !ask.empty()) {
    const auto said = sys::Run(ask, {.timeout_ms = 20'000});
    if (!said || said->exit_code != 0) return Error{Code::kUnavailable, Cat({ask[0], " cannot be run"})};
    sysroot = std::string(Trim(said->out));
    out.readable.push_back(sysroot);
  }
  const auto version = sys::Run({programs[0], Text(row, "version")}, {.timeout_ms = 20'000});
  if (!version || version->exit_code != 0) return Error{Code::kUnavailable, Cat({programs[0], " cannot be run"})};
  const std::string said = version->out.empty() ? version->err : version->out;
  out.version = ForTerminal(Trim(said.substr(0, said.find('\n'))));
  TRY(Resolve(out.compile, sysroot));
  TRY(Resolve(out.run, out.run.empty() || out.run[0] != programs[0] ? std::string() : sysroot));
  if (const std::string runner = Text(row, "runner"); !runner.empty()) out.runner = Embedded(kFiles, runner);
  if (const std::string driver = Text(row, "driver"); !driver.empty()) out.driver = Embedded(kFiles, driver);
  out.wrap = Embedded(kFiles, language + ".wrap");
  if (const auto rename = Words(row, "rename"); rename.size() == 2) out.rename = {rename[0], rename[1]};
  return out;
}

}  // namespace heddle::bench
