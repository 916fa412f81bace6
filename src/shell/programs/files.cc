// The files that a command writes, copies or fetches, so that what is run later on the same line is known.
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/programs.h"

namespace heddle::shell {
namespace {

struct Call {
  Interpreter& in;
  const std::vector<Field>& argv;
  const Stream& input;
  const Invocation& invocation;
};

void Tee(Call& call) {
  const bool append = HasFlag(call.invocation, "-a") || HasFlag(call.invocation, "--append");
  for (const Field& file : call.invocation.operands) call.in.files.Write(call.in.PathOf(file.text), call.input, append);
}

// dd of=FILE, sponge FILE.
void FromInput(Call& call) {
  for (const Field& operand : call.invocation.operands) {
    const bool dd = call.invocation.name == "dd";
    if (dd && !operand.text.starts_with("of=")) continue;
    Stream text = dd && call.argv.size() > 2 ? Stream{Unsure(call.input.text)} : call.input;  // if= and parts of it
    if (text.text.empty()) text.text = Unknown();
    call.in.files.Write(call.in.PathOf(dd ? operand.text.substr(3) : operand.text), text, false);
  }
}

void Copy(Call& call) {
  const auto& operands = call.invocation.operands;
  if (operands.size() < 2) return;
  const std::string to = call.in.PathOf(operands.back().text);
  const bool symbolic = call.invocation.name == "ln" && HasFlag(call.invocation, "-s");
  for (size_t i = 0; i + 1 < operands.size(); ++i) {
    if (symbolic) call.in.files.Link(call.in.PathOf(operands[i].text), to);
    if (operands[i].text == "/dev/stdin" || operands[i].text == "-") call.in.files.Write(to, call.input, false);
    const std::string from = call.in.PathOf(operands[i].text), inside = Cat({to, "/", Base(operands[i])});
    if (operands.size() == 2) call.in.files.Copy(from, to);  // more go into a folder
    call.in.files.Copy(from, inside);
    const std::string program = Base(operands[i]);
    const bool binary = Contains(from, "/bin/") || Contains(from, "/sbin/");
    if (call.in.files.Knows(from) || !(binary || call.in.rules().IsDangerous(program))) continue;
    call.in.files.Rename(program, to);
    call.in.files.Rename(program, inside);
  }
}

// curl and wget: the file named by an option, or the last part of the address.
void Fetch(Call& call) {
  std::string folder;
  for (std::string_view option : {"--output-dir", "-P", "--directory-prefix"}) {
    for (auto& value : ValuesOf(call.invocation, option)) folder = value + "/";
  }
  const bool wget = call.invocation.name == "wget";
  for (std::string_view option : {wget ? "-O" : "-o", wget ? "--output-document" : "--output"}) {
    for (auto& value : ValuesOf(call.invocation, option)) call.in.files.Download(call.in.PathOf(folder + value));
  }
  const bool remote_name = wget || HasFlag(call.invocation, "-O") || HasFlag(call.invocation, "--remote-name") ||
                           HasFlag(call.invocation, "--remote-name-all");
  for (const Field& address : call.invocation.operands) {
    const std::string path = address.text.substr(0, address.text.find_first_of("?#"));
    if (!remote_name) continue;
    const std::string name = call.in.PathOf(folder + path.substr(path.rfind('/') + 1));
    call.in.files.Download(name);
    const Place place = Locate(name, false, call.in.frame.cwd, call.in.world()).place;
    if (place != Place::kOrdinary && place != Place::kHomeEntry) call.in.Touch(EffectKind::kOverwrite, {name}, false);
  }
}

// Unpacks what comes from the network: everything below the folder is downloaded.
void Unpack(Call& call) {
  std::string folder = ".";
  for (std::string_view option : {"-C", "--directory", "-d", "-D"}) {
    for (auto& value : ValuesOf(call.invocation, option)) folder = value;
  }
  bool downloaded = call.input.text.find(kDownloaded) != std::string::npos;
  std::vector<std::string> archives = ValuesOf(call.invocation, "-f");
  for (auto& file : ValuesOf(call.invocation, "--file")) archives.push_back(std::move(file));
  for (const Field& operand : call.invocation.operands) archives.push_back(operand.text);
  for (const auto& archive : archives) {
    const Stream* known = call.in.files.Find(call.in.PathOf(archive));
    downloaded |= known != nullptr && known->text.find(kDownloaded) != std::string::npos;
  }
  if (downloaded) call.in.files.DownloadFolder(call.in.PathOf(folder));
}

// git clone URL [FOLDER]
void Clone(Call& call) {
  const auto& operands = call.invocation.operands;
  if (operands.size() < 2 || operands[0].text != "clone") return;
  std::string folder = operands.back().text;
  if (operands.size() == 2) {
    while (folder.ends_with("/")) folder.pop_back();
    folder = folder.substr(folder.find_last_of("/:") + 1);
    if (folder.ends_with(".git")) folder.resize(folder.size() - 4);
  }
  call.in.files.DownloadFolder(call.in.PathOf(folder));
}

// Other ways to bring a file from the network: their last operand is where it goes.
void Receive(Call& call) {
  if (!call.invocation.operands.empty()) call.in.files.Download(call.in.PathOf(call.invocation.operands.back().text));
  for (std::string_view option : {"-o", "--out", "-d"}) {
    for (auto& value : ValuesOf(call.invocation, option)) call.in.files.Download(call.in.PathOf(value));
  }
}

// A client of a database runs the statements on its input.
void Feed(Call& call) {
  if (call.input.text.find(kDownloaded) != std::string::npos)
    call.in.Report("exec.downloaded-recipe", Risk::kModerate, "runs recipes that it downloads");
  if (call.input.text.empty() || HasUnknown(call.input.text)) return;
  auto fed = call.argv;
  fed.push_back({call.input.text});
  (void)call.in.ApplyRules(fed, {});
}

void Schedule(Call& call) {
  Stream none;
  if (!call.input.text.empty()) (void)call.in.RunScriptApart(call.input.text, none);
}

// git config core.pager 'command': what it is set to may be run.
void SetGit(Call& call) {
  const auto& words = call.invocation.operands;
  size_t at = !words.empty() && words[0].text == "config" ? 1 : words.size();
  if (at < words.size() && words[at].text == "set") ++at;
  if (at + 1 < words.size()) ApplyGitSetting(call.in, Cat({words[at].text, "=", words[at + 1].text}));
}

struct Row {
  std::string_view names;
  void (*note)(Call&);
};

constexpr Row kRows[] = {
    {"tee", Tee},
    {"dd sponge", FromInput},
    {"cp mv install ln gcp gmv", Copy},
    {"curl wget", Fetch},
    {"tar bsdtar gtar unzip 7z cpio bsdcpio", Unpack},
    {"git", Clone},
    {"git", SetGit},
    {"aria2c scp sftp fetch http https rclone", Receive},
    {"psql mysql mariadb sqlite3 mongosh mongo redis-cli clickhouse-client duckdb cqlsh sqlcmd isql isql-fb trino presto "
     "beeline hive impala-shell snowsql sqlplus", Feed},
    {"at batch", Schedule},
};

}  // namespace

void NoteFiles(Interpreter& in, const std::vector<Field>& argv, const Invocation& invocation, const Stream& input) {
  const std::string name = Base(argv[0]);
  for (const Row& row : kRows) {
    if (!InList(row.names, name)) continue;
    Call call{in, argv, input, invocation};
    row.note(call);
  }
}

}  // namespace heddle::shell
