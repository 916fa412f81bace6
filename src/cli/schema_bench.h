// SchemaBench: schemas with instances (MaskBench's form: {schema, tests: [{valid, data}]}) through the constraint
// engine: what compiles, what is judged right, and how long each step takes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "mask/matcher.h"
#include "trace/histogram.h"
#include "vocab/tokenizer.h"

namespace heddle::cli {

// Plain memory: it may lie in memory shared with a worker.
struct SchemaTally {
  uint64_t schemas = 0, compiled = 0, tested = 0, exact = 0, valid_rejected = 0, invalid_accepted = 0, masks = 0;
  uint64_t wrong_masks = 0;     // verified: different from the checks of all tokens
  uint64_t distinct_masks = 0;  // different sets of tokens among `masks`, as far as the set of seen ones is kept
  trace::Histogram compile_ns, first_mask_ns, mask_ns, accept_ns, check_ns;
};

struct SchemaCase {
  std::string id, schema;  // JSON text
  struct Test {
    bool valid = false;
    std::string text;
  };
  std::vector<Test> tests;
};

enum class Layout { kCompact, kSpaced, kIndented };

// One line of a MaskBench file, or one file of a directory. Instances are written as Python's json.dumps writes them:
// spaced, unless another layout is asked for.
Result<SchemaCase> ParseSchemaCase(std::string_view line, Layout layout = Layout::kSpaced);

class SchemaBench {
 public:
  // `verify`: every mask that was not seen before is held against the check of each token. Slow.
  SchemaBench(std::shared_ptr<mask::Engine> engine, std::shared_ptr<const vocab::Tokenizer> tokenizer, bool verify)
      : engine_(std::move(engine)), tokenizer_(std::move(tokenizer)), verify_(verify) {}

  // What went wrong in one case, one line each; empty: it is exact. `refused` gets the keyword when it did not compile.
  std::vector<std::string> Run(const SchemaCase& each, SchemaTally& tally, std::string& refused);
  std::string stopped_at;  // where the last rejected text left the grammar

 private:
  // Whether the grammar accepts the whole text, token by token, with a mask at each.
  bool Accepts(const std::shared_ptr<const mask::Program>& program, std::string_view text, SchemaTally& tally,
               bool& first);

  std::shared_ptr<mask::Engine> engine_;
  std::shared_ptr<const vocab::Tokenizer> tokenizer_;
  bool verify_;
  std::vector<uint32_t> words_;
  std::unordered_set<uint64_t> seen_;  // hashes of masks
};

}  // namespace heddle::cli
