#include "shell/rows/program_index.h"

#include <algorithm>
#include <map>

#include "base/text.h"

namespace heddle::shell {
namespace {

constexpr std::pair<std::string_view, Nature> kNatures[] = {
    {"looks", Nature::kLooks}, {"creates", Nature::kCreates}, {"changes", Nature::kChanges}};

const Nature* NatureNamed(std::string_view name) {
  for (const auto& [known, nature] : kNatures) {
    if (known == name) return &nature;
  }
  return nullptr;
}

}  // namespace

const Program* ProgramIndex::Find(std::string_view name) const {
  const auto found = std::lower_bound(named.begin(), named.end(), name,
                                      [](const Program& program, std::string_view n) { return program.name < n; });
  return found != named.end() && found->name == name ? &*found : nullptr;
}

Result<NatureLines> ReadNatures(std::string_view text, std::deque<std::vector<std::string_view>>& lists) {
  NatureLines out;
  size_t number = 0;
  for (const auto line : Split(text, '\n')) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const size_t colon = std::min(line.find(':'), line.size());
    const Nature* nature = NatureNamed(line.substr(0, colon));
    if (nature == nullptr || colon == line.size())
      return Error{Code::kInvalid, Cat({"line ", std::to_string(number), ": begin with looks:, creates: or changes:"})};
    for (const auto entry : Split(line.substr(colon + 1), ',')) {
      const auto parts = SplitWords(entry);
      if (parts.empty()) continue;
      auto& words = lists.emplace_back();
      auto& flags = lists.emplace_back();
      NatureRow row{.nature = *nature};
      for (size_t i = 1; i < parts.size(); ++i) {
        if (parts[i] == ".")
          row.ends = true;
        else
          (parts[i][0] == '-' ? flags : words).push_back(parts[i]);
      }
      row.words = words;
      row.flags = flags;
      out.emplace_back(parts[0], row);
    }
  }
  return out;
}

Result<HarmlessLines> ReadHarmless(std::string_view text, std::deque<std::vector<std::string_view>>& lists) {
  struct Open {
    std::vector<std::string_view>*switches, *values, *opens;
    size_t first;  // of `out`
    bool ends;
  };
  HarmlessLines out;
  Open open{};
  // The rows of the line before get their lists, which grow until the next one begins.
  const auto close = [&] {
    if (open.switches != nullptr) std::sort(open.switches->begin(), open.switches->end());
    if (open.values != nullptr) std::sort(open.values->begin(), open.values->end());
    for (size_t i = open.first; i < out.size(); ++i) {
      out[i].second.switches = *open.switches;
      out[i].second.values = *open.values;
      out[i].second.opens = *open.opens;
      out[i].second.ends = open.ends;
    }
  };
  size_t number = 0;
  for (auto line : Split(text, '\n')) {
    ++number;
    if (Trim(line).empty() || line[0] == '#') continue;
    if (line[0] != ' ') {
      const size_t colon = line.find(": ") != line.npos ? line.find(": ") : line.size() - 1;
      if (line[colon] != ':')
        return Error{Code::kInvalid, Cat({"line ", std::to_string(number), ": begin with the programs and a colon"})};
      close();
      open = {&lists.emplace_back(), &lists.emplace_back(), &lists.emplace_back(), out.size(), false};
      for (const auto command : Split(line.substr(0, colon), ',')) {
        const auto parts = SplitWords(command);
        if (parts.empty()) return Error{Code::kInvalid, Cat({"line ", std::to_string(number), ": an empty name"})};
        const auto& words = lists.emplace_back(parts.begin() + 1, parts.end());
        out.emplace_back(parts[0], HarmlessRow{.words = words});
      }
      line.remove_prefix(colon + 1);
    }
    if (out.empty()) return Error{Code::kInvalid, "line 1: begin with the programs and a colon"};
    for (const auto option : SplitWords(line)) {
      if (option == "+")
        open.ends = true;
      else if (option[0] != '-' && option[0] != '+')
        return Error{Code::kInvalid, Cat({"line ", std::to_string(number), ": '", option, "' is no option"})};
      else if (option.ends_with("*"))
        open.opens->push_back(option.substr(0, option.size() - 1));
      else if (option.ends_with("="))
        open.values->push_back(option.substr(0, option.size() - 1));
      else
        open.switches->push_back(option);
    }
  }
  close();
  return out;
}

// What is gathered for one program before it is laid out.
struct ProgramIndexBuilder::Lists {
  std::vector<SubRow> commands, wrappers, options, rules;
  std::vector<NatureRow> natures;
  std::vector<HarmlessRow> harmless;
};

ProgramIndexBuilder::ProgramIndexBuilder(const RuleTables& tables, const NatureLines& natures,
                                         const HarmlessLines& harmless) {
  std::map<std::string_view, Lists> programs;
  const auto add = [&](Words commands, size_t row, std::vector<SubRow> Lists::*list) {
    for (auto command : commands) {
      const auto parts = SplitWords(command);
      if (parts.empty()) continue;
      words_.emplace_back(parts.begin() + 1, parts.end());
      (programs[parts[0]].*list).push_back({static_cast<uint16_t>(row), words_.back()});
    }
  };
  for (size_t i = 0; i < tables.commands.size(); ++i) add(tables.commands[i].names, i, &Lists::commands);
  for (size_t i = 0; i < tables.wrappers.size(); ++i) add(tables.wrappers[i].commands, i, &Lists::wrappers);
  for (size_t i = 0; i < tables.options.size(); ++i) add(tables.options[i].commands, i, &Lists::options);
  for (size_t i = 0; i < tables.rules.size(); ++i) add(tables.rules[i].commands, i, &Lists::rules);
  for (const auto& [name, row] : natures) programs[name].natures.push_back(row);
  for (const auto& [name, row] : harmless) programs[name].harmless.push_back(row);
  const auto keep = [&](std::vector<SubRow>& list) { return std::span<const SubRow>(rows_.emplace_back(std::move(list))); };
  for (auto& [name, lists] : programs) {
    Program program{.name = name,
                    .commands = keep(lists.commands),
                    .wrappers = keep(lists.wrappers),
                    .options = keep(lists.options),
                    .rules = keep(lists.rules),
                    .natures = natures_.emplace_back(std::move(lists.natures)),
                    .harmless = harmless_.emplace_back(std::move(lists.harmless))};
    const bool wild = name.find_first_of("*?[") != name.npos && name != "[" && name != "[[";
    (wild ? wild_ : named_).push_back(program);
  }
  index_ = {named_, wild_};
}

}  // namespace heddle::shell
