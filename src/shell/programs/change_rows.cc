// The programs whose changes to files are described, by the manuals of GNU coreutils, sed, gzip and rsync.
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/change_call.h"
#include "shell/programs/programs.h"

namespace heddle::shell {
namespace {

using Kind = FileChange::Kind;
using Landing = FileChange::Landing;

void Nothing(ChangeCall&) {}

// rm refuses "." and "..", with or without a way there, and "/", whatever its options are.
bool RmRefuses(std::string_view word) {
  while (word.size() > 1 && word.ends_with('/')) word.remove_suffix(1);
  return word == "/" || word == "." || word == ".." || word.ends_with("/.") || word.ends_with("/..");
}

void Remove(ChangeCall& call) {
  const bool recursive = call.Has("-r") || call.Has("-R") || call.Has("--recursive");
  for (const Field& operand : call.operands()) {
    if (!RmRefuses(operand.text)) call.Add(Kind::kRemove, operand, recursive);
  }
}

void RemoveOne(ChangeCall& call) { call.Each(Kind::kRemove); }

// rmdir -p a/b/c removes a/b/c, a/b and a.
void RemoveFolders(ChangeCall& call) {
  const bool parents = call.Has("-p") || call.Has("--parents");
  for (Field operand : call.operands()) {
    call.Add(Kind::kRemove, operand);
    while (parents && operand.text.find('/') != operand.text.npos) {
      operand.text.resize(operand.text.rfind('/'));
      call.Add(Kind::kRemove, operand);
    }
  }
}

void Write(ChangeCall& call) { call.Each(Kind::kWrite); }

// uniq and xxd: INPUT OUTPUT. The value of an option may stand among the operands: one file more is kept then.
void WriteLater(ChangeCall& call) { call.Each(Kind::kWrite, 1); }

void DiskDump(ChangeCall& call) {
  for (const Field& operand : call.operands()) {
    if (operand.text.starts_with("of=")) call.Add(Kind::kWrite, {operand.text.substr(3)});
  }
}

void Make(ChangeCall& call) { call.Each(Kind::kMake); }
void Touch(ChangeCall& call) { call.Each(Kind::kAttributes); }

// chmod, chown and chgrp name the mode or owner first.
void SetAttributes(ChangeCall& call) { call.Each(Kind::kAttributes, 1, call.Has("-R") || call.Has("--recursive")); }

// cp, mv, install and ln: sources, then where they go.
void Land(ChangeCall& call) {
  const std::string& name = call.invocation.name;
  if (name == "install" && (call.Has("-d") || call.Has("--directory"))) return Make(call);
  std::vector<Field> sources = call.operands();
  auto folders = ValuesOf(call.invocation, "-t");
  for (auto& folder : ValuesOf(call.invocation, "--target-directory")) folders.push_back(std::move(folder));
  FileChange change{.kind = name == "mv" ? Kind::kMove : Kind::kLand, .landing = Landing::kInside};
  if (!folders.empty()) {
    change.to = call.in.Named({folders.back()});
  } else if (name == "ln" && sources.size() == 1) {
    change.to = call.in.Named({"."});
  } else if (sources.size() > 1) {
    change.to = call.in.Named(sources.back());
    sources.pop_back();
    const bool exactly = call.Has("-T") || call.Has("--no-target-directory");
    change.landing = exactly ? Landing::kExactly : Landing::kEither;
    if (sources.size() > 1 && !exactly) change.landing = Landing::kInside;
  } else {
    return;
  }
  change.recursive = name == "mv" || call.Has("-r") || call.Has("-R") || call.Has("-a") || call.Has("--recursive") ||
                     call.Has("--archive");
  for (const Field& source : sources) {
    change.paths = call.in.Named(source);
    if (!source.text.empty()) call.in.Change(change);
  }
}

// Between folders of this machine: a source that ends in '/' means what is in it.
void Synchronize(ChangeCall& call) {
  const auto& words = call.operands();
  const auto remote = [](const Field& word) { return word.text.find(':') != word.text.npos; };
  if (words.size() < 2 || std::any_of(words.begin(), words.end(), remote))
    return call.Unknown("rsync with another machine is not followed");
  const bool deletes = call.Has("--delete");
  if (deletes) call.Add(Kind::kWrite, {words.back().text + "/"}, true);
  FileChange change{.kind = Kind::kLand, .to = call.in.Named(words.back()), .recursive = true};
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    Field source = words[i];
    const bool contents = source.text.ends_with("/");
    if (contents) source.text += ".";
    change.paths = call.in.Named(source);
    change.landing = contents ? Landing::kExactly : Landing::kEither;
    call.in.Change(change);
    change.landing = Landing::kInside;  // rsync makes the folder for a folder
    if (!contents) call.in.Change(change);
  }
}

// -i, -i.bak, -Ei.bak, --in-place=.bak. Nothing: it edits no file in place.
std::optional<std::string> BackupSuffix(const std::vector<Field>& argv) {
  for (size_t i = 1; i < argv.size() && argv[i].text != "--"; ++i) {
    const std::string& word = argv[i].text;
    if (word.starts_with("--in-place")) return word.size() > 11 ? word.substr(11) : "";
    const size_t letter = word.find_first_not_of("nErsuz", 1);
    if (word.size() > 1 && word[0] == '-' && letter != word.npos && word[letter] == 'i') return word.substr(letter + 1);
  }
  return std::nullopt;
}

// Files that `w` names are seen to where the script is read (RunLanguage).
void Sed(ChangeCall& call) {
  const auto suffix = BackupSuffix(call.argv);
  if (call.Has("-f") || call.Has("--file")) return call.Unknown("it is not known what is in the script of sed");
  if (!suffix) return;
  if (suffix->find('/') != suffix->npos) return call.Unknown("sed keeps its backups elsewhere");
  const size_t from = call.Has("-e") || call.Has("--expression") ? 0 : 1;
  call.Each(Kind::kWrite, from);
  for (size_t i = from; i < call.operands().size() && !suffix->empty(); ++i) {
    Field backup = call.operands()[i];
    const size_t name_at = backup.text.rfind('/') + 1;  // 0 where there is none
    const std::string name = backup.text.substr(name_at);
    const bool pattern = suffix->find('*') != suffix->npos;
    backup.text = backup.text.substr(0, name_at) + (pattern ? ReplaceAll(*suffix, "*", name) : name + *suffix);
    call.Add(Kind::kWrite, backup);
  }
}

// s/a/b/flags or y/a/b/ and nothing else: code that writes nothing of its own.
bool IsSubstitution(std::string_view code) {
  code = Trim(code);
  while (code.ends_with(';')) code.remove_suffix(1);
  const size_t name = code.starts_with("tr") ? 2 : 1;
  if (code.size() < 5 || (code[0] != 's' && code[0] != 'y' && !code.starts_with("tr"))) return false;
  const char mark = code[name];
  if (std::string_view("/|#,!%:").find(mark) == std::string_view::npos) return false;
  size_t at = name + 1;
  for (int part = 0; part < 2; ++part) {
    while (at < code.size() && code[at] != mark) at += code[at] == '\\' ? 2 : 1;
    ++at;
  }
  const bool code_inside =
      Contains(code, "(?{") || Contains(code, "(??{") || Contains(code, "@{") || Contains(code, "${");
  return at <= code.size() && code.substr(at).find_first_not_of("gimsxr") == code.npos && !code_inside;
}

// The words of a call of perl: whether it edits in place, its code, its files. Nothing: an option that is not known
// here.
struct PerlCall {
  bool in_place = false;
  std::vector<std::string> codes{};
  size_t files = 0;  // the index of the first
};

std::optional<PerlCall> ReadPerl(const std::vector<Field>& argv) {
  PerlCall out;
  size_t i = 1;
  for (; i < argv.size() && argv[i].text.size() > 1 && argv[i].text[0] == '-'; ++i) {
    const std::string& word = argv[i].text;
    if (word == "--") {
      ++i;
      break;
    }
    const size_t code = word.find('e', 1);
    const std::string_view letters = std::string_view(word).substr(1, code == word.npos ? word.npos : code - 1);
    if (letters.find_first_not_of("inplaw0") != letters.npos) return std::nullopt;
    const size_t edit = letters.find('i');
    if (edit != letters.npos && edit + 1 < letters.size()) return std::nullopt;  // the suffix of a backup
    out.in_place |= edit != letters.npos;
    if (edit != letters.npos && code != word.npos) return std::nullopt;  // "-ie": a suffix, too
    if (code == word.npos) continue;
    const bool next = code + 1 == word.size() && i + 1 < argv.size();
    out.codes.push_back(next ? argv[++i].text : word.substr(code + 1));
  }
  out.files = i;
  return out;
}

void Perl(ChangeCall& call) {
  const auto read = ReadPerl(call.argv);
  if (!read || read->codes.empty() || !std::all_of(read->codes.begin(), read->codes.end(), IsSubstitution))
    return call.Unknown("it is not known which files the code for perl changes");
  for (size_t i = read->files; i < call.argv.size() && read->in_place; ++i) call.Add(Kind::kWrite, call.argv[i]);
}

struct Packer {
  std::string_view names, suffix;
  bool unpacks, removes;  // by default
};
constexpr Packer kPackers[] = {
    {"gzip pigz", ".gz", false, true}, {"gunzip", ".gz", true, true},   {"bzip2", ".bz2", false, true},
    {"bunzip2", ".bz2", true, true},   {"xz", ".xz", false, true},      {"unxz", ".xz", true, true},
    {"zstd", ".zst", false, false},    {"unzstd", ".zst", true, false},
};

void Pack(ChangeCall& call) {
  const auto* packer = std::find_if(std::begin(kPackers), std::end(kPackers),
                                    [&](const Packer& row) { return InList(row.names, call.invocation.name); });
  if (call.Has("-c") || call.Has("-t") || call.Has("-l") || call.Has("--stdout")) return;
  const bool unpacks = packer->unpacks || call.Has("-d") || call.Has("--decompress");
  const bool removes = (packer->removes || call.Has("--rm")) && !call.Has("-k") && !call.Has("--keep");
  for (Field file : call.operands()) {
    if (removes) call.Add(Kind::kRemove, file);
    if (unpacks && !file.text.ends_with(packer->suffix))
      return call.Unknown(
          Cat({"it is not known what ", call.invocation.name, " makes of a name without ", packer->suffix}));
    if (unpacks)
      file.text.resize(file.text.size() - packer->suffix.size());
    else
      file.text += packer->suffix;
    call.Add(Kind::kWrite, file);
  }
}

// git checkout -- FILE and git restore FILE put files back as they were added.
void Git(ChangeCall& call) {
  const auto& argv = call.argv;
  size_t at = 2;
  const bool restore = argv.size() > 2 && argv[1].text == "restore";
  const bool checkout = argv.size() > 3 && argv[1].text == "checkout" && argv[2].text == "--";
  if (checkout || (restore && argv[2].text == "--")) ++at;
  const bool plain = std::all_of(argv.begin() + static_cast<std::ptrdiff_t>(std::min(at, argv.size())), argv.end(),
                                 [](const Field& word) {
                                   const bool magic = !word.glob && word.text.find_first_of("*?[") != word.text.npos;
                                   return !word.text.starts_with(":") && !word.text.starts_with("-") && !magic;
                                 });
  if (!plain || !(checkout || restore)) return call.Unknown("it is not known which files git changes");
  for (; at < argv.size(); ++at)
    call.in.Change(
        {.kind = Kind::kWrite, .paths = call.in.Named(argv[at]), .why = "it is not known which files git changes"});
}

void Awk(ChangeCall& call) {
  const std::string program = call.operands().empty() ? "" : call.operands()[0].text;
  const bool more = Contains(program, "system") || Contains(program, "getline") || HasUnknown(program);
  if (more || PrintsTo(program, ">|")) call.Unknown("it is not known which files the program of awk changes");
}

void Shred(ChangeCall& call) { call.Unknown("shred is meant to leave nothing of its files"); }
void NeverKnown(ChangeCall& call) {
  call.Unknown(Cat({"it is not known which files ", call.invocation.name, " changes"}));
}
void NoHangup(ChangeCall& call) { call.Add(Kind::kWrite, {"nohup.out"}); }

constexpr ChangeRow kRows[] = {
    {"rm grm", "dfiIrRv", "--recursive --force --verbose --dir --interactive --one-file-system --preserve-root",
     Remove},
    {"unlink", "", "", RemoveOne},
    {"rmdir", "pv", "--parents --verbose --ignore-fail-on-non-empty", RemoveFolders},
    {"mv gmv", "finTtuv",
     "--force --interactive --no-clobber --update --verbose --target-directory --no-target-directory "
     "--strip-trailing-slashes",
     Land},
    {"cp gcp", "adfiHlLnPpRrstTuvx",
     "--archive --force --interactive --no-clobber --update --verbose --recursive --target-directory "
     "--no-target-directory --preserve --no-preserve --remove-destination --reflink --sparse --dereference "
     "--no-dereference --link --symbolic-link --one-file-system --attributes-only",
     Land},
    {"ln", "fiLnPrsTtv",
     "--force --interactive --symbolic --relative --no-dereference --verbose --target-directory --no-target-directory",
     Land},
    {"install", "CcDdgmopTtv",
     "--compare --directory --group --mode --owner --preserve-timestamps --target-directory --verbose", Land},
    {"rsync", "aAcDghHilnoprStuvWxXz",
     "--archive --recursive --verbose --progress --update --checksum --times --perms --links --stats --delete "
     "--compress "
     "--human-readable",
     Synchronize},
    {"tee gtee", "aip", "--append --ignore-interrupts", Write},
    {"sponge", "a", "", Write},
    {"truncate", "cors", "--size --no-create --io-blocks --reference", Write},
    {"dd", "", "", DiskDump},
    {"sed gsed", "*", "", Sed},
    {"uniq guniq", "cdDfisuwz", "--count --repeated --unique --ignore-case --skip-fields --skip-chars --check-chars",
     WriteLater},
    {"xxd", "abcceEgilopPrRsu", "", WriteLater},
    {"perl", "*", "", Perl},
    {"gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd pigz", "cdfklqtTvn0123456789",
     "--rm --keep --force --verbose --quiet --stdout --decompress --best --fast", Pack},
    {"git", "*", "", Git},
    {"touch gtouch", "acdmrt", "--date --no-create --reference --time", Touch},
    {"mkdir gmkdir", "mpv", "--mode --parents --verbose", Make},
    {"mkfifo", "m", "--mode", Make},
    {"chmod chown chgrp", "cfhRv", "--recursive --changes --quiet --silent --verbose --no-dereference", SetAttributes},
    {"awk gawk mawk nawk", "Fv", "--assign --field-separator", Awk},
    {"shred", "*", "", Shred},
    {"rdfind exiftool dc ed ex", "*", "", NeverKnown},
    {"nohup", "", "", NoHangup},
    {"exec setsid chrt", "*", "", Nothing},  // wrappers: what they run is followed
    {"kill pkill killall renice wait export unset alias unalias set disown bg fg sync umask ulimit notify-send", "*",
     "", Nothing},
};

// Programs that mostly look, and their options that write; what these write is not described.
struct Looker {
  std::string_view names, writing;
};
constexpr Looker kLookers[] = {
    {"yq", "-i --inplace --in-place -s --split-exp"},
    {"xmllint", "-o --output"},
    {"fdupes", "-d --delete -I --immediate"},
    {"jdupes", "-d --delete -L --linkhard -l --linksoft -B --dedupe"},
};

const Looker* FindLooker(std::string_view program) {
  const auto* found = std::find_if(std::begin(kLookers), std::end(kLookers),
                                   [&](const Looker& row) { return InList(row.names, program); });
  return found == std::end(kLookers) ? nullptr : found;
}

void Look(ChangeCall& call) {
  for (const auto option : SplitWords(FindLooker(call.invocation.name)->writing)) {
    if (call.Has(option)) return call.Unknown(Cat({call.invocation.name, " changes files with ", option}));
  }
}
constexpr ChangeRow kLook{"", "*", "", Look};

}  // namespace

const ChangeRow* FindChangeRow(std::string_view program) {
  if (FindLooker(program) != nullptr) return &kLook;
  const auto* found = std::find_if(std::begin(kRows), std::end(kRows),
                                   [&](const ChangeRow& row) { return InList(row.names, program); });
  return found == std::end(kRows) ? nullptr : found;
}

}  // namespace heddle::shell
