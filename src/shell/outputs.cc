// What commands print, where that follows from their arguments: how texts built from pieces are put together again.
#include <algorithm>
#include <cstdio>
#include <numeric>

#include "base/text.h"
#include "shell/interpreter.h"

namespace heddle::shell {
namespace {

struct Call {
  const std::vector<Field>& argv;
  const Stream& input;
  std::string cwd;

  bool Has(std::string_view flag) const {
    return std::any_of(argv.begin() + 1, argv.end(), [&](const Field& f) { return f.text == flag; });
  }
  bool HasLetter(char letter) const {
    return std::any_of(argv.begin() + 1, argv.end(), [&](const Field& f) {
      return f.text.size() > 1 && f.text[0] == '-' && f.text[1] != '-' && f.text.find(letter) != f.text.npos;
    });
  }
  std::vector<std::string> Operands() const {
    std::vector<std::string> out;
    for (size_t i = 1; i < argv.size(); ++i) {
      if (argv[i].text.empty() || argv[i].text[0] != '-' || argv[i].text.size() == 1) out.push_back(argv[i].text);
    }
    return out;
  }
};

const std::string kAnything(1, kUnknown);

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
  for (size_t k = i; k < call.argv.size(); ++k) out += (k > i ? " " : "") + call.argv[k].text;
  if (escapes) out = DecodeEscapes(out, true);
  return newline ? out + "\n" : out;
}

std::string Printf(const Call& call) {
  if (call.argv.size() < 2) return "";
  size_t at = 1, next = 2;
  if (call.argv[1].text == "--") ++at, ++next;
  if (at >= call.argv.size()) return "";
  const std::string format = DecodeEscapes(call.argv[at].text);
  std::string out;
  do {
    for (size_t i = 0; i < format.size(); ++i) {
      if (format[i] != '%' || i + 1 == format.size()) {
        out += format[i];
        continue;
      }
      size_t end = i + 1;
      while (end < format.size() && std::string_view("-+ #0123456789.").find(format[end]) != std::string_view::npos)
        ++end;
      if (end == format.size()) break;
      const char type = format[end];
      i = end;
      if (type == '%') {
        out += '%';
        continue;
      }
      const std::string value = next < call.argv.size() ? call.argv[next].text : "";
      ++next;
      if (type == 'b')
        out += DecodeEscapes(value, true);
      else if (type == 'x') {
        char hex[24];
        std::snprintf(hex, sizeof hex, "%llx", static_cast<unsigned long long>(ParseInt(value).value_or(0)));
        out += hex;
      } else if (type == 'c')
        out += value.substr(0, 1);
      else
        out += value;
    }
  } while (next < call.argv.size() && next > at + 1 && out.size() < 65536 && format.find('%') != format.npos);
  return out;
}

std::string Base64(const Call& call) {
  if (!call.HasLetter('d') && !call.HasLetter('D') && !call.Has("--decode")) return kAnything;
  std::string text = call.input.text;
  if (text.find(kDownloaded) != text.npos) return std::string(1, kDownloaded);
  if (text.empty() || HasUnknown(text)) return std::string(1, kDecoded);
  return DecodeBase64(text).value_or(std::string(1, kDecoded));
}

std::string Reverse(const Call& call) {
  std::string out;
  for (auto line : Split(call.input.text, '\n')) {
    if (!out.empty()) out += '\n';
    out.append(line.rbegin(), line.rend());
  }
  return out;
}

std::string HexDecode(std::string_view text) {
  std::string digits, out;
  for (char c : text) {
    if (std::isxdigit(static_cast<unsigned char>(c)) != 0) digits += c;
  }
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  return out;
}

std::string TrSet(std::string_view set) {
  const std::string text =
      DecodeEscapes(ReplaceAll(ReplaceAll(std::string(set), "[:lower:]", "a-z"), "[:upper:]", "A-Z"));
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i + 2 < text.size() && text[i + 1] == '-' && text[i] <= text[i + 2]) {
      const auto first = static_cast<unsigned char>(text[i]), last = static_cast<unsigned char>(text[i + 2]);
      for (int c = first; c <= last; ++c) out += static_cast<char>(c);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string Translate(const Call& call) {
  const auto sets = call.Operands();
  std::string out;
  if (sets.empty()) return kAnything;
  const std::string from = TrSet(sets[0]);
  const std::string to = sets.size() > 1 ? TrSet(sets[1]) : "";
  if (call.HasLetter('c')) return call.input.text;
  for (char c : call.input.text) {
    const size_t at = from.find(c);
    if (at == from.npos)
      out += c;
    else if (!call.HasLetter('d') && !to.empty())
      out += to[std::min(at, to.size() - 1)];
    else if (!call.HasLetter('d'))
      out += c;
  }
  return out;
}

// s/a/b/[g] with a literal pattern, and y/abc/xyz/.
std::string Sed(const Call& call) {
  const auto operands = call.Operands();
  if (operands.empty() || operands[0].size() < 4) return kAnything;
  const std::string& program = operands[0];
  const auto parts = Split(std::string_view(program).substr(2), program[1]);
  if (parts.size() < 3 || (program[0] != 's' && program[0] != 'y')) return call.input.text;
  if (program[0] == 's')
    return ReplaceAll(call.input.text, parts[0], parts[0].empty() ? std::string(parts[0]) : std::string(parts[1]));
  std::string out = call.input.text;
  for (char& c : out) {
    if (const size_t at = parts[0].find(c); at != std::string_view::npos && at < parts[1].size()) c = parts[1][at];
  }
  return out;
}

std::string Cut(const Call& call) {
  std::string list, delimiter = "\t";
  bool characters = false;
  for (size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& text = call.argv[i].text;
    if (text.size() < 2 || text[0] != '-') continue;
    const std::string value = text.size() > 2 ? text.substr(2) : i + 1 < call.argv.size() ? call.argv[i + 1].text : "";
    if (text[1] == 'c' || text[1] == 'b') list = value, characters = true;
    if (text[1] == 'f') list = value;
    if (text[1] == 'd') delimiter = value.substr(0, 1);
  }
  const std::string line = call.input.text.substr(0, call.input.text.find('\n'));
  std::string out;
  for (auto range : Split(list, ',')) {
    const size_t dash = range.find('-');
    const int64_t from = ParseInt(range.substr(0, dash)).value_or(1);
    const int64_t to = dash == range.npos ? from : ParseInt(range.substr(dash + 1)).value_or(9999);
    if (characters) {
      for (int64_t k = std::max<int64_t>(1, from); k <= to && k <= static_cast<int64_t>(line.size()); ++k)
        out += line[static_cast<size_t>(k - 1)];
    } else {
      const auto fields = Split(line, delimiter.empty() ? '\t' : delimiter[0]);
      for (int64_t k = std::max<int64_t>(1, from); k <= to && k <= static_cast<int64_t>(fields.size()); ++k) {
        out += Cat({out.empty() ? "" : delimiter, fields[static_cast<size_t>(k - 1)]});
      }
    }
  }
  return out + "\n";
}

std::string PassThrough(const Call& call) { return call.input.text; }
std::string Downloaded(const Call&) { return std::string(1, kDownloaded); }

std::string Decoded(const Call& call) {
  if (call.input.text.find(kDownloaded) != std::string::npos) return std::string(1, kDownloaded);
  const bool decodes = call.Has("-d") || call.Has("-r") || call.Has("-p") || call.Has("-dc") || call.Has("-D") ||
                       call.argv[0].text != "openssl";
  return decodes ? std::string(1, kDecoded) : kAnything;
}

std::string Xxd(const Call& call) {
  if (!call.HasLetter('r')) return kAnything;
  return HasUnknown(call.input.text) || call.input.text.empty() ? std::string(1, kDecoded) : HexDecode(call.input.text);
}

std::string Concatenate(const Call& call) {
  const auto operands = call.Operands();
  if (operands.empty() || operands[0] == "-") return call.input.text;
  return call.argv[1].substituted.empty() ? kAnything : call.argv[1].substituted;
}

std::string Which(const Call& call) {
  const auto operands = call.Operands();
  return operands.empty() ? "" : operands[0] + "\n";
}

std::string WorkingDirectory(const Call& call) { return call.cwd.empty() ? "./" + kAnything : call.cwd + "\n"; }

std::string BaseNameOf(const Call& call) {
  const auto operands = call.Operands();
  if (operands.empty() || HasUnknown(operands[0])) return kAnything;
  std::string name = operands[0].substr(operands[0].rfind('/') == std::string::npos ? 0 : operands[0].rfind('/') + 1);
  if (operands.size() > 1 && name.ends_with(operands[1])) name.resize(name.size() - operands[1].size());
  return name + "\n";
}

std::string Names(const Call& call) {
  const auto operands = call.Operands();
  return (operands.empty()                 ? "./"
          : operands.back().ends_with("/") ? operands.back()
                                           : operands.back() + "/") +
         kAnything + "\n";
}

std::string FindNames(const Call& call) {
  std::string out;
  for (size_t i = 1; i < call.argv.size() && !call.argv[i].text.starts_with("-"); ++i) {
    out += Cat({call.argv[i].text, call.argv[i].text.ends_with("/") ? "" : "/", kAnything, "\n"});
  }
  return out.empty() ? "./" + kAnything + "\n" : out;
}

std::string Sequence(const Call& call) {
  const auto operands = call.Operands();
  return operands.empty() ? kAnything : operands[0] + "\n";
}

std::string Temporary(const Call&) { return "/tmp/" + kAnything + "\n"; }

std::string Harmless(const Call&) { return "x\n"; }

struct Row {
  std::string_view names;
  std::string (*output)(const Call&);
};

constexpr Row kRows[] = {
    {"echo", Echo},
    {"printf", Printf},
    {"base64 gbase64", Base64},
    {"rev", Reverse},
    {"tac sort uniq tee head tail column fold nl", PassThrough},
    {"tr", Translate},
    {"sed gsed", Sed},
    {"cut", Cut},
    {"xxd", Xxd},
    {"base32 uudecode openssl gpg gunzip zcat bzcat xzcat zstdcat gzip bzip2 xz zstd uncompress basenc lz4", Decoded},
    {"curl wget fetch aria2c http https lynx w3m ftp nc ncat netcat socat telnet scp", Downloaded},
    {"cat", Concatenate},
    {"which command type whence", Which},
    {"pwd", WorkingDirectory},
    {"basename", BaseNameOf},
    {"ls dir", Names},
    {"find fd fdfind", FindNames},
    {"seq", Sequence},
    {"mktemp", Temporary},
    {"date whoami id hostname uname nproc tty logname arch", Harmless},
};

}  // namespace

Stream OutputOf(const std::vector<Field>& argv, const Stream& input, const std::string& cwd) {
  const size_t slash = argv[0].text.rfind('/');
  const std::string name = slash == std::string::npos ? argv[0].text : argv[0].text.substr(slash + 1);
  Stream out{kAnything, input.filtered, input.secret, input.decoded};
  if (name == "base64" || name == "xxd" || name == "base32" || name == "openssl" || name == "rev" || name == "uudecode")
    out.decoded = true;
  const Call call{argv, input, cwd};
  for (const Row& row : kRows) {
    const size_t at = Cat({" ", row.names, " "}).find(Cat({" ", name, " "}));
    if (at == std::string::npos) continue;
    out.text = row.output(call);
    break;
  }
  if (name == "grep" || name == "egrep" || name == "rg" || name == "awk" || name == "git" || name == "docker" ||
      name == "pgrep" || name == "fd") {
    out.filtered = true;
    if (name == "grep" && !input.text.empty() && Contains(input.text, "/")) out.text = input.text;
    if (name == "grep" && input.text.empty()) out.text = "./" + kAnything + "\n";
    if (name == "git") out.text = "./" + kAnything + "\n";
    if (name == "awk" && HasUnknown(input.text)) out.text = input.text;
  }
  for (const Field& field :
       argv) {  // eval "$(direnv hook bash)", source <(kubectl completion bash): what tools print for shells
    for (std::string_view word :
         {"init", "hook", "completion", "completions", "shellenv", "ssh-agent", "dircolors", "env", "activate"}) {
      if (field.text == word && !HasUnknown(argv[0].text)) out.text = ":\n";
    }
  }
  if (name == "find") {
    for (const Field& field : argv) {
      if (field.text.size() > 2 && field.text[0] == '-' && field.text != "-type" && field.text != "-print0" &&
          field.text != "-print" && field.text != "-maxdepth" && field.text != "-mindepth") {
        out.filtered = true;
      }
    }
  }
  if (name == "cat" || name == "base64" || name == "gzip" || name == "tar" || name == "xxd") {
    for (size_t i = 1; i < argv.size(); ++i) {
      for (std::string_view part :
           {"/.ssh", "/etc/shadow", ".aws/credentials", ".gnupg", "id_rsa", ".netrc", "/etc/passwd"}) {
        if (Contains(argv[i].text, part)) out.secret = true;
      }
    }
  }
  return out;
}

}  // namespace heddle::shell
