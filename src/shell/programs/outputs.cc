// What commands print, where that follows from their words and input: how texts built from pieces are put together
// again. A model is exact or gives an unknown text; it never guesses.
#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/programs.h"
#include "shell/programs/text_tools.h"

namespace heddle::shell {
namespace {

struct Call {
  Interpreter& in;
  const std::vector<Field>& argv;
  const Stream& input;
  const Invocation& invocation;

  bool Has(std::string_view option) const { return HasFlag(invocation, option); }
  std::string Value(std::string_view option) const {
    const auto values = ValuesOf(invocation, option);
    return values.empty() ? "" : values.back();
  }
  const std::vector<Field>& operands() const { return invocation.operands; }
};

// The text of the files from operand `from` on, or of the input.
std::string Source(const Call& call, size_t from = 0) {
  if (call.operands().size() <= from) return call.input.text;
  std::string out;
  for (size_t i = from; i < call.operands().size(); ++i) {
    const Field& file = call.operands()[i];
    if (file.substitution) {
      out += file.substituted;
    } else if (file.text == "-" || file.text == "/dev/stdin") {
      out += call.input.text;
    } else if (Locate(file.text, file.glob, call.in.frame.cwd, call.in.world()).place == Place::kCredential) {
      out += kSecret;
    } else if (const Stream* known = file.glob ? nullptr : call.in.FileText(file.text)) {
      out += known->text;
    } else {
      out += kUnknown;
    }
  }
  return out;
}

std::string Echo(const Call& call) {
  size_t i = 1;
  bool escapes = false, newline = true;
  for (; i < call.argv.size(); ++i) {
    const std::string& text = call.argv[i].text;
    if (text.size() < 2 || text[0] != '-' || text.find_first_not_of("neE", 1) != text.npos) break;
    escapes |= text.find('e') != text.npos;
    newline &= text.find('n') == text.npos;
  }
  std::string out;
  for (size_t k = i; k < call.argv.size(); ++k) out += (k > i ? " " : "") + Printed(call.argv[k]);
  // sh's own echo reads escapes without being asked.
  if (escapes) out = DecodeEscapes(out, true);
  return newline ? out + "\n" : out;
}

std::string PrintF(const Call& call) {
  std::vector<std::string> words;
  for (size_t i = 1; i < call.argv.size(); ++i) words.push_back(Printed(call.argv[i]));
  if (!words.empty() && words[0] == "--") words.erase(words.begin());
  return FormatWords(words);
}

std::string Base64(const Call& call) {
  const std::string text = Source(call);
  if (text.find(kSecret) != text.npos) return std::string(1, kSecret);
  if (!call.Has("-d") && !call.Has("-D") && !call.Has("--decode"))
    return HasUnknown(text) ? Unknown() : EncodeBase64(text);
  if (text.find(kDownloaded) != text.npos) return std::string(1, kDownloaded);
  if (text.empty() || HasUnknown(text)) return std::string(1, kDecoded);
  return DecodeBase64(text).value_or(std::string(1, kDecoded));
}

std::string OpenSsl(const Call& call) {
  const bool base64 = call.operands().size() == 1 && (call.operands()[0].text == "base64" || call.Has("-base64"));
  const bool decodes = call.Has("-d") || call.Has("-D");
  if (call.input.text.find(kDownloaded) != std::string::npos) return std::string(1, kDownloaded);
  if (!decodes) return Unknown();
  if (!base64 || HasUnknown(call.input.text)) return std::string(1, kDecoded);
  return DecodeBase64(call.input.text).value_or(std::string(1, kDecoded));
}

std::string Decoded(const Call& call) {
  const std::string text = Source(call);
  if (text.find(kDownloaded) != text.npos) return std::string(1, kDownloaded);
  return std::string(1, kDecoded);
}

std::string Xxd(const Call& call) {
  const std::string text = Source(call);
  if (!call.Has("-r")) return Unknown();
  if (HasUnknown(text) || text.empty() || !call.Has("-p")) return std::string(1, kDecoded);
  return DecodeHex(text);
}

std::string Reverse(const Call& call) {
  const std::string text = Source(call);
  return HasUnknown(text)
             ? Unknown()
             : MapLines(text, [](std::string_view line) { return std::string(line.rbegin(), line.rend()); });
}

std::string ReverseLines(const Call& call) {
  const std::string text = Source(call);
  if (HasUnknown(text) || !call.invocation.flags.empty()) return Unknown();
  auto lines = LinesOf(text);
  std::reverse(lines.begin(), lines.end());
  return JoinLines(lines);
}

// One line stays what it is, whatever the order.
std::string Ordered(const Call& call) {
  const std::string text = Source(call);
  return LinesOf(text).size() <= 1 && !call.Has("-c") && !call.Has("-z") ? text : Unknown();
}

std::string PassThrough(const Call& call) { return call.input.text; }

std::string HeadTail(const Call& call) {
  const std::string text = Source(call);
  if (HasUnknown(text)) return text.find(kDownloaded) != text.npos ? text : Unknown();
  const bool head = call.invocation.name == "head";
  std::string count = call.Value("-n").empty() ? call.Value("--lines") : call.Value("-n");
  const std::string bytes = call.Value("-c").empty() ? call.Value("--bytes") : call.Value("-c");
  for (const Flag& flag : call.invocation.flags) {
    if (flag.value.empty() && ParseInt(std::string_view(flag.name).substr(1))) count = flag.name.substr(1);
  }
  return head ? Head(text, count, bytes) : Tail(text, count, bytes);
}

std::string TranslateText(const Call& call) {
  std::vector<std::string> sets;
  for (const Field& operand : call.operands()) sets.push_back(operand.text);
  const bool deletes = call.Has("-d") || call.Has("--delete");
  const bool plain = call.invocation.flags.empty() || (deletes && call.invocation.flags.size() == 1);
  if (!plain || sets.empty() || HasUnknown(call.input.text)) {
    return call.input.text.find(kDownloaded) != std::string::npos ? call.input.text : Unknown();
  }
  return Translate(call.input.text, sets[0], sets.size() > 1 ? sets[1] : "", deletes);
}

std::string Sed(const Call& call) {
  std::vector<std::string> programs = ValuesOf(call.invocation, "-e");
  for (auto& program : ValuesOf(call.invocation, "--expression")) programs.push_back(std::move(program));
  size_t files = 0;
  if (programs.empty() && !call.operands().empty()) {
    programs.push_back(call.operands()[0].text);
    files = 1;
  }
  const std::string text = Source(call, files);
  if (text.find(kDownloaded) != text.npos) return text;
  // Several programs work on each line one after the other, which is not modelled.
  if (programs.size() != 1 || call.Has("-n") || call.Has("-E") || call.Has("-r") || call.Has("-f") ||
      call.Has("--file") || HasUnknown(text) || HasUnknown(programs[0])) {
    return Unknown();
  }
  return Substitute(text, programs[0]);
}

std::string Cut(const Call& call) {
  const std::string text = Source(call);
  if (HasUnknown(text) || call.Has("--complement") || call.Has("-s") || call.Has("--output-delimiter"))
    return Unknown();
  const std::string characters = call.Value("-c") + call.Value("-b") + call.Value("--characters");
  const std::string fields = call.Value("-f") + call.Value("--fields");
  std::string delimiter = call.Value("-d") + call.Value("--delimiter");
  if (delimiter.empty()) delimiter = "\t";
  if (characters.empty() == fields.empty()) return Unknown();
  return MapLines(text, [&](std::string_view line) {
    return characters.empty() ? CutFields(line, fields, delimiter[0]) : CutCharacters(line, characters);
  });
}

std::string Downloaded(const Call&) { return std::string(1, kDownloaded); }

std::string Which(const Call& call) { return call.operands().empty() ? "" : call.operands().back().text + "\n"; }

std::string WorkingDirectory(const Call& call) {
  return call.in.frame.cwd.empty() ? "./" + Unknown() : call.in.frame.cwd + "\n";
}

std::string BaseNameOf(const Call& call) {
  if (call.operands().empty() || HasUnknown(call.operands()[0].text)) return Unknown();
  std::string name = Base(call.operands()[0]);
  if (call.operands().size() > 1 && name.ends_with(call.operands()[1].text))
    name.resize(name.size() - call.operands()[1].text.size());
  return name + "\n";
}

std::string DirNameOf(const Call& call) {
  if (call.operands().empty()) return Unknown();
  const std::string& path = call.operands()[0].text;
  const size_t slash = path.rfind('/');
  if (HasUnknown(path))
    return slash == path.npos || IsMark(path[0]) ? Unknown() : path.substr(0, slash + 1) + Unknown();
  return slash == path.npos ? ".\n" : slash == 0 ? "/\n" : path.substr(0, slash) + "\n";
}

// readlink prints where a link leads, which only the disk knows; with -f the path itself as far as links allow.
std::string RealPath(const Call& call) {
  if (call.invocation.name == "readlink" && call.invocation.flags.empty()) return Unknown();
  if (call.operands().size() != 1 || HasUnknown(call.operands()[0].text)) return Unknown();
  return call.in.PathOf(call.operands()[0].text) + "\n";
}

std::string Names(const Call& call) {
  if (call.operands().empty()) return "./" + Unknown() + "\n";
  const std::string& last = call.operands().back().text;
  return Cat({last, last.ends_with("/") ? "" : "/", Unknown(), "\n"});
}

std::string FindNames(const Call& call) {
  std::string out;
  for (size_t i = 1; i < call.argv.size() && !call.argv[i].text.starts_with("-"); ++i)
    out += Cat({call.argv[i].text, call.argv[i].text.ends_with("/") ? "" : "/", Unknown(), "\n"});
  return out.empty() ? "./" + Unknown() + "\n" : out;
}

std::string BelowHere(const Call&) { return "./" + Unknown() + "\n"; }

std::string Sequence(const Call& call) {
  std::vector<int64_t> numbers;
  for (const Field& operand : call.operands()) {
    const auto number = ParseInt(operand.text);
    if (!number) return Unknown();
    numbers.push_back(*number);
  }
  if (numbers.empty() || numbers.size() > 3 || !call.invocation.flags.empty()) return Unknown();
  const int64_t first = numbers.size() > 1 ? numbers[0] : 1, step = numbers.size() > 2 ? numbers[1] : 1;
  std::string out;
  int count = 0;
  for (int64_t n = first; step > 0 && n <= numbers.back(); n += step) {
    if (++count > 64) return Unknown();
    out += std::to_string(n) + "\n";
  }
  return out;
}

std::string Temporary(const Call& call) {
  if (call.Has("-p") || call.Has("--tmpdir")) return Unknown();
  if (call.operands().empty() || call.Has("-t")) return Cat({"/tmp/", std::string(1, kName), "\n"});
  const std::string& name = call.operands()[0].text;
  return Cat({name.substr(0, name.find_last_of('/') + 1), std::string(1, kName), "\n"});
}

// date +TEXT without a conversion prints TEXT.
std::string Date(const Call& call) {
  for (const Field& operand : call.operands()) {
    if (operand.text.starts_with("+") && operand.text.find('%') == std::string::npos)
      return operand.text.substr(1) + "\n";
  }
  return Unknown();
}

std::string Environment(const Call& call) {
  return call.operands().size() == 1 ? call.in.frame.Value(call.operands()[0].text) + "\n" : Unknown();
}

std::string Nothing(const Call&) { return ""; }

struct Row {
  std::string_view names;
  std::string (*output)(const Call&);
  bool filters = false;  // names that come out were selected by something
  bool decodes = false;
};

constexpr Row kRows[] = {
    {"echo", Echo},
    {"printf", PrintF},
    {"base64 gbase64", Base64, false, true},
    {"openssl", OpenSsl, false, true},
    {"rev", Reverse, false, true},
    {"tac", ReverseLines},
    {"sort uniq", Ordered},
    {"tee pv", PassThrough},
    {"head tail", HeadTail},
    {"tr", TranslateText},
    {"sed gsed", Sed},
    {"cut", Cut},
    {"xxd", Xxd, false, true},
    {"base32 basenc uudecode", Decoded, false, true},
    {"gpg gunzip zcat bzcat xzcat zstdcat gzip bzip2 xz zstd uncompress lz4", Decoded},
    {"curl wget fetch aria2c http https lynx w3m ftp nc ncat netcat socat telnet scp", Downloaded},
    {"cat", [](const Call& call) { return Source(call); }},
    {"which command type whence", Which},
    {"pwd", WorkingDirectory},
    {"basename", BaseNameOf},
    {"dirname", DirNameOf},
    {"realpath readlink", RealPath},
    {"ls dir", Names},
    {"find", FindNames},
    {"fd fdfind", FindNames, true},
    {"grep egrep rg git", BelowHere, true},
    {"awk docker pgrep podman kubectl", [](const Call&) { return Unknown(); }, true},
    {"seq", Sequence},
    {"mktemp", Temporary},
    {"date", Date},
    {"printenv", Environment},
    {"cd rm mkdir touch cp mv chmod chown test [ true false : sleep set export", Nothing},
};

// find with a test that selects.
bool Selects(const std::vector<Field>& argv) {
  return std::any_of(argv.begin(), argv.end(), [](const Field& field) {
    return field.text.size() > 2 && field.text[0] == '-' &&
           !InList("-type -print0 -print -maxdepth -mindepth", field.text);
  });
}

}  // namespace

Stream OutputOf(Interpreter& in, const std::vector<Field>& argv, const Stream& input) {
  const std::string name = Base(argv[0]);
  const Invocation invocation = in.rules().Read(argv);
  Stream out{Unknown(), input.filtered, input.secret, input.decoded};
  for (const Row& row : kRows) {
    if (!InList(row.names, name)) continue;
    out.text = row.output({in, argv, input, invocation});
    out.filtered |= row.filters;
    out.decoded |= row.decodes;
    break;
  }
  // What grep lets through of paths are still paths below the same places.
  if ((name == "grep" || name == "egrep" || name == "sort" || name == "uniq" || name == "head" || name == "tail") &&
      HasUnknown(input.text) && Contains(input.text, "/")) {
    out.text = input.text;
  }
  if (PrintsForShells(argv)) out.text = ":\n";
  if (name == "find") out.filtered |= Selects(argv);
  for (const Field& operand : invocation.operands)
    out.secret |= Locate(operand.text, operand.glob, in.frame.cwd, in.world()).place == Place::kCredential;
  out.secret |= out.text.find(kSecret) != std::string::npos;
  if (input.text.find(kDownloaded) != std::string::npos && HasUnknown(out.text) && out.text == Unknown())
    out.text = std::string(1, kDownloaded);  // whatever came of it
  return out;
}

}  // namespace heddle::shell
