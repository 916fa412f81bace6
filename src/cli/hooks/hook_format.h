// HookFormat: how one coding agent asks a hook about a tool it is about to use, and how it wants to be answered. What
// the agents publish is kept as rows of a table; docs/guard.md says where each row comes from.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::cli {

enum class Verdict {
  kPass,   // no opinion: the agent's own rules decide
  kAllow,  // heddle would run it without a question
  kAsk,    // a person decides
  kDeny,
};

enum class ToolKind {
  kShell,  // runs a command line of a shell
  kWrite,  // writes one file
  kPatch,  // writes the files that a patch names
};

struct ToolSpec {
  std::string_view tool;
  ToolKind kind;
  std::string_view members;         // of the arguments, blank-separated: the first that is there holds command or path
  std::string_view directory = {};  // the member with the directory to run in, where there is one
};

struct HookEvent {
  std::string_view name;
  std::string_view tool_member;       // where the tool's name is; empty: the event is about `tool`
  std::string_view arguments_member;  // empty: the arguments are members of the call itself
  std::string_view tool = {};
};

// Answers are JSON in which @ stands for the reason; empty: nothing is printed.
struct HookFormat {
  std::string_view name;
  std::span<const HookEvent> events;
  std::span<const ToolSpec> tools;
  std::string_view pass, allow, ask, deny;
  std::string_view cannot_ask = {};  // added to the reason where `ask` stops the tool instead
};

std::span<const HookFormat> HookFormats();
Result<const HookFormat*> FindHookFormat(std::string_view name);

// What a hook was asked.
struct HookCall {
  const ToolSpec* tool = nullptr;  // nullptr: another event, or a tool that runs no command and writes no file
  std::string text;                // the command, or the patch
  std::vector<std::string> paths;  // that would be written
  std::string cwd;                 // where; empty: the current directory
};

constexpr size_t kMaxHookInput = 1 << 20;

// Errors: kTooLarge, and kInvalid for what is no call of this format, or is one of a known tool without what it needs.
Result<HookCall> ParseHookCall(const HookFormat& format, std::string_view input);

// What is to be printed; ends with a newline when it is not empty. `reason` is one line.
std::string HookAnswer(const HookFormat& format, Verdict verdict, std::string_view reason);

}  // namespace heddle::cli
