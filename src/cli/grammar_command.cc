// heddle grammar: grammars and schemas compiled, tried, shown, sampled and traced.
#include <algorithm>
#include <bit>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/grammar_input.h"
#include "cli/grammar_texts.h"
#include "cli/schema_bench.h"
#include "sys/gzip.h"

namespace heddle::cli {

int GrammarBench(App& app, const Arguments& arguments);

namespace {

std::string NotesText(const grammar::CompiledGrammar& notes) {
  std::string out;
  for (const auto& note : notes.post_checks)
    out +=
        ForTerminal(Cat({"not enforced, check afterwards: #", note.pointer, ": ", note.keyword, ": ", note.reason})) +
        "\n";
  for (const auto& note : notes.annotations)
    out += ForTerminal(Cat({"note: ", note.keyword, ": ", note.reason})) + "\n";
  return out;
}

std::string NotesJson(const std::vector<grammar::SchemaNote>& notes) {
  std::string out = "[";
  for (const auto& note : notes)
    out += Cat({out.size() > 1 ? "," : "", "{\"pointer\":", JsonText(note.pointer),
                ",\"keyword\":", JsonText(note.keyword), ",\"reason\":", JsonText(note.reason), "}"});
  return out + "]";
}

struct Ready {
  LoadedVocabulary vocabulary;
  LoadedGrammar grammar;
};

Result<Ready> Prepare(const Arguments& arguments) {
  if (arguments.words.size() < 2)
    return Error{Code::kInvalid, Cat({"which grammar? heddle grammar ", arguments.words[0], " FILE"})};
  Ready out;
  TRY_ASSIGN(out.vocabulary, LoadVocabulary(arguments.Get("vocab")));
  TRY_ASSIGN(out.grammar, LoadGrammar(arguments.words[1], arguments, out.vocabulary.engine));
  return out;
}

int Check(App& app, const Arguments& arguments) {
  const auto ready = Prepare(arguments);
  const bool json = arguments.Has("json");
  if (!ready) {
    if (json) app.Out(Cat({"{\"ok\":false,\"error\":", JsonText(ready.error().message), "}\n"}));
    return json ? kError : app.Fail(ready.error());
  }
  const LoadedGrammar& grammar = ready->grammar;
  if (json) {
    app.Out(Cat({"{\"ok\":true,\"compile_us\":", std::to_string(grammar.compile_us),
                 ",\"states\":", std::to_string(grammar.program->space->pool.size()),
                 ",\"post_checks\":", NotesJson(grammar.notes.post_checks),
                 ",\"annotations\":", NotesJson(grammar.notes.annotations), "}\n"}));
  } else {
    app.Out(Cat({NotesText(grammar.notes), "ok: compiled in ", std::to_string(grammar.compile_us), " us, ",
                 std::to_string(grammar.program->space->pool.size()), " expressions\n"}));
  }
  return kDone;
}

// Whether each text (or standard input) belongs to the grammar; where it leaves it otherwise.
int Test(App& app, const Arguments& arguments) {
  const auto ready = Prepare(arguments);
  if (!ready) return app.Fail(ready.error());
  std::vector<std::string> texts(arguments.words.begin() + 2, arguments.words.end());
  if (texts.empty()) {
    auto text = sys::ReadMaybeGzip("-", size_t{64} << 20);
    if (!text) return app.Fail(text.error());
    texts.push_back(*std::move(text));
  }
  int exit = kDone;
  for (const std::string& text : texts) {
    mask::Matcher matcher(ready->grammar.program);
    size_t at = 0;
    while (at < text.size() && matcher.AcceptBytes(std::string_view(text).substr(at, 1))) ++at;
    const bool accepted = at == text.size() && matcher.CanStop();
    if (!accepted) exit = kError;
    if (arguments.Has("json")) {
      app.Out(Cat({"{\"accepted\":", accepted ? "true" : "false", ",\"offset\":", std::to_string(at),
                   accepted ? "" : ",\"expected\":", accepted ? "" : JsonText(matcher.Explain()), "}\n"}));
    } else if (accepted) {
      app.Out("accepted\n");
    } else {
      app.Out(Cat({at == text.size() ? "incomplete" : "rejected", " at offset ", std::to_string(at), ", after ",
                   JsonText(text.substr(at < 40 ? 0 : at - 40, std::min<size_t>(at, 40))), ": expected ",
                   ForTerminal(matcher.Explain()), "\n"}));
    }
  }
  return exit;
}

int Show(App& app, const Arguments& arguments) {
  const auto ready = Prepare(arguments);
  if (!ready) return app.Fail(ready.error());
  const auto depth = ParseInt(arguments.Get("depth", "6"));
  if (!depth || *depth < 1 || *depth > 40) return app.Fail({Code::kInvalid, "--depth is a number from 1 to 40"});
  const auto& pool = ready->grammar.program->space->pool;
  app.Out(ForTerminal(pool.Describe(ready->grammar.program->start, static_cast<int>(*depth)), heddle::Layout::kLines) +
          "\n");
  return kDone;
}

// Token by token: what was taken, how many others could have been, and what the grammar expected.
int Trace(App& app, const Arguments& arguments) {
  const auto ready = Prepare(arguments);
  if (!ready) return app.Fail(ready.error());
  if (arguments.words.size() != 3) return app.Fail({Code::kInvalid, "which text? heddle grammar trace FILE TEXT"});
  const auto& vocabulary = ready->vocabulary.engine->vocabulary();
  mask::Matcher matcher(ready->grammar.program);
  std::vector<uint32_t> words(ready->vocabulary.engine->words());
  for (const mask::Token token : ready->vocabulary.tokenizer->Encode(arguments.words[2])) {
    matcher.Fill(words);
    size_t allowed = 0;
    for (const uint32_t word : words) allowed += static_cast<size_t>(std::popcount(word));
    const bool fits = matcher.Check(token);
    const std::string forced = matcher.Forced(), expected = matcher.Explain();
    std::string ids;
    for (const mask::Token id : matcher.ForcedTokens(*ready->vocabulary.tokenizer))
      ids += Cat({ids.empty() ? "" : ",", std::to_string(id)});
    if (arguments.Has("json")) {
      app.Out(Cat({"{\"token\":", std::to_string(token), ",\"text\":", JsonText(vocabulary.bytes(token)),
                   ",\"allowed\":", std::to_string(allowed), ",\"fits\":", fits ? "true" : "false", ",\"forced\":",
                   JsonText(forced), ",\"forced_tokens\":[", ids, "]", ",\"expected\":", JsonText(expected), "}\n"}));
    } else {
      app.Out(Cat({fits ? "  " : "x ", JsonText(vocabulary.bytes(token)), "  of ", std::to_string(allowed),
                   forced.empty() ? "" : "  forced " + JsonText(forced), "  expected ", ForTerminal(expected), "\n"}));
    }
    if (!fits) return kError;
    (void)matcher.Accept(token);
  }
  app.Out(arguments.Has("json") ? Cat({"{\"complete\":", matcher.CanStop() ? "true" : "false", "}\n"})
          : matcher.CanStop()   ? "complete\n"
                                : "incomplete\n");
  return matcher.CanStop() ? kDone : kError;
}

// The tokens of each text (or of standard input).
int Tokens(App& app, const Arguments& arguments) {
  if (!arguments.Has("vocab")) return app.Fail({Code::kInvalid, "which vocabulary? name one with --vocab FILE"});
  const auto loaded = LoadVocabulary(arguments.Get("vocab"));
  if (!loaded) return app.Fail(loaded.error());
  if (!loaded->tokenizer_note.empty()) app.Err(Cat({"heddle: ", ForTerminal(loaded->tokenizer_note), "\n"}));
  std::vector<std::string> texts(arguments.words.begin() + 1, arguments.words.end());
  if (texts.empty()) {
    auto text = sys::ReadMaybeGzip("-", size_t{64} << 20);
    if (!text) return app.Fail(text.error());
    texts.push_back(*std::move(text));
  }
  for (const std::string& text : texts) {
    std::string out;
    for (const mask::Token token : loaded->tokenizer->Encode(text)) {
      const std::string id = std::to_string(token);
      out += arguments.Has("json") ? Cat({out.empty() ? "[" : ",", id})
                                   : Cat({id, "  ", JsonText(loaded->engine->vocabulary().bytes(token)), "\n"});
    }
    app.Out(arguments.Has("json") ? Cat({out.empty() ? "[" : out, "]\n"}) : out);
  }
  return kDone;
}

int Sample(App& app, const Arguments& arguments) {
  const auto count = ParseInt(arguments.Get("number", "1")), seed = ParseInt(arguments.Get("seed", "1"));
  if (!count || *count < 1 || !seed)
    return app.Fail({Code::kInvalid, "--number and --seed are whole numbers, the first above 0"});
  std::mt19937_64 rng(static_cast<uint64_t>(*seed));
  if (arguments.Has("cases")) {  // of each schema in a file of cases
    if (arguments.words.size() < 2)
      return app.Fail({Code::kInvalid, "which cases? heddle grammar sample --cases FILE"});
    auto loaded = LoadVocabulary(arguments.Get("vocab"));
    if (!loaded) return app.Fail(loaded.error());
    auto text = sys::ReadMaybeGzip(arguments.words[1], size_t{1} << 30);
    if (!text) return app.Fail(text.error());
    for (const std::string_view line : Split(*text, '\n')) {
      const auto each = ParseSchemaCase(line);
      if (!each) continue;
      auto program = std::make_shared<mask::Program>(mask::Program{loaded->engine->CurrentSpace(), loaded->engine});
      {
        const std::lock_guard lock(program->space->mutex);
        const auto compiled =
            grammar::CompileSchema(program->space->pool, each->schema, {.any_order = arguments.Has("any-order")});
        if (!compiled) continue;
        program->start = compiled->start;
      }
      std::string texts;
      for (int64_t i = 0; i < *count; ++i) {
        const auto sample = SampleText(*program, rng);
        if (sample) texts += Cat({texts.empty() ? "" : ",", JsonText(*sample)});
      }
      app.Out(Cat({"{\"id\":", JsonText(each->id), ",\"schema\":", each->schema, ",\"texts\":[", texts, "]}\n"}));
    }
    return kDone;
  }
  const auto ready = Prepare(arguments);
  if (!ready) return app.Fail(ready.error());
  for (int64_t i = 0; i < *count; ++i) {
    const auto sample = SampleText(*ready->grammar.program, rng);
    if (!sample) return app.Fail({Code::kTimeout, "a text would not end within 20,000 bytes; try another --seed"});
    std::string shown = sys::IsTerminal(1) ? ForTerminal(*sample, heddle::Layout::kLines) : *sample;
    if (arguments.Has("json")) shown = JsonText(*sample);
    app.Out(shown + "\n");
  }
  return kDone;
}

struct Action {
  std::string_view name;
  int (*run)(App& app, const Arguments& arguments);
};
constexpr Action kActions[] = {{"check", Check},   {"compile", Check}, {"test", Test},     {"show", Show},
                               {"sample", Sample}, {"trace", Trace},   {"tokens", Tokens}, {"bench", GrammarBench}};

}  // namespace

int RunGrammar(App& app, const Arguments& arguments) {
  for (const Action& action : kActions) {
    if (!arguments.words.empty() && arguments.words[0] == action.name) return action.run(app, arguments);
  }
  app.Err(
      "heddle: say what to do: heddle grammar check, compile, test, show, sample, trace, tokens or bench (see heddle "
      "grammar "
      "--help)\n");
  return kUsage;
}

}  // namespace heddle::cli
