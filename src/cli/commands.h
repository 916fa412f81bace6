// The commands, one file each; the table that lists them is in commands.cc.
#pragma once

#include "cli/app.h"
#include "cli/flags.h"

namespace heddle::cli {

int RunAsk(App& app, const Arguments& arguments);
int RunCheck(App& app, const Arguments& arguments);
int RunExplain(App& app, const Arguments& arguments);
int RunTry(App& app, const Arguments& arguments);
int RunUndo(App& app, const Arguments& arguments);
int RunLearn(App& app, const Arguments& arguments);
int RunHistory(App& app, const Arguments& arguments);
int RunConfig(App& app, const Arguments& arguments);
int RunDoctor(App& app, const Arguments& arguments);
int RunInit(App& app, const Arguments& arguments);
int RunEval(App& app, const Arguments& arguments);
int RunGrammar(App& app, const Arguments& arguments);
int RunModels(App& app, const Arguments& arguments);
int RunChat(App& app, const Arguments& arguments);
int RunServe(App& app, const Arguments& arguments);
int RunBatch(App& app, const Arguments& arguments);
int RunTop(App& app, const Arguments& arguments);
int RunBench(App& app, const Arguments& arguments);
int RunCompletions(App& app, const Arguments& arguments);
int RunMan(App& app, const Arguments& arguments);

}  // namespace heddle::cli
