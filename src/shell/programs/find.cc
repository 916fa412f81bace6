// find: its tests select, its actions delete and run.
#include <algorithm>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/programs/programs.h"

namespace heddle::shell {
namespace {

// Tests that leave something out, unless their pattern is "*".
constexpr std::string_view kNarrowing =
    "-name -iname -path -ipath -wholename -regex -iregex -mtime -mmin -atime -amin -ctime -cmin -size -empty -user "
    "-uid -group -newer -newermt -perm -links -inum -nouser -nogroup -samefile -xtype";
constexpr size_t kMaxTests = 200;

// Runs the command of the -exec at `at` once below each root; returns the index of the word that ends it.
size_t RunFound(Interpreter& in, const std::vector<Field>& argv, size_t at, const std::vector<Field>& roots) {
  size_t end = at + 1;
  while (end < argv.size() && argv[end].text != ";" && argv[end].text != "+") ++end;
  for (const Field& root : roots) {
    std::vector<Field> inner(argv.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                             argv.begin() + static_cast<std::ptrdiff_t>(end));
    const std::string found = Cat({root.text, root.text.ends_with("/") ? "" : "/", Unknown()});
    for (Field& field : inner) field.text = ReplaceAll(field.text, "{}", found);
    Stream none;
    (void)in.RunArgv(std::move(inner), none);
  }
  return end;
}

}  // namespace

void RunFind(Interpreter& in, const std::vector<Field>& argv) {
  std::vector<Field> roots;
  size_t i = 1;
  bool filtered = false;  // whether what was said so far narrows anything
  bool certain = true;    // whether it can be said which files an action is about
  int depth = 0;
  std::vector<std::string> tests;
  for (; i < argv.size(); ++i) {
    const std::string& text = argv[i].text;
    if (text == "-D") {
      ++i;
    } else if (!InList("-L -H -P", text) && !text.starts_with("-O")) {
      break;
    }
    certain &= text == "-P" || text.starts_with("-O");
  }
  for (; i < argv.size() && !argv[i].text.starts_with("-") && argv[i].text != "(" && argv[i].text != "!"; ++i)
    roots.push_back(argv[i]);
  if (roots.empty()) roots.push_back({"."});
  const Sweep outer = in.sweep;
  for (; i < argv.size(); ++i) {
    const std::string& text = argv[i].text;
    // "a -o b -delete" deletes only what is b and not a: such expressions are named, never evaluated.
    in.sweep = {.on = true, .filtered = filtered, .tests = certain ? tests : std::vector<std::string>{"?"}};
    if (text == "-delete") {
      for (const Field& root : roots) in.Touch(EffectKind::kDelete, root, true);
    } else if (InList("-exec -execdir -ok -okdir", text)) {
      if (text.ends_with("dir")) in.Change({.why = Cat({"find ", text, " runs in many directories"})});
      i = RunFound(in, argv, i, roots);
    } else if (InList("-fprint -fprint0 -fprintf -fls", text) && i + 1 < argv.size()) {
      in.sweep = outer;
      in.Report("files.written", Risk::kModerate, "an action makes find write a file");
      in.Touch(EffectKind::kOverwrite, argv[i + 1], false);
    } else {
      depth += text == "(" ? 1 : 0;
      depth -= text == ")" ? 1 : 0;
      if (InList("-o -or ,", text)) {
        filtered = false;
        certain &= depth > 0;
      }
      if (InList(kNarrowing, text)) filtered |= i + 1 >= argv.size() || argv[i + 1].text != "*";
      tests.push_back(text);
      if (tests.size() > kMaxTests) in.Limit("an expression of find with too many tests");
      if (tests.size() > kMaxTests) break;
      continue;
    }
    certain = false;  // what follows an action depends on how that went
  }
  in.sweep = outer;
}

}  // namespace heddle::shell
