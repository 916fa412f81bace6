// AgentSetup: where each coding agent keeps its hooks, and the texts of its files with and without heddle in them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace heddle::cli {

struct AgentSetup;  // a row of the table in agent_setup.cc

struct SetupScope {
  bool project = false;  // below the current directory instead of the user's home
  std::string program;   // heddle, as the agent is to call it
};

const AgentSetup* FindAgent(std::string_view name);  // nullptr: none of this name
std::string AgentNames();                            // "claude, codex ..."

std::string SettingsPath(const AgentSetup& agent, const SetupScope& scope);
std::string_view NoteOf(const AgentSetup& agent);  // what is left to do by hand; may be empty

// `document` with heddle as its guard, or unchanged when it is that already. Errors: kInvalid for a document that
// cannot be understood.
Result<std::string> WithGuard(const AgentSetup& agent, std::string_view document, const SetupScope& scope);

// `document` without heddle; empty: the file was heddle's alone.
Result<std::string> WithoutGuard(const AgentSetup& agent, std::string_view document);

}  // namespace heddle::cli
