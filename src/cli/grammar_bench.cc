// heddle grammar bench: schemas with instances through the engine, in a worker, so that no schema ends the run.
#include <algorithm>
#include <cmath>
#include <map>
#include <new>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/grammar_input.h"
#include "cli/schema_bench.h"
#include "cli/schema_cases.h"
#include "sys/environment.h"
#include "sys/worker.h"

namespace heddle::cli {
namespace {

constexpr int kQuietMs = 30'000;  // a schema that takes longer is counted and left

struct Outcome {
  std::map<std::string, uint64_t> refused;
  uint64_t crashed = 0, timed_out = 0;
  int64_t peak_rss = 0;
};

constexpr std::pair<std::string_view, Layout> kLayouts[] = {
    {"compact", Layout::kCompact}, {"spaced", Layout::kSpaced}, {"indented", Layout::kIndented}};

std::string Number(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.2f", value);
  return buffer;
}

struct Quantiles {
  const char* name;
  const trace::Histogram* ns;
};

std::string Json(const SchemaTally& t, const Outcome& outcome, const std::vector<Quantiles>& times,
                 const LoadedVocabulary& vocabulary, bool verified) {
  std::string out =
      Cat({"{\"schemas\":", std::to_string(t.schemas), ",\"compiled\":", std::to_string(t.compiled), ",\"refused\":{"});
  bool first = true;
  for (const auto& [keyword, count] : outcome.refused) {
    out += Cat({first ? "" : ",", JsonText(keyword), ":", std::to_string(count)});
    first = false;
  }
  out += Cat({"},\"crashed\":", std::to_string(outcome.crashed), ",\"timed_out\":", std::to_string(outcome.timed_out),
              ",\"tested\":", std::to_string(t.tested), ",\"exact\":", std::to_string(t.exact), ",\"valid_rejected\":",
              std::to_string(t.valid_rejected), ",\"invalid_accepted\":", std::to_string(t.invalid_accepted)});
  for (const auto& [name, h] : times) {
    out += Cat({",\"", name, "\":{\"mean\":", Number(h->mean() / 1000)});
    const std::pair<const char*, double> kQuantiles[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}};
    for (const auto& [label, q] : kQuantiles)
      out += Cat({",\"", label, "\":", Number(static_cast<double>(h->Quantile(q)) / 1000)});
    out += Cat({",\"max\":", Number(static_cast<double>(h->max()) / 1000), "}"});
  }
  if (verified) out += Cat({",\"wrong_masks\":", std::to_string(t.wrong_masks)});
  return Cat({out, ",\"masks\":", std::to_string(t.masks), ",\"distinct_masks\":", std::to_string(t.distinct_masks),
              ",\"peak_rss_mb\":", Number(static_cast<double>(outcome.peak_rss) / 1048576),
              ",\"tokens\":", std::to_string(vocabulary.engine->vocabulary().size()), ",\"vocabulary_us\":",
              std::to_string(vocabulary.read_us), ",\"tables_us\":", std::to_string(vocabulary.tables_us), "}\n"});
}

std::string Table(const SchemaTally& t, const Outcome& outcome, const std::vector<Quantiles>& times,
                  const LoadedVocabulary& vocabulary, bool verified) {
  std::string refused;
  for (const auto& [keyword, count] : outcome.refused)
    refused += Cat({refused.empty() ? " (" : ", ", keyword, " ", std::to_string(count)});
  if (!refused.empty()) refused += ")";
  std::string out = Cat({"schemas           ",
                         std::to_string(t.schemas),
                         "\ncompiled          ",
                         std::to_string(t.compiled),
                         "\nrefused           ",
                         std::to_string(t.schemas - t.compiled),
                         refused,
                         "\ncrashed, too slow ",
                         std::to_string(outcome.crashed),
                         ", ",
                         std::to_string(outcome.timed_out),
                         "\nexact             ",
                         std::to_string(t.exact),
                         " of ",
                         std::to_string(t.tested),
                         " compiled ones with tests\nvalid rejected    ",
                         std::to_string(t.valid_rejected),
                         "\ninvalid accepted  ",
                         std::to_string(t.invalid_accepted),
                         "\nmasks             ",
                         std::to_string(t.masks),
                         ", ",
                         std::to_string(t.distinct_masks),
                         " different",
                         verified ? Cat({", ", std::to_string(t.wrong_masks), " wrong"}) : std::string(),
                         "\npeak memory       ",
                         Number(static_cast<double>(outcome.peak_rss) / 1048576),
                         " MB\nvocabulary        ",
                         std::to_string(vocabulary.engine->vocabulary().size()),
                         " tokens, read in ",
                         Number(static_cast<double>(vocabulary.read_us) / 1000),
                         " ms, tables in ",
                         Number(static_cast<double>(vocabulary.tables_us) / 1000),
                         " ms\n\n",
                         "microseconds          mean        p50        p90        p99       p99.9        max\n"});
  for (const auto& [name, h] : times) {
    char line[160];
    std::snprintf(line, sizeof line, "%-14s %11.2f %10.2f %10.2f %10.2f %11.2f %10.2f\n",
                  std::string(name, std::string_view(name).size() - 3).c_str(), h->mean() / 1000,
                  static_cast<double>(h->Quantile(0.5)) / 1000, static_cast<double>(h->Quantile(0.9)) / 1000,
                  static_cast<double>(h->Quantile(0.99)) / 1000, static_cast<double>(h->Quantile(0.999)) / 1000,
                  static_cast<double>(h->max()) / 1000);
    out += line;
  }
  return out;
}

}  // namespace

int GrammarBench(App& app, const Arguments& arguments) {
  if (arguments.words.size() < 2)
    return app.Fail({Code::kInvalid, "which schemas? heddle grammar bench PATH... --vocab FILE"});
  if (!arguments.Has("vocab")) return app.Fail({Code::kInvalid, "which vocabulary? name one with --vocab FILE"});
  const auto* layout =
      std::find_if(std::begin(kLayouts), std::end(kLayouts),
                   [name = arguments.Get("layout", "spaced")](const auto& each) { return each.first == name; });
  if (layout == std::end(kLayouts))
    return app.Fail({Code::kInvalid, "--layout is one of compact, spaced and indented"});
  SchemaCases cases;
  for (size_t i = 1; i < arguments.words.size(); ++i) {
    if (auto added = cases.Add(arguments.words[i]); !added) return app.Fail(added.error());
  }
  if (const auto limit = ParseInt(arguments.Get("limit", "0")); limit && *limit > 0)
    cases.Limit(static_cast<size_t>(*limit));
  auto loaded = LoadVocabulary(arguments.Get("vocab"));
  if (!loaded) return app.Fail(loaded.error());
  if (!loaded->tokenizer_note.empty()) app.Err(Cat({"heddle: ", ForTerminal(loaded->tokenizer_note), "\n"}));
  auto memory = sys::SharedMemory(sizeof(SchemaTally) + 64);
  if (!memory) return app.Fail(memory.error());
  auto* const tally = new (*memory) SchemaTally;

  Outcome outcome;
  size_t next = 0;  // the case under way
  const int64_t start = sys::SystemClock().MonotonicUs();
  const bool failures = arguments.Has("failures"), verify = arguments.Has("verify"), terminal = sys::IsTerminal(2);
  while (next < cases.size()) {
    const auto end = sys::RunWorker(
        [&](const sys::SendLine& send) {
          SchemaBench bench(loaded->engine, loaded->tokenizer, verify);
          for (size_t i = next; i < cases.size(); ++i) {
            const auto text = cases.Read(i);
            const auto each = text ? ParseSchemaCase(*text, layout->second) : Result<SchemaCase>(text.error());
            std::string refused;
            if (!each) {
              ++tally->schemas;
              refused = "malformed case";
            } else {
              for (const std::string& wrong : bench.Run(*each, *tally, refused))
                send(Cat({"!", each->id, ": ", ReplaceAll(wrong, "\n", " ")}));
            }
            send(Cat({"=", refused}));
          }
        },
        [&](std::string_view line) {
          if (line.starts_with("!")) {
            if (failures) app.Out(Cat({ForTerminal(line.substr(1)), "\n"}));
            return;
          }
          if (line.size() > 1) ++outcome.refused[std::string(line.substr(1))];
          ++next;
          if (terminal && next % 16 == 0) {
            const double seconds = static_cast<double>(sys::SystemClock().MonotonicUs() - start) / 1e6;
            app.Err(Cat({"\r  ", std::to_string(next), " of ", std::to_string(cases.size()), " schemas, ",
                         std::to_string(static_cast<int>(static_cast<double>(next) / (seconds + 1e-3))), " a second, ",
                         std::to_string(std::lround(seconds / static_cast<double>(next) *
                                                    static_cast<double>(cases.size() - next))),
                         " s left  "}));
          }
        },
        {.quiet_ms = kQuietMs, .files = cases.files()});
    if (!end) return app.Fail(end.error());
    outcome.peak_rss = std::max(outcome.peak_rss, end->peak_rss_bytes);
    if (!end->crashed && !end->timed_out) break;
    ++(end->crashed ? outcome.crashed : outcome.timed_out);
    if (failures) app.Out(Cat({"case ", std::to_string(next + 1), end->crashed ? ": crashed\n" : ": too slow\n"}));
    ++next;  // go on after it
  }
  if (terminal) app.Err("\r\x1b[K");
  const std::vector<Quantiles> times = {{"compile_us", &tally->compile_ns},
                                        {"first_mask_us", &tally->first_mask_ns},
                                        {"mask_us", &tally->mask_ns},
                                        {"accept_us", &tally->accept_ns},
                                        {"check_us", &tally->check_ns}};
  app.Out(arguments.Has("json") ? Json(*tally, outcome, times, *loaded, verify)
                                : Table(*tally, outcome, times, *loaded, verify));
  return kDone;
}

}  // namespace heddle::cli
