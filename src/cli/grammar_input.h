// What the grammar commands read: vocabularies with their tokenizers, and grammars in any notation.
#pragma once

#include <memory>
#include <string>

#include "cli/flags.h"
#include "grammar/source.h"
#include "mask/matcher.h"
#include "vocab/tokenizer.h"

namespace heddle::cli {

struct LoadedVocabulary {
  std::shared_ptr<mask::Engine> engine;
  std::shared_ptr<const vocab::Tokenizer> tokenizer;
  std::string tokenizer_note;  // why text is cut greedily, where it is
  int64_t read_us = 0;         // the file, to tokens and their trie
  int64_t tables_us = 0;       // the engine's tables over them
};

// A tokenizer.json, GGUF, SentencePiece model, or base64 lines; any may be gzipped. An empty path is the 256 bytes.
Result<LoadedVocabulary> LoadVocabulary(const std::string& path);

struct LoadedGrammar {
  std::shared_ptr<mask::Program> program;
  grammar::CompiledGrammar notes;
  int64_t compile_us = 0;
};

// The grammar in `path` ("-": standard input), under --notation, --compact, --any-order and --lax.
Result<LoadedGrammar> LoadGrammar(const std::string& path, const Arguments& arguments,
                                  const std::shared_ptr<mask::Engine>& engine);

}  // namespace heddle::cli
