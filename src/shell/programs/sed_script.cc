#include "shell/programs/sed_script.h"

#include "base/text.h"

namespace heddle::shell {
namespace {

class SedReader {
 public:
  explicit SedReader(std::string_view text) : text_(text) {}

  SedEffects Run() {
    while (at_ < text_.size()) {
      Addresses();
      if (at_ < text_.size()) Command(text_[at_++]);
    }
    return std::move(out_);
  }

 private:
  bool IsOneOf(std::string_view set) const { return at_ < text_.size() && set.find(text_[at_]) != set.npos; }

  // Moves behind the next `delimiter` that no backslash hides, and gives what stood before it.
  std::string Until(char delimiter) {
    std::string out;
    while (at_ < text_.size() && text_[at_] != delimiter) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) out += text_[at_++];
      out += text_[at_++];
    }
    if (at_ < text_.size()) ++at_;
    return out;
  }

  std::string Line() {
    const size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string out(Trim(text_.substr(at_, end - at_)));
    at_ = std::min(end + 1, text_.size());
    return out;
  }

  // 3 $ 2~5 /re/I \%re% first,+4 !
  void Addresses() {
    while (at_ < text_.size()) {
      if (IsOneOf(" \t\n;0123456789$~+,!{}IM")) {
        ++at_;
      } else if (text_[at_] == '/') {
        ++at_;
        (void)Until('/');
      } else if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        const char delimiter = text_[at_ + 1];
        at_ += 2;
        (void)Until(delimiter);
      } else {
        return;
      }
    }
  }

  void Substitution() {
    if (at_ >= text_.size()) return;
    const char delimiter = text_[at_++];
    (void)Until(delimiter);
    const std::string with = Until(delimiter);
    for (; at_ < text_.size() && !IsOneOf(";}\n "); ++at_) {
      if (text_[at_] == 'e') out_.commands.push_back(with);
      if (text_[at_] == 'w') {
        ++at_;
        out_.written.push_back(Line());
        return;
      }
    }
  }

  void Command(char name) {
    switch (name) {
      case 's': Substitution(); return;
      case 'y': {
        if (at_ >= text_.size()) return;
        const char delimiter = text_[at_++];
        (void)Until(delimiter);
        (void)Until(delimiter);
        return;
      }
      case 'e': {
        const std::string command = Line();
        out_.runs_input |= command.empty();
        if (!command.empty()) out_.commands.push_back(command);
        return;
      }
      case 'w':
      case 'W': out_.written.push_back(Line()); return;
      case 'r':
      case 'R': out_.read.push_back(Line()); return;
      case 'a':
      case 'i':
      case 'c':
      case '#': (void)Line(); return;
      case ':':
      case 'b':
      case 't':
      case 'T':
        while (at_ < text_.size() && !IsOneOf(";}\n")) ++at_;
        return;
      default: return;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  SedEffects out_;
};

}  // namespace

SedEffects ReadSedScript(std::string_view script) { return SedReader(script).Run(); }

}  // namespace heddle::shell
