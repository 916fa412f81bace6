// The data of rules in the mutant build: read from data/rules when the program starts, through the reader of users' own
// rules, so that one row of it can be left out.
#include "data.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <vector>

#include "mutant.h"
#include "shell/rules.h"

namespace heddle_mutant {
namespace {

struct Span {
  int number;
  size_t begin, end;
  std::string file;
};

struct Files {
  std::map<std::string, std::string, std::less<>> texts;
  std::vector<Span> spans;
};

Files& All() {
  static Files files;
  return files;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

void LoadData(const std::string& folder, const std::string& table) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file())
      All().texts[std::filesystem::relative(entry.path(), folder)] = ReadFile(entry.path());
  }
  std::ifstream in(table);
  for (Span span; in >> span.number >> span.begin >> span.end >> span.file;) All().spans.push_back(span);
}

bool IsData(int number) { return !All().spans.empty() && number >= All().spans.front().number; }

void LeaveOutRow() {
  for (const Span& span : All().spans) {
    if (span.number != active) continue;
    std::string& text = All().texts[span.file];
    for (size_t i = span.begin; i < span.end; ++i) {
      if (text[i] != '\n') text[i] = ' ';
    }
  }
}

std::string_view Data(std::string_view file) { return All().texts.find(file)->second; }

// All files of one kind, one after another.
std::string Joined(std::string_view begin, std::string_view end) {
  std::string out;
  for (const auto& [name, text] : All().texts) {
    if (name.starts_with(begin) && name.ends_with(end)) out += text;
  }
  return out;
}

std::string Rules() { return Joined("", ".toml"); }

namespace {

const heddle::shell::RuleSet* rules = nullptr;

}  // namespace

void ReadRules() {
  static std::vector<heddle::shell::RuleSet> kept;  // what views refer to stays
  auto read = heddle::shell::RuleSet::FromToml(Rules(), "data/rules", Data("nature.txt"), Joined("options/", ".txt"));
  if (!read) {
    std::fprintf(stderr, "%s\n", read.error().message.c_str());
    std::_Exit(1);
  }
  kept.reserve(8);
  kept.push_back(*std::move(read));
  rules = &kept.back();
}

}  // namespace heddle_mutant

namespace heddle::shell {

const RuleSet& RuleSet::BuiltIn() { return *heddle_mutant::rules; }

}  // namespace heddle::shell
