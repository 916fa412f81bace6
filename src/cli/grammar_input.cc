#include "cli/grammar_input.h"

#include "base/text.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/gzip.h"

namespace heddle::cli {

Result<LoadedVocabulary> LoadVocabulary(const std::string& path) {
  LoadedVocabulary out;
  vocab::VocabularyData data;
  std::string text;
  const int64_t start = sys::SystemClock().MonotonicUs();
  if (path.empty()) {
    for (int b = 0; b < 256; ++b) data.tokens.push_back(std::string(1, static_cast<char>(b)));
  } else {
    TRY_ASSIGN(text, sys::ReadMaybeGzip(path, size_t{512} << 20));
    auto read = vocab::ReadVocabulary(text);
    if (!read) return std::move(read).error().Context(path);
    data = *std::move(read);
  }
  auto vocabulary = vocab::Vocabulary::Make(std::move(data));
  if (!vocabulary) return std::move(vocabulary).error().Context(path);
  const int64_t read = sys::SystemClock().MonotonicUs();
  out.engine = mask::Engine::Make(*vocabulary);
  out.read_us = read - start, out.tables_us = sys::SystemClock().MonotonicUs() - read;
  out.tokenizer_note = "the vocabulary has no merge rules: text is cut into the longest tokens that fit";
  if (const auto first = text.find_first_not_of(" \t\r\n"); first != text.npos && text[first] == '{') {
    auto tokenizer = vocab::MakeTokenizer(text);
    if (tokenizer) {
      out.tokenizer = *tokenizer, out.tokenizer_note.clear();
      return out;
    }
    out.tokenizer_note = tokenizer.error().message;
  }
  out.tokenizer = vocab::MakeGreedyTokenizer(*vocabulary);
  return out;
}

Result<LoadedGrammar> LoadGrammar(const std::string& path, const Arguments& arguments,
                                  const std::shared_ptr<mask::Engine>& engine) {
  grammar::Notation notation = grammar::Notation::kJsonSchema;
  if (arguments.Has("notation")) {
    TRY_ASSIGN(notation, grammar::NotationOf(arguments.Get("notation")));
  } else {
    TRY_ASSIGN(notation, grammar::NotationOfFile(path));
  }
  TRY_ASSIGN(const std::string text, sys::ReadMaybeGzip(path, size_t{64} << 20));
  LoadedGrammar out;
  out.program = std::make_shared<mask::Program>();
  out.program->engine = engine;
  out.program->space = engine->CurrentSpace();
  const std::lock_guard lock(out.program->space->mutex);
  const int64_t start = sys::SystemClock().MonotonicUs();
  grammar::SchemaOptions options{.any_order = arguments.Has("any-order"),
                                 .formats = !arguments.Has("annotate-formats"),
                                 .lax = arguments.Has("lax")};
  if (arguments.Has("compact")) options.white_space = grammar::WhiteSpace::kCompact;
  if (arguments.Has("spaced")) options.white_space = grammar::WhiteSpace::kSpaced;
  if (arguments.Has("indent")) {
    const auto indent = ParseInt(arguments.Get("indent"));
    if (!indent || *indent < 1 || *indent > 16) return Error{Code::kInvalid, "--indent is a number from 1 to 16"};
    options.white_space = grammar::WhiteSpace::kIndented, options.indent = static_cast<uint32_t>(*indent);
  }
  auto compiled = grammar::CompileSource(out.program->space->pool, notation, text, options);
  if (!compiled) return std::move(compiled).error().Context(path);
  out.compile_us = sys::SystemClock().MonotonicUs() - start;
  out.notes = *std::move(compiled);
  out.program->start = out.notes.start;
  return out;
}

}  // namespace heddle::cli
