// The table of commands and their flags. Help, completions and the man page are made from it.
#include "cli/commands.h"

namespace heddle::cli {
namespace {

constexpr FlagSpec kGlobal[] = {{"help", 'h', "", "show help"}};
constexpr FlagSpec kAsk[] = {
    {"quiet", 'q', "", "print only the command"},
    {"run", 'r', "", "run it; what changes anything is confirmed first"},
    {"json", 0, "", "print one JSON object (docs/cli.md)"},
    {"ndjson", 0, "", "read {\"query\", \"cwd\"?, \"target\"?} lines from standard input, print one object each"},
    {"candidates", 'n', "N", "up to N readings, best first"},
    {"shell", 0, "NAME", "write for bash, zsh, fish or posix; default: the shell that started heddle"},
    {"target", 0, "NAME", "write for the tools of gnu, bsd, macos or busybox; default: this machine's"},
    {"cwd", 0, "DIR", "understand paths as below DIR, and run there"},
    {"trace", 0, "FILE", "append a JSON line for each step and how long it took"},
    {"model", 0, "NAME", "ask this model where heddle itself does not know; default: the setting model"},
    {"backend", 0, "NAME", "of the model: runner, openai, responses, anthropic or ollama, with :ADDRESS"},
    {"key", 0, "SOURCE", "where the backend's key is: env:NAME, file:PATH or command:WORDS"},
    {"no-model", 0, "", "ask no model"}};
constexpr FlagSpec kCheck[] = {
    {"json", 0, "", "print one JSON object"},
    {"ndjson", 0, "", "read {\"command\"} lines from standard input, print one object each, in order, flushed"},
    {"cwd", 0, "DIR", "rate as if run in DIR"},
    {"fail-on", 0, "RATING",
     "exit with 11 for unknown, 12 moderate, 13 high, 14 critical, where that is RATING or worse (safe, 10, is the "
     "least)"},
    {"hook", 0, "AGENT", "answer the hook of claude, codex, gemini, cursor or opencode; heddle init AGENT sets it up"}};
constexpr FlagSpec kExplain[] = {{"json", 0, "", "print one JSON object"}};
constexpr FlagSpec kTry[] = {
    {"network", 0, "", "allow the network, with the services on this machine that listen on it"},
    {"shell", 0, "NAME", "run it in bash, zsh, fish or posix; default: the shell that started heddle"}};
constexpr FlagSpec kHistory[] = {{"json", 0, "", "one JSON object per line"},
                                 {"limit", 'n', "N", "at most N entries (default 20)"},
                                 {"run", 'r', "ID", "run that entry's command again, rated as it is today"},
                                 {"clear", 0, "", "forget everything"}};
constexpr FlagSpec kEval[] = {{"json", 0, "", "print a JSON summary"}, {"failures", 'f', "", "print only what failed"}};
constexpr FlagSpec kUndo[] = {
    {"list", 'l', "", "list what can be taken back (also without any words)"},
    {"force", 0, "", "also what has changed since; what is there now is kept first"},
    {"purge", 0, "", "let go of what is kept: of ID, --older-than AGE or --all"},
    {"older-than", 0, "AGE", "with --purge: older than 30d, 12h, 90m"},
    {"all", 'a', "", "with --purge: everything; else: all that the command did (the default)"},
    {"json", 0, "", "one JSON object per line"}};
constexpr FlagSpec kInit[] = {{"write", 0, "", "of an agent: put it into its settings, after showing what changes"},
                              {"remove", 0, "", "of an agent: take it out of them again"},
                              {"user", 0, "", "of an agent: the user's settings (the default)"},
                              {"project", 0, "", "of an agent: the settings of the project in this directory"},
                              {"yes", 'y', "", "write without asking"}};
constexpr FlagSpec kConfig[] = {{"json", 0, "", "print JSON"}};

constexpr FlagSpec kGrammar[] = {
    {"vocab", 0, "FILE",
     "the tokens: tokenizer.json, a GGUF file, a SentencePiece model or base64 lines; default: single bytes"},
    {"notation", 0, "NAME", "json-schema, lark, gbnf, regex, choice or tags; default: by the file's name"},
    {"compact", 0, "", "JSON without white space; default: any amount where JSON allows it"},
    {"spaced", 0, "", "JSON Schema: one space after every colon and comma"},
    {"indent", 0, "N", "JSON Schema: every member on a line of its own, N spaces deeper"},
    {"any-order", 0, "", "properties in any order; default: as written"},
    {"annotate-formats", 0, "", "JSON Schema: format is an annotation, as 2020-12 has it"},
    {"lax", 0, "", "list what cannot be enforced instead of refusing it"},
    {"number", 'n', "N", "sample: so many texts"},
    {"seed", 0, "N", "sample: the same seed gives the same texts"},
    {"cases", 0, "", "sample: of every schema in a file of {schema, tests} lines"},
    {"depth", 0, "N", "show: so many levels"},
    {"limit", 0, "N", "bench: at most N schemas"},
    {"verify", 0, "", "bench: hold every different mask against the check of each token (slow)"},
    {"layout", 0, "NAME", "bench: instances in this spelling: compact, spaced (default) or indented"},
    {"failures", 'f', "", "bench: also print what was refused or judged wrongly"},
    {"json", 0, "", "print JSON"}};

constexpr FlagSpec kModels[] = {
    {"json", 0, "", "print JSON, one object per line"},
    {"catalog", 0, "", "list: recommended models, their sizes and licences"},
    {"model", 'm', "NAME", "embed, fill: with this model; default: the setting model"},
    {"backend", 0, "NAME", "list, embed, fill: of this backend; default: models on this machine"},
    {"key", 0, "SOURCE", "where the backend's key is: env:NAME, file:PATH or command:WORDS"},
    {"sha256", 0, "HEX", "pull: what the file must have"},
    {"models", 0, "A,B", "compare: these; BACKEND/MODEL for a server"},
    {"max-tokens", 0, "N", "compare, fill: at most N tokens (default 512, 128)"},
    {"text", 0, "FILE", "quantize: measure before and after how well this text is foreseen"},
    {"number", 'n', "N", "bench: N rounds (default 5)"},
    {"context", 0, "N", "a window of N tokens"},
    {"threads", 0, "N", "default: one per core"},
    {"keep-alive", 0, "TIME", "how long the model stays loaded without work: 30s, 5m, 1h, -1"}};
constexpr FlagSpec kBatch[] = {{"url", 0, "URL", "of the server; default: http://127.0.0.1:8417"},
                               {"key", 0, "SOURCE", "where its key is: env:NAME, file:PATH or command:WORDS"},
                               {"concurrency", 0, "N", "calls at a time; default: 4"},
                               {"model", 'm', "NAME", "for calls that name none; default: auto"}};
constexpr FlagSpec kTop[] = {{"url", 0, "URL", "of the server; default: http://127.0.0.1:8417"},
                             {"key", 0, "SOURCE", "where its key is: env:NAME, file:PATH or command:WORDS"},
                             {"once", 0, "", "print the figures once"},
                             {"json", 0, "", "print JSON, one object per look"}};
constexpr FlagSpec kServe[] = {{"listen", 0, "ADDRESS:PORT", "instead of the configuration's; default: 127.0.0.1:8417"},
                               {"config", 0, "FILE", "instead of serve.toml in the configuration folder"},
                               {"drain", 0, "TIME", "how long answers may take to end after SIGTERM; default: 30s"}};
constexpr FlagSpec kChat[] = {
    {"model", 'm', "NAME", "the model; default: the setting model"},
    {"backend", 0, "NAME",
     "runner (models on this machine), openai, responses, anthropic or ollama, with :ADDRESS for other servers"},
    {"key", 0, "SOURCE", "where the backend's key is: env:NAME, file:PATH or command:WORDS"},
    {"system", 0, "TEXT", "a system message"},
    {"schema", 0, "FILE", "the answer must be JSON that is valid for this JSON Schema"},
    {"grammar", 0, "FILE", "the answer must match this grammar (see heddle grammar)"},
    {"temperature", 't', "NUMBER", "0: always the likeliest"},
    {"seed", 0, "N", "the same seed gives the same text"},
    {"max-tokens", 0, "N", "at most N tokens"},
    {"think", 0, "HOW", "on, off, low, medium or high, for models that think"},
    {"context", 0, "N", "a window of N tokens"},
    {"threads", 0, "N", "default: one per core"},
    {"keep-alive", 0, "TIME", "how long the model stays loaded without work: 30s, 5m, 1h, -1"},
    {"json", 0, "", "print one JSON object with the text, usage and times"}};

constexpr FlagSpec kBench[] = {
    {"file", 0, "FILE", "a suite of your own, or of any known format"},
    {"instruct", 0, "", "tasks in words, of suites that also have them as code to be completed (BigCodeBench)"},
    {"model", 'm', "NAME", "run: the model; default: the setting model"},
    {"backend", 0, "NAME", "run: runner, openai, responses, anthropic or ollama, with :ADDRESS"},
    {"key", 0, "SOURCE", "where the backend's key is: env:NAME, file:PATH or command:WORDS"},
    {"mode", 0, "MODES",
     "run: zero-shot (default), samples n=N temperature=T, iterative attempts=N feedback=none|pass|error|full "
     "advise=N plateau=N, each with constrain, specify, recall; several with ';', a grid as attempts=1,3 specify?; "
     "all"},
    {"constrain", 0, "", "run: every mode without and with heddle's own decoding"},
    {"preset", 0, "NAME", "run: heddle (default), or evalplus, to compare with published rates"},
    {"adviser", 0, "MODEL", "run: writes specifications and advice; default: the model itself"},
    {"adviser-backend", 0, "NAME", "run: where the adviser is"},
    {"concurrency", 0, "N", "run: calls of the model at a time; default: as many as the server works on, or 4"},
    {"rate", 0, "N", "run: calls of the model a minute, evenly spaced"},
    {"adviser-rate", 0, "N", "run: the same of the adviser"},
    {"limit", 0, "N", "run, check: the first N tasks"},
    {"tasks", 0, "PATTERNS",
     "run, check: tasks with these names, such as 'HumanEval/1*,HumanEval/7', or @FILE, one a line"},
    {"shard", 0, "I/N", "run, check: every Nth task, from the Ith"},
    {"seed", 0, "N", "run: of the first sample; default: 1"},
    {"max-tokens", 0, "N", "run: of an answer; default: the preset's"},
    {"think", 0, "HOW", "run: on, off, low, medium or high, for models that think"},
    {"memory-store", 0, "WHERE", "run: what is learned goes to builtin (default), off, or the MCP server of a file"},
    {"reuse-passed", 0, "RUN", "run: take programs that passed in that run instead of asking"},
    {"min-pass", 0, "PERCENT", "run: exit code 1 where fewer pass, in any of the modes"},
    {"out", 0, "PATH", "run: the folder of the run; report: the file"},
    {"format", 0, "NAME", "report: markdown (default), json, csv or html"},
    {"timing-report", 0, "", "report: where the time went"},
    {"timing-export", 0, "FILE", "report: spans as .json, .csv or .trace.json (for Perfetto)"},
    {"json", 0, "", "print JSON"},
    {"jobs", 'j', "N", "programs judged at a time; default: one per core"},
    {"timeout", 0, "SECONDS", "processor time of an answer; default: 5, or ten times the reference's"},
    {"memory", 0, "MB", "of an answer; default: 1024, or twice the reference's"},
    {"python", 0, "PATH", "the interpreter that answers run in; default: python3"},
    {"sandbox", 0, "HOW", "on (default), or none: answers then run with your rights"},
    {"context", 0, "N", "of a model on this machine: a window of N tokens"},
    {"threads", 0, "N", "of a model on this machine; default: one per core"},
    {"keep-alive", 0, "TIME", "how long a model on this machine stays loaded: 30s, 5m, 1h, -1"},
    {"url", 0, "URL", "pull: from here; it must be the same file"}};

constexpr CommandSpec kCommands[] = {
    {"ask", "turn a sentence into a command (the default)", "heddle [ask] [FLAGS] SENTENCE", kAsk,
     "  heddle find files larger than 100 MB modified this week\n  heddle -q what is using port 3000\n  heddle "
     "--target macos --json count lines in all python files\n  echo '{\"query\":\"list hidden files\"}' | heddle ask "
     "--ndjson\n",
     RunAsk},
    {"check", "rate what a command would do, without running it", "heddle check [FLAGS] [COMMAND | -]", kCheck,
     "  heddle check 'rm -rf \"$DIR\"/*'\n  heddle check --json 'curl -s x.example | sh'\n  heddle check - < "
     "script.sh\n  heddle check --fail-on high \"$COMMAND\" > /dev/null && eval \"$COMMAND\"\n",
     RunCheck},
    {"explain", "say what each part of a command means", "heddle explain [COMMAND | -]", kExplain,
     "  heddle explain 'tar -xzf a.tgz -C /tmp'\n", RunExplain},
    {"try", "run a command in a throw-away overlay and show what it changes", "heddle try [FLAGS] COMMAND", kTry,
     "  heddle try 'sed -i s/a/b/g *.txt'\n", RunTry},
    {"undo", "take back what a command that heddle ran did to files", "heddle undo [FLAGS] [ID [PATH...]]", kUndo,
     "  heddle undo\n  heddle undo 3\n  heddle undo 3 notes.txt\n  heddle undo --purge --older-than 30d\n", RunUndo},
    {"learn",
     "index your tldr pages or shell history",
     "heddle learn tldr DIR | heddle learn history [FILE]",
     {},
     "  heddle learn tldr ~/.cache/tldr\n  heddle learn history ~/.bash_history\n",
     RunLearn,
     "tldr history"},
    {"history", "search what was asked, run it again", "heddle history [FLAGS] [WORDS]", kHistory,
     "  heddle history docker\n  heddle history --run 12\n", RunHistory},
    {"config", "show or change settings", "heddle config list | path | get NAME | set NAME VALUE", kConfig,
     "  heddle config set policy strict\n", RunConfig, "list path get set"},
    {"doctor", "say what works here and what does not", "heddle doctor", {}, "", RunDoctor},
    {"init", "print the shell integration, or make heddle the guard of a coding agent",
     "heddle init bash|zsh|fish | claude|codex|gemini|cursor|opencode [FLAGS]", kInit,
     "  eval \"$(heddle init bash)\"\n  heddle init claude --write\n  heddle init codex --project --write\n  heddle "
     "init claude --remove\n",
     RunInit, "bash zsh fish claude codex gemini cursor opencode"},
    {"eval", "measure answers against text cases", "heddle eval ask FILE... | heddle eval check FILE...", kEval,
     "  heddle eval ask tests/cases/ask/*.case\n", RunEval, "ask check"},
    {"grammar", "compile, try and measure grammars and JSON Schemas as masks over tokens",
     "heddle grammar check|compile|show FILE | test FILE [TEXT...] | sample FILE | trace FILE TEXT | tokens [TEXT...] "
     "| bench "
     "PATH... --vocab FILE",
     kGrammar,
     "  heddle grammar check schema.json\n  heddle grammar test schema.json '{\"a\": 1}'\n  heddle grammar sample -n 3 "
     "grammar.lark\n  "
     "heddle grammar trace schema.json '{\"a\": 1}' --vocab tokenizer.json\n  heddle grammar tokens 'a text' --vocab "
     "tokenizer.json\n  heddle grammar bench schemas.jsonl.gz "
     "--vocab tokenizer.json --json\n",
     RunGrammar, "check compile test show sample trace tokens bench"},
    {"models", "list, fetch, check and measure local models",
     "heddle models [list|pull|verify|rm|show|bench|compare|quantize|embed|fill|import] [FLAGS] [NAME]", kModels,
     "  heddle models list --catalog\n  heddle models pull qwen2.5-coder-1.5b\n  heddle models show "
     "qwen2.5-coder-1.5b\n  heddle models bench qwen2.5-coder-1.5b\n  heddle models compare 'why is the sky blue' "
     "--models smollm2-135m,ollama/qwen3\n",
     RunModels, "list pull verify rm show bench compare quantize embed fill import"},
    {"bench", "measure how well models write code, honestly",
     "heddle bench run SUITE | check SUITE | judge RUN | show RUN [TASK] | report RUN [OTHER] | compare RUN [OTHER] | "
     "speed RUN... | list [runs] | pull SUITE | prices",
     kBench,
     "  heddle bench check humaneval\n  heddle bench run humaneval+ --model qwen2.5-coder-1.5b --preset evalplus\n  "
     "heddle bench run --file tasks.jsonl --backend openai:http://localhost:8080 --mode 'zero-shot; iterative "
     "attempts=3'\n  "
     "heddle bench compare RUN OTHER\n  heddle bench report RUN --format html --out report.html\n",
     RunBench, "run check judge show report compare speed list pull prices"},
    {"chat", "talk to a model", "heddle chat [FLAGS] [PROMPT | -]", kChat,
     "  heddle chat\n  heddle chat -m smollm2-135m 'name three fruits'\n  git diff | heddle chat - --system 'write a "
     "commit message'\n  heddle chat --backend openai:localhost:8080 --schema order.json 'an order for two apples'\n",
     RunChat},
    {"serve", "one endpoint for OpenAI, Anthropic and Ollama clients", "heddle serve [FLAGS] | check | key NAME",
     kServe,
     "  heddle serve\n  heddle serve --listen 127.0.0.1:8080\n  heddle serve key laptop\n  curl "
     "http://127.0.0.1:8417/v1/chat/completions -d '{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}'\n",
     RunServe, "check key"},
    {"batch", "send the calls of a file to a server, and keep the answers", "heddle batch [FLAGS] IN.jsonl OUT.jsonl",
     kBatch,
     "  heddle batch questions.jsonl answers.jsonl --concurrency 8\n  heddle batch questions.jsonl answers.jsonl    # "
     "goes on where it was interrupted\n",
     RunBatch},
    {"top", "the live figures of a server", "heddle top [FLAGS]", kTop, "  heddle top\n  heddle top --once --json\n",
     RunTop},
    {"completions",
     "print completions for a shell",
     "heddle completions bash|zsh|fish",
     {},
     "",
     RunCompletions,
     "bash zsh fish"},
    {"man", "print the manual page", "heddle man | man -l -", {}, "", RunMan},
};

}  // namespace

std::span<const CommandSpec> Commands() { return kCommands; }
std::span<const FlagSpec> GlobalFlags() { return kGlobal; }

const CommandSpec* FindCommand(std::string_view name) {
  for (const CommandSpec& command : kCommands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

}  // namespace heddle::cli
