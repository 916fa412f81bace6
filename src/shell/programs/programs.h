// Programs: what one resolved command does. Free functions over the interpreter; which programs they are about is data
// (data/rules) wherever it can be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/expand.h"
#include "shell/interpreter.h"
#include "shell/rules.h"

namespace heddle::shell {

// One command with its words and its standard input.
Stream RunResolved(Interpreter& in, std::vector<Field> argv, Stream& input);

// Each returns true when the command is of its kind and has been run; `out` is what it prints.
bool RunBuiltin(Interpreter& in, const std::vector<Field>& argv, Stream& input, Stream& out);
bool RunShell(Interpreter& in, const std::vector<Field>& argv, Stream& input, Stream& out);

// What one command of another kind does; `invocation` is the reading of `argv`.
bool RunWrapped(Interpreter& in, const std::vector<Field>& argv, const Invocation& invocation, Stream& input,
                Stream& out);

// Interpreters of other languages: code among their words, in a file this line wrote, or on their input.
void RunLanguage(Interpreter& in, const std::vector<Field>& argv, const Invocation& invocation, const Stream& input);
// Options whose value is run, loaded, read or written ([[option]] rows).
void ApplyOptions(Interpreter& in, const std::vector<Field>& argv, const Invocation& invocation, Stream& input);
// A setting as `git -c` takes it: an alias or a pager may be a command.
void ApplyGitSetting(Interpreter& in, const std::string& setting);
// Commands of a program's own language that leave it for a shell ([[escape]] rows).
void RunEscapes(Interpreter& in, const std::vector<Field>& argv, const Invocation& invocation, const Stream& input);
// find's actions, and the files a command writes or fetches.
void RunFind(Interpreter& in, const std::vector<Field>& argv);
void NoteFiles(Interpreter& in, const std::vector<Field>& argv, const Invocation& invocation, const Stream& input);
// Which files the command changes, in FileChanges. `before`: how many there were before its own rules were applied.
void NoteChanges(Interpreter& in, const std::vector<Field>& argv, size_t before);

// Where this line made the file that `word` names: by its path, or in a directory that PATH was given. Empty when it did
// not.
std::string PathOfMade(const Interpreter& in, const std::string& word);

// Whether `word` names, by a path or where this line made it, a file whose text a shell would run and that can be read.
bool RunsAsScript(Interpreter& in, const std::string& word);

// Words as a shell reads them back; a part that is not known is a variable of no known value.
std::string Requoted(Interpreter& in, const std::vector<Field>& argv, size_t from);

// What `argv` prints, as far as that follows from its arguments and input; unknown otherwise, never a guess.
Stream OutputOf(Interpreter& in, const std::vector<Field>& argv, const Stream& input);

// Whether what `argv` prints is meant for eval in a shell's start file: set-up by a tool that is installed for it.
bool PrintsForShells(const std::vector<Field>& argv);

// Rates code of another language. Strings in it that reach a process call are run as shell text.
void ScanCode(Interpreter& in, std::string_view language, std::string_view code);

// The texts in quotes of code in most languages, neighbours also joined; bounded.
std::vector<std::string> LiteralsOf(std::string_view code);
// Whether a print or printf of awk goes to a file (">") or a command ("|"): one of these `marks` stands before the
// statement ends, outside of strings and parentheses. "$1 > 5" elsewhere only compares.
bool PrintsTo(std::string_view program, std::string_view marks);

}  // namespace heddle::shell
