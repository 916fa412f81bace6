// Judges mutants: reads numbers from standard input, runs the cases of the layer with that mutant in a process of its
// own, and prints "number verdict what": survived, caught (and by which case), crashed, hung.
//
// The program as it is runs all cases first and notes which mutants each of them comes by; a mutant is then held
// against those cases alone. A mutant that is met while the rules are read, or one of the data, is held against all.
// Usage: shell_mutants [--thorough | --cases-only] DATA-FOLDER TABLE CASE-FILE... < numbers
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "base/text.h"
#include "cases.h"
#include "data.h"
#include "mutant.h"
#include "shell/nature.h"
#include "shell/rules.h"

using namespace heddle_mutant;

namespace {

constexpr rlim_t kMemory = rlim_t{3} << 30;

// By number: the cases that come by it, and whether it is met while data is read.
struct Meetings {
  std::vector<std::vector<int>> cases = std::vector<std::vector<int>>(kMost);
  std::vector<bool> reading = std::vector<bool>(kMost);
};

struct Verdict {
  std::string text;
  int64_t ms = 0;
};

void Limit(int64_t budget_ms) {
  const rlimit memory{kMemory, kMemory}, none{0, 0};
  setrlimit(RLIMIT_AS, &memory);
  setrlimit(RLIMIT_CORE, &none);
  const itimerval budget{{0, 0}, {budget_ms / 1000, budget_ms % 1000 * 1000}};
  setitimer(ITIMER_PROF, &budget, nullptr);
  alarm(static_cast<unsigned>(budget_ms / 1000 * 20 + 60));  // for one that waits
  (void)!freopen("/dev/null", "w", stderr);
}

// Runs `judge` in a child with the limits; what it returns is the name of the case that fails, or empty.
template <typename Judge>
Verdict InChild(int64_t budget_ms, Judge judge) {
  int ends[2];
  if (pipe(ends) != 0) std::exit(1);
  const pid_t child = fork();
  if (child < 0) std::exit(1);
  if (child == 0) {
    Limit(budget_ms);
    const std::string failed = judge();
    (void)!write(ends[1], failed.data(), failed.size());
    _exit(failed.empty() ? 0 : 1);
  }
  close(ends[1]);
  std::string said(4096, '\0');
  const ssize_t size = read(ends[0], said.data(), said.size());
  said.resize(size > 0 ? static_cast<size_t>(size) : 0);
  close(ends[0]);
  int status = 0;
  rusage used{};
  wait4(child, &status, 0, &used);
  const int64_t ms = used.ru_utime.tv_sec * 1000 + used.ru_utime.tv_usec / 1000;
  if (WIFSIGNALED(status)) {
    const bool hung = WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGALRM;
    return {hung ? "hung" : heddle::Cat({"crashed signal ", std::to_string(WTERMSIG(status))}), ms};
  }
  if (WEXITSTATUS(status) == 0) return {"survived", ms};
  return {heddle::Cat({"caught ", said.empty() ? "when it starts" : said}), ms};
}

void WriteMet(std::FILE* to, int of_case) {
  for (int number = 0; number < kMost; ++number) {
    if (met[number]) std::fprintf(to, "%d %d\n", of_case, number);
  }
  std::fill(met, met + kMost, false);
}

// Of the program as it is. Case -1: while data is read.
std::string RunAndNote(const std::vector<Case>& cases, std::FILE* to) {
  noting = true;
  ReadRules();
  (void)heddle::shell::HasNature("ls");
  WriteMet(to, -1);
  for (size_t i = 0; i < cases.size(); ++i) {
    if (!Holds(cases[i])) return cases[i].name;
    WriteMet(to, static_cast<int>(i));
  }
  std::fflush(to);
  return "";
}

Meetings ReadMeetings(std::FILE* from) {
  Meetings out;
  std::rewind(from);
  int of_case = 0, number = 0;
  while (std::fscanf(from, "%d %d", &of_case, &number) == 2) {
    if (of_case < 0)
      out.reading[static_cast<size_t>(number)] = true;
    else
      out.cases[static_cast<size_t>(number)].push_back(of_case);
  }
  return out;
}

std::string JudgeMutant(int number, const std::vector<Case>& cases, const Meetings& meetings) {
  active = number;
  const bool everywhere = IsData(number) || meetings.reading[static_cast<size_t>(number)];
  if (everywhere) {
    LeaveOutRow();
    ReadRules();
    for (const Case& each : cases) {
      if (!Holds(each)) return each.name;
    }
    return "";
  }
  for (const int index : meetings.cases[static_cast<size_t>(number)]) {
    if (!Holds(cases[static_cast<size_t>(index)])) return cases[static_cast<size_t>(index)].name;
  }
  return "";
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  const bool thorough = std::erase(words, "--thorough") > 0, cases_only = std::erase(words, "--cases-only") > 0;
  if (words.size() < 3) {
    std::cerr << "usage: shell_mutants [--thorough | --cases-only] DATA-FOLDER TABLE CASE-FILE... < numbers\n";
    return 2;
  }
  LoadData(words[0], words[1]);
  ReadRules();
  std::vector<Case> cases;
  for (size_t i = 2; i < words.size(); ++i) ReadCases(words[i], cases);
  if (!cases_only) {
    AddExamples(cases);
    AddUnitTests(thorough, cases);
  }
  std::FILE* const notes = std::tmpfile();
  const Verdict whole = InChild(120'000, [&] { return RunAndNote(cases, notes); });
  std::cout << "0 " << whole.text << std::endl;
  if (whole.text != "survived") return 1;
  const Meetings meetings = ReadMeetings(notes);
  for (int number; std::cin >> number;) {
    const Verdict verdict = InChild(whole.ms * 4 + 1000, [&] { return JudgeMutant(number, cases, meetings); });
    std::cout << number << " " << verdict.text << std::endl;
  }
  return 0;
}
