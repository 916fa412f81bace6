// What commands print, where that follows from their words and input: how texts built from pieces are put together
// again. A model is exact or gives an unknown text; it never guesses.
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/nature.h"
#include "shell/programs/output_call.h"
#include "shell/programs/programs.h"
#include "shell/programs/text_tools.h"

namespace heddle::shell {
namespace {

using Call = OutputCall;

// A word as a command prints it: a wildcard becomes names that are not known.
std::string Printed(const Field& field) {
  if (!field.glob) return field.text;
  return field.text.substr(0, field.text.find_first_of("*?[+@!\\")) + Unknown();
}

// Input that came from the network stays what it is, whatever is made of it.
bool IsDownloaded(std::string_view text) { return text.find(kDownloaded) != text.npos; }

std::string Echo(const Call& call) {
  const bool bash = call.in.frame.bash;
  size_t i = 1;
  bool escapes = false, newline = true;
  for (; i < call.argv.size(); ++i) {
    const std::string& text = call.argv[i].text;
    if (text.size() < 2 || text[0] != '-' || text.find_first_not_of("neE", 1) != text.npos) break;
    if (!bash && text != "-n") return Unknown();
    for (const char letter : text) {
      if (letter == 'e' || letter == 'E') escapes = letter == 'e';
    }
    newline &= text.find('n') == text.npos;
  }
  // What may be an option may change all the rest.
  if (i < call.argv.size() && !call.argv[i].text.empty() && IsMark(call.argv[i].text[0]) && call.argv.size() > i + 1)
    return Unknown();
  std::string out;
  for (size_t k = i; k < call.argv.size(); ++k) out += (k > i ? " " : "") + Printed(call.argv[k]);
  // The echo of other shells reads escapes without being asked.
  if (!bash && out.find('\\') != out.npos) return Unknown();
  bool stopped = false;
  if (escapes) out = DecodeEscapes(out, EscapeUse::kEcho, &stopped);
  return newline && !stopped ? out + "\n" : out;
}

std::string PrintF(const Call& call) {
  std::vector<std::string> words;
  for (size_t i = 1; i < call.argv.size(); ++i) {
    if (call.argv[i].many && !call.argv[i].glob && i + 1 < call.argv.size()) return Unknown();
    words.push_back(Printed(call.argv[i]));
  }
  if (!words.empty() && words[0] == "--") words.erase(words.begin());
  if (!words.empty() && words[0].starts_with("-")) return Unknown();
  return FormatWords(words, call.in.frame.bash);
}

std::string Wrapped(const std::string& text, size_t width) {
  std::string out;
  for (size_t at = 0; at < text.size(); at += width == 0 ? text.size() : width)
    out += text.substr(at, width == 0 ? text.npos : width) + (width == 0 ? "" : "\n");
  return out;
}

// What comes of decoding: what is malformed is decoded in part by some.
std::string Decode(const std::string& text) {
  const std::string_view body = Trim(text);
  if (body.find_first_of(" \t") != body.npos) return std::string(1, kDecoded);
  const size_t padding = body.find('=');
  const bool whole = padding == body.npos || body.substr(padding).find_first_not_of("=\n") == body.npos;
  size_t digits = 0;
  for (const char c : body) digits += c != '\n' ? 1 : 0;
  if (!whole || digits % 4 != 0) return std::string(1, kDecoded);
  return DecodeBase64(text).value_or(std::string(1, kDecoded));
}

std::string Base64(const Call& call) {
  const std::string text = call.Source();
  if (text.find(kSecret) != text.npos) return std::string(1, kSecret);
  const bool decodes = call.Has('d') || call.Has('D');
  if (decodes && IsDownloaded(text)) return std::string(1, kDownloaded);
  if (decodes) return text.empty() || HasUnknown(text) || !call.known ? std::string(1, kDecoded) : Decode(text);
  const std::string* given = call.Value('w');
  const auto width = given != nullptr ? ParseInt(*given) : 76;
  if (!call.known || HasUnknown(text) || !width || *width < 0) return Unknown();
  return Wrapped(EncodeBase64(text), static_cast<size_t>(*width));
}

std::string OpenSsl(const Call& call) {
  const auto named = [&](std::string_view word) {
    return std::any_of(call.argv.begin(), call.argv.end(), [&](const Field& field) { return field.text == word; });
  };
  if (IsDownloaded(call.input.text)) return std::string(1, kDownloaded);
  if (!named("-d") && !named("-D")) return Unknown();
  const bool plain = call.argv.size() == 3 || (call.argv.size() == 4 && named("enc"));
  const bool base64 = named("base64") || named("-base64");
  // It wants lines of up to 76 characters, each with its end.
  const std::string& text = call.input.text;
  if (!plain || !base64 || HasUnknown(text) || !text.ends_with("\n") || text.find('\n') > 76 ||
      text.find('\n') + 1 != text.size())
    return std::string(1, kDecoded);
  return Decode(text);
}

std::string Decoded(const Call& call) {
  return IsDownloaded(call.Source()) ? std::string(1, kDownloaded) : std::string(1, kDecoded);
}

std::string Xxd(const Call& call) {
  const std::string text = call.Source();
  if (!call.Has('r')) return Unknown();
  if (HasUnknown(text) || text.empty() || !call.Has('p') || !call.known) return std::string(1, kDecoded);
  return DecodeHex(text);
}

std::string Reverse(const Call& call) {
  const std::string text = call.Source();
  if (HasUnknown(text) || !call.known || !IsAscii(text)) return Unknown();
  return MapLines(text, [](std::string_view line) { return std::string(line.rbegin(), line.rend()); });
}

std::string ReverseLines(const Call& call) {
  const std::string text = call.Source();
  if (HasUnknown(text) || !call.known || call.operands.size() > 1 || (!text.empty() && !text.ends_with("\n")))
    return Unknown();
  auto lines = LinesOf(text);
  std::reverse(lines.begin(), lines.end());
  return lines.empty() ? "" : Join(lines, "\n") + "\n";
}

// One line stays what it is, whatever the order.
std::string Ordered(const Call& call) {
  const std::string text = call.Source();
  const bool two = call.argv[0].text == "uniq" && call.operands.size() > 1;  // the second is written
  if (!call.known || two || LinesOf(text).size() > 1) return Unknown();
  return text.empty() || text.ends_with("\n") ? text : text + "\n";
}

std::string PassThrough(const Call& call) { return call.known ? call.input.text : Unknown(); }

std::string Concatenated(const Call& call) { return call.known ? call.Source() : Unknown(); }

std::string HeadTail(const Call& call) {
  const std::string text = call.Source();
  if (HasUnknown(text)) return IsDownloaded(text) ? text : Unknown();
  const bool titled = call.operands.size() > 1 && !call.Has('q');
  if (!call.known || titled || call.operands.size() > 1 || call.options.size() > 2) return Unknown();
  Part part;
  size_t amounts = 0;
  for (const auto& [letter, value] : call.options) {
    if (letter == 'q') continue;
    part = {letter == 'c', value};
    ++amounts;
  }
  if (amounts > 1) return Unknown();
  return Base(call.argv[0]) == "head" ? Head(text, part) : Tail(text, part);
}

std::string TranslateText(const Call& call) {
  if (IsDownloaded(call.input.text)) return call.input.text;
  if (!call.known) return Unknown();
  std::vector<std::string> sets;
  for (const Field& operand : call.operands) sets.push_back(operand.text);
  return Translate(call.input.text, sets,
                   {.deletes = call.Has('d'),
                    .squeezes = call.Has('s'),
                    .complements = call.Has('c') || call.Has('C'),
                    .truncates = call.Has('t')});
}

std::string Sed(const Call& call) {
  const std::string* program = call.Value('e');
  const size_t files = program == nullptr ? 1 : 0;
  if (program == nullptr && !call.operands.empty()) program = &call.operands[0].text;
  const std::string text = call.Source(files);
  if (IsDownloaded(text)) return text;
  if (!call.known || program == nullptr || call.options.size() > 1 || HasUnknown(text)) return Unknown();
  return Substitute(text, *program);
}

std::string Cut(const Call& call) {
  const std::string text = call.Source();
  const std::string* characters = call.Value('c') != nullptr ? call.Value('c') : call.Value('b');
  const std::string* fields = call.Value('f');
  const std::string* delimiter = call.Value('d');
  const bool one = (characters == nullptr) != (fields == nullptr) && !(call.Has('b') && call.Has('c'));
  const size_t given = (delimiter != nullptr ? 1U : 0U) + (call.Has('s') ? 1U : 0U) + 1U;
  const bool fits = fields != nullptr || given == 1;
  if (!call.known || !one || !fits || call.options.size() != given) return Unknown();
  if (characters != nullptr) return CutCharacters(text, *characters);
  if (delimiter != nullptr && delimiter->size() != 1) return Unknown();
  return CutFields(text, *fields, delimiter != nullptr ? (*delimiter)[0] : '\t', call.Has('s'));
}

std::string Downloaded(const Call&) { return std::string(1, kDownloaded); }

// Where a program lies is not known, but what it is called is. Of builtins only the name is printed.
std::string Which(const Call& call) {
  constexpr std::string_view kAlsoBuiltin =
      "echo printf test [ kill pwd true false time cd read exit export set unset alias eval exec source . : shift trap "
      "type ulimit umask wait jobs fg bg history declare local let builtin command getopts return hash dirs pushd popd";
  if (!call.known || call.operands.size() != 1) return Unknown();
  const std::string& name = call.operands[0].text;
  const Frame& frame = call.in.frame;
  const bool own = InList(kAlsoBuiltin, name) || frame.functions.contains(name) || frame.aliases.contains(name);
  const bool program = !own && call.in.rules().Knows(name);
  return program && !Contains(name, "/") ? Cat({"/", std::string(1, kName), "/", name, "\n"}) : Unknown();
}

std::string WorkingDirectory(const Call& call) {
  if (call.in.frame.cwd.empty()) return "./" + Unknown();
  const std::string named = call.in.frame.Value("PWD");
  return call.known && named == call.in.frame.cwd ? named + "\n" : Unknown();
}

// The last part of a path as basename takes it: "a/b/" is "b", "//" is "/".
std::string BaseName(std::string_view path) {
  while (path.size() > 1 && path.ends_with("/")) path.remove_suffix(1);
  return std::string(path == "/" ? path : path.substr(path.rfind('/') + 1));
}

std::string BaseNameOf(const Call& call) {
  const size_t count = call.operands.size();
  if (!call.known || count == 0 || count > 2 || HasUnknown(call.operands[0].text)) return Unknown();
  std::string name = BaseName(call.operands[0].text);
  const std::string suffix = count > 1 ? call.operands[1].text : "";
  if (HasUnknown(suffix)) return Unknown();
  if (name.size() > suffix.size() && name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  return name + "\n";
}

std::string DirNameOf(const Call& call) {
  if (!call.known || call.operands.size() != 1) return Unknown();
  std::string_view path = call.operands[0].text;
  const size_t slash = path.rfind('/');
  if (HasUnknown(path))
    return slash == path.npos || IsMark(path[0]) ? Unknown() : std::string(path.substr(0, slash + 1)) + Unknown();
  while (path.size() > 1 && path.ends_with("/")) path.remove_suffix(1);
  const size_t last = path.rfind('/');
  if (last == path.npos) return ".\n";
  path = path.substr(0, last);
  while (path.size() > 1 && path.ends_with("/")) path.remove_suffix(1);
  return Cat({path.empty() ? "/" : path, "\n"});
}

// Links and files that are not there make of a path what is not known; the place it lies at is.
std::string RealPath(const Call& call) {
  const bool follows = call.Has('f') || call.Has('m') || call.Has('e') || Base(call.argv[0]) == "realpath";
  if (!call.known || call.operands.size() != 1 || !follows) return Unknown();
  const std::string& given = call.operands[0].text;
  if (HasUnknown(given) || given.empty()) return Unknown();
  const std::string path = call.in.PathOf(given);
  const auto& resolve = call.in.world().resolve;
  if (!resolve || call.Has('s')) return path + "\n";
  const std::string real = resolve(path);
  return real.empty() ? Unknown() : real + "\n";
}

std::string Names(const Call& call) {
  if (call.operands.empty()) return "./" + Unknown() + "\n";
  const std::string& last = call.operands.back().text;
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
  for (size_t i = 1; i < call.argv.size(); ++i) {
    const auto number = ParseInt(call.argv[i].text);
    if (!number || std::to_string(*number) != call.argv[i].text) return Unknown();
    numbers.push_back(*number);
  }
  if (numbers.empty() || numbers.size() > 3) return Unknown();
  const int64_t first = numbers.size() > 1 ? numbers[0] : 1, step = numbers.size() > 2 ? numbers[1] : 1;
  const int64_t far = int64_t{1} << 40;
  if (step == 0 || std::any_of(numbers.begin(), numbers.end(), [&](int64_t n) { return n > far || n < -far; }))
    return Unknown();
  std::string out;
  int count = 0;
  for (int64_t n = first; step > 0 ? n <= numbers.back() : n >= numbers.back(); n += step) {
    if (++count > 64) return Unknown();
    out += std::to_string(n) + "\n";
  }
  return out;
}

std::string Temporary(const Call& call) {
  if (!call.known) return Unknown();
  if (call.operands.empty() || call.Has('t')) return Cat({"/tmp/", std::string(1, kName), "\n"});
  const std::string& name = call.operands[0].text;
  return Cat({name.substr(0, name.find_last_of('/') + 1), std::string(1, kName), "\n"});
}

// date +TEXT without a conversion prints TEXT.
std::string Date(const Call& call) {
  if (!call.known || call.operands.size() != 1) return Unknown();
  const std::string& format = call.operands[0].text;
  if (!format.starts_with("+") || format.find('%') != format.npos) return Unknown();
  return format.substr(1) + "\n";
}

std::string Nothing(const Call&) { return ""; }

struct Row {
  std::string_view names;
  std::string (*output)(const Call&);
  OptionSpec options{};
  bool filters = false;  // names that come out were selected by something
  bool decodes = false;
};

constexpr Row kRows[] = {
    {"echo", Echo},
    {"printf", PrintF},
    {"base64 gbase64", Base64, {"dDw:", "decode=d wrap=w:"}, false, true},
    {"openssl", OpenSsl, {}, false, true},
    {"rev", Reverse, {}, false, true},
    {"tac", ReverseLines},
    {"sort", Ordered, {"rnufbdgh", "reverse=r"}},
    {"uniq", Ordered},
    {"tee pv", PassThrough, {"a", "append=a"}},
    {"head tail", HeadTail, {"#n:c:q", "lines=n: bytes=c: quiet=q silent=q"}},
    {"tr", TranslateText, {"dsctC", "delete=d squeeze-repeats=s complement=c truncate-set1=t"}},
    {"sed gsed", Sed, {"e:", "expression=e:"}},
    {"cut", Cut, {"b:c:d:f:s", "bytes=b: characters=c: delimiter=d: fields=f: only-delimited=s"}},
    {"xxd", Xxd, {"rp"}, false, true},
    {"base32 basenc uudecode", Decoded, {}, false, true},
    {"gpg gunzip zcat bzcat xzcat zstdcat gzip bzip2 xz zstd uncompress lz4", Decoded},
    {"curl wget fetch aria2c http https lynx w3m ftp nc ncat netcat socat telnet scp", Downloaded},
    {"cat", Concatenated, {"u"}},
    {"which command type whence", Which, {"vpP"}},
    {"pwd", WorkingDirectory, {"L"}},
    {"basename", BaseNameOf},
    {"dirname", DirNameOf},
    {"realpath readlink", RealPath, {"fmesqn"}},
    {"ls dir", Names},
    {"find", FindNames},
    {"fd fdfind", FindNames, {}, true},
    {"grep egrep rg git", BelowHere, {}, true},
    {"awk docker pgrep podman kubectl", [](const Call&) { return Unknown(); }, {}, true},
    {"seq", Sequence},
    {"mktemp", Temporary, {"dqut", "directory=d quiet=q dry-run=u"}},
    {"date", Date, {"u", "utc=u universal=u"}},
    {"cp install", [](const Call& call) { return call.argv.back().text.starts_with("/dev/") ? Unknown() : ""; }},
    {"cd rm mkdir touch mv chmod chown test [ true false : sleep set export", Nothing},
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
  Stream out{Unknown(), input.filtered, input.secret, input.decoded};
  for (const Row& row : kRows) {
    if (!InList(row.names, name)) continue;
    out.text = row.output(Call(in, argv, input, row.options));
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
  const auto holds = [](const std::string& text) { return text.find(kSecret) != std::string::npos; };
  for (const Field& operand : in.rules().Read(argv).operands)
    out.secret |= Locate(operand.text, operand.glob, in.frame.cwd, in.world()).place == Place::kCredential;
  out.secret |= holds(out.text) || holds(input.text) ||
                std::any_of(argv.begin(), argv.end(), [&](const Field& word) { return holds(word.text); });
  if (input.text.find(kDownloaded) != std::string::npos && HasUnknown(out.text) && out.text == Unknown())
    out.text = std::string(1, kDownloaded);  // whatever came of it
  // What is made of a secret is one, as far as it is not known to be something else.
  if (out.secret && HasUnknown(out.text) && !holds(out.text))
    out.text = out.text == Unknown() ? std::string(1, kSecret) : out.text + kSecret;
  return out;
}

}  // namespace heddle::shell
