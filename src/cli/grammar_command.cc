// heddle grammar: the constraint engine from the command line.
#include <algorithm>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/gzip.h"
#include "cli/schema_bench.h"
#include "sys/environment.h"

namespace heddle::cli {
namespace {

struct Loaded {
  std::shared_ptr<mask::Engine> engine;
  std::shared_ptr<const vocab::Tokenizer> tokenizer;
};

Result<Loaded> LoadVocabulary(const std::string& path) {
  if (path.empty()) return Error{Code::kInvalid, "which vocabulary? name one with --vocab FILE"};
  TRY_ASSIGN(const std::string text, ReadMaybeGzip(path, size_t{512} << 20));
  auto data = vocab::ReadVocabulary(text);
  if (!data) return std::move(data).error().Context(path);
  TRY_ASSIGN(auto vocabulary, vocab::Vocabulary::Make(*std::move(data)));
  Loaded out{.engine = mask::Engine::Make(vocabulary)};
  // A tokenizer.json brings its merge rules; other vocabularies are cut greedily.
  if (const auto first = text.find_first_not_of(" \t\r\n"); text[first] == '{') {
    TRY_ASSIGN(out.tokenizer, vocab::MakeTokenizer(text));
  } else {
    out.tokenizer = vocab::MakeGreedyTokenizer(vocabulary);
  }
  return out;
}

std::string Microseconds(const trace::Histogram& h) {
  const auto us = [](double ns) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.2f", ns / 1000);
    return std::string(buffer);
  };
  std::string out = Cat({"{\"mean\":", us(h.mean())});
  const std::pair<const char*, double> kQuantiles[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}};
  for (const auto& [name, q] : kQuantiles) out += Cat({",\"", name, "\":", us(static_cast<double>(h.Quantile(q)))});
  return Cat({out, ",\"max\":", us(static_cast<double>(h.max())), "}"});
}

int Bench(App& app, const Arguments& arguments) {
  auto loaded = LoadVocabulary(arguments.Get("vocab"));
  if (!loaded) return app.Fail(loaded.error());
  SchemaBench bench(loaded->engine, loaded->tokenizer);
  for (size_t i = 1; i < arguments.words.size(); ++i) {
    auto text = ReadMaybeGzip(arguments.words[i], size_t{1} << 30);
    if (!text) return app.Fail(text.error());
    for (const std::string_view line : Split(*text, '\n')) {
      if (Trim(line).empty()) continue;
      const auto each = ParseSchemaCase(line);
      if (!each) return app.Fail(each.error());
      for (const auto& wrong : bench.Run(*each)) {
        if (arguments.Has("failures")) app.Out(Cat({each->id, ": ", wrong, "\n"}));
      }
    }
  }
  const SchemaTally& t = bench.tally;
  std::string out = Cat({"{\"schemas\":", std::to_string(t.schemas), ",\"compiled\":", std::to_string(t.compiled), ",\"refused\":{"});
  bool first = true;
  for (const auto& [keyword, count] : t.refused) {
    out += Cat({first ? "" : ",", JsonText(keyword), ":", std::to_string(count)});
    first = false;
  }
  out += Cat({"},\"tested\":", std::to_string(t.tested), ",\"exact\":", std::to_string(t.exact),
              ",\"valid_rejected\":", std::to_string(t.valid_rejected), ",\"invalid_accepted\":", std::to_string(t.invalid_accepted),
              ",\"compile_us\":", Microseconds(t.compile_ns), ",\"first_mask_us\":", Microseconds(t.first_mask_ns),
              ",\"mask_us\":", Microseconds(t.mask_ns), ",\"accept_us\":", Microseconds(t.accept_ns),
              ",\"check_us\":", Microseconds(t.check_ns), ",\"masks\":", std::to_string(t.masks), "}\n"});
  app.Out(out);
  return kDone;
}

}  // namespace

int RunGrammar(App& app, const Arguments& arguments) {
  if (!arguments.words.empty() && arguments.words[0] == "bench") return Bench(app, arguments);
  app.Err("heddle: say what to do: heddle grammar bench (see heddle grammar --help)\n");
  return kUsage;
}

}  // namespace heddle::cli
