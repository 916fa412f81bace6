#include "shell/programs/output_call.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::shell {
namespace {

bool MayBeOption(const Field& field) {
  return field.glob || field.many || (!field.text.empty() && IsMark(field.text[0]));
}

bool IsNumber(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == text.npos; }

}  // namespace

OutputCall::OutputCall(Interpreter& interpreter, const std::vector<Field>& words, const Stream& stream,
                       const OptionSpec& spec)
    : in(interpreter), argv(words), input(stream) {
  bool ended = false;
  for (size_t i = 1; i < argv.size(); ++i) {
    const std::string& text = argv[i].text;
    known &= ended || !MayBeOption(argv[i]);
    if (ended || text.size() < 2 || text[0] != '-') {
      operands.push_back(argv[i]);
    } else if (text == "--") {
      ended = true;
    } else if (text[1] == '-') {
      i = ReadName(i, spec);
    } else if (IsNumber(std::string_view(text).substr(1)) && spec.letters.find('#') != spec.letters.npos) {
      options.emplace_back('#', text.substr(1));
    } else {
      i = ReadLetters(i, spec.letters);
    }
  }
}

// A cluster: -ab, -cVALUE, -c VALUE. Returns the index of the last word of it.
size_t OutputCall::ReadLetters(size_t at, std::string_view letters) {
  const std::string& text = argv[at].text;
  for (size_t k = 1; k < text.size(); ++k) {
    const size_t found = text[k] == ':' || text[k] == '#' ? letters.npos : letters.find(text[k]);
    if (found == letters.npos) {
      known = false;
      return at;
    }
    if (found + 1 >= letters.size() || letters[found + 1] != ':') {
      options.emplace_back(text[k], "");
      continue;
    }
    const bool attached = k + 1 < text.size();
    known &= attached || at + 1 < argv.size();
    options.emplace_back(text[k], attached ? text.substr(k + 1) : at + 1 < argv.size() ? argv[at + 1].text : "");
    return attached ? at : at + 1;
  }
  return at;
}

// --name, --name=VALUE, --name VALUE; shortened names are not read.
size_t OutputCall::ReadName(size_t at, const OptionSpec& spec) {
  const std::string& text = argv[at].text;
  const size_t equals = text.find('=');
  const std::string name = text.substr(2, equals == text.npos ? text.npos : equals - 2);
  for (const auto entry : SplitWords(spec.names)) {
    const size_t cut = entry.find('=');
    if (entry.substr(0, cut) != name) continue;
    const char letter = entry[cut + 1];
    const bool takes = entry.ends_with(":");
    known &= takes || equals == text.npos;
    if (!takes || equals != text.npos) {
      options.emplace_back(letter, takes ? text.substr(equals + 1) : "");
      return at;
    }
    known &= at + 1 < argv.size();
    options.emplace_back(letter, at + 1 < argv.size() ? argv[at + 1].text : "");
    return at + 1;
  }
  known = false;
  return at;
}

bool OutputCall::Has(char letter) const { return Value(letter) != nullptr; }

const std::string* OutputCall::Value(char letter) const {
  const auto found =
      std::find_if(options.rbegin(), options.rend(), [&](const auto& each) { return each.first == letter; });
  return found == options.rend() ? nullptr : &found->second;
}

std::string OutputCall::Source(size_t from) const {
  if (operands.size() <= from) return input.text;
  std::string out;
  bool taken = false;  // the input can be read once only
  for (size_t i = from; i < operands.size(); ++i) {
    const Field& file = operands[i];
    const Stream* text = file.glob || file.many ? nullptr : in.FileText(file.text);
    if (file.substitution) {
      out += file.substituted;
    } else if (file.text == "-" || file.text == "/dev/stdin") {
      out += taken ? std::string() : input.text;
      taken = true;
    } else if (Locate(file.text, file.glob, in.frame.cwd, in.world()).place == Place::kCredential) {
      out += kSecret;
    } else {
      out += text != nullptr ? text->text : Unknown();
    }
  }
  return out;
}

}  // namespace heddle::shell
