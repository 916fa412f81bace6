// The C interface (include/heddle/constrain.h) over grammar, vocab and mask.
#include "heddle/constrain.h"

#include <algorithm>
#include <cstring>
#include <thread>

#include "base/guard.h"
#include "grammar/source.h"
#include "mask/matcher.h"

struct heddle_engine {
  std::shared_ptr<heddle::mask::Engine> engine;
};
struct heddle_program {
  std::shared_ptr<const heddle::mask::Program> program;
};
struct heddle_matcher {
  heddle::mask::Matcher matcher;
  size_t words;
};

namespace {

using namespace heddle;

void Report(std::string_view message, char* error, size_t size) {
  if (error == nullptr || size == 0) return;
  const size_t count = std::min(size - 1, message.size());
  std::memcpy(error, message.data(), count);
  error[count] = '\0';
}

// What `work` gives; null, with the message, for an error or for what it threw: nothing thrown reaches the caller.
template <typename Work>
auto Made(char* error, size_t error_size, const Work& work) -> std::remove_cvref_t<decltype(*Guarded(work))> {
  auto made = Guarded(work);
  if (made) return *made;
  Report(made.error().message, error, error_size);
  return nullptr;
}

// The same for what has no message: `otherwise` instead.
template <typename T, typename Work>
T Or(T otherwise, const Work& work) {
  return Guarded([&]() -> T { return work(); }).value_or(std::move(otherwise));
}

Result<heddle_engine*> EngineOf(vocab::VocabularyData data) {
  TRY_ASSIGN(auto vocabulary, vocab::Vocabulary::Make(std::move(data)));
  return new heddle_engine{mask::Engine::Make(std::move(vocabulary))};
}

}  // namespace

heddle_engine* heddle_engine_read(const void* bytes, size_t size, char* error, size_t error_size) {
  return Made(error, error_size, [&]() -> Result<heddle_engine*> {
    TRY_ASSIGN(auto data, vocab::ReadVocabulary({static_cast<const char*>(bytes), size}));
    return EngineOf(std::move(data));
  });
}

heddle_engine* heddle_engine_new(const char* const* tokens, const size_t* sizes, const uint8_t* special, size_t count,
                                 const uint32_t* ends, size_t end_count, char* error, size_t error_size) {
  return Made(error, error_size, [&]() -> Result<heddle_engine*> {
    vocab::VocabularyData data;
    for (size_t i = 0; i < count; ++i) {
      data.tokens.emplace_back(tokens[i], sizes[i]);
      data.special.push_back(special != nullptr && special[i] != 0);
    }
    if (end_count > 0) data.ends.assign(ends, ends + end_count);
    return EngineOf(std::move(data));
  });
}

void heddle_engine_free(heddle_engine* engine) { delete engine; }

size_t heddle_engine_mask_words(const heddle_engine* engine) { return engine->engine->words(); }

heddle_program* heddle_program_compile(heddle_engine* engine, const char* notation, const char* text, size_t size,
                                       char* error, size_t error_size) {
  return Made(error, error_size, [&]() -> Result<heddle_program*> {
    TRY_ASSIGN(const auto kind, grammar::NotationOf(notation));
    auto program = std::make_shared<mask::Program>(mask::Program{engine->engine->CurrentSpace(), engine->engine});
    const std::lock_guard lock(program->space->mutex);
    TRY_ASSIGN(const auto compiled, grammar::CompileSource(program->space->pool, kind, {text, size}));
    program->start = compiled.start;
    return new heddle_program{std::move(program)};
  });
}

void heddle_program_free(heddle_program* program) { delete program; }

heddle_matcher* heddle_matcher_new(heddle_program* program) {
  return Made(nullptr, 0,
              [&] { return new heddle_matcher{mask::Matcher(program->program), program->program->engine->words()}; });
}

heddle_matcher* heddle_matcher_fork(const heddle_matcher* matcher) {
  return Made(nullptr, 0, [&] { return new heddle_matcher(*matcher); });
}

void heddle_matcher_free(heddle_matcher* matcher) { delete matcher; }

int heddle_matcher_check(const heddle_matcher* matcher, uint32_t token) {
  return Or(0, [&] { return matcher->matcher.Check(token) ? 1 : 0; });
}

void heddle_matcher_fill(const heddle_matcher* matcher, uint32_t* words) {
  if (!Guarded([&] { matcher->matcher.Fill({words, matcher->words}); })) std::fill_n(words, matcher->words, 0U);
}

void heddle_matcher_fill_many(const heddle_matcher* const* matchers, size_t count, uint32_t* words, size_t threads) {
  threads = std::clamp<size_t>(threads, 1, std::max<size_t>(count, 1));
  const auto part = [&](size_t from) {
    for (size_t i = from; i < count; i += threads) heddle_matcher_fill(matchers[i], words + i * matchers[i]->words);
  };
  std::vector<std::jthread> others;
  size_t begun = 1;
  (void)Guarded([&] {
    for (; begun < threads; ++begun) others.emplace_back(part, begun);
  });
  part(0);
  for (; begun < threads; ++begun) part(begun);  // for which there was no thread to be had
}

int heddle_matcher_accept(heddle_matcher* matcher, uint32_t token) {
  return Or(-1, [&] { return matcher->matcher.Accept(token) ? 0 : -1; });
}

int heddle_matcher_names(heddle_matcher* matcher, const char* terminal, const char* const* names, const size_t* sizes,
                         size_t count) {
  return Or(-1, [&] {
    std::vector<std::string> all;
    for (size_t i = 0; i < count; ++i) all.emplace_back(names[i], sizes[i]);
    return matcher->matcher.SetNames(terminal, all) ? 0 : -1;
  });
}

int heddle_matcher_rollback(heddle_matcher* matcher, size_t steps) {
  return Or(-1, [&] { return matcher->matcher.Rollback(steps) ? 0 : -1; });
}

size_t heddle_matcher_check_draft(const heddle_matcher* matcher, const uint32_t* tokens, size_t count) {
  return Or(size_t{0}, [&] { return matcher->matcher.CheckDraft({tokens, count}); });
}

int heddle_matcher_can_stop(const heddle_matcher* matcher) {
  return Or(0, [&] { return matcher->matcher.CanStop() ? 1 : 0; });
}

size_t heddle_matcher_forced(const heddle_matcher* matcher, char* bytes, size_t size) {
  return Or(size_t{0}, [&] {
    const std::string forced = matcher->matcher.Forced();
    if (bytes != nullptr) std::copy_n(forced.data(), std::min(size, forced.size()), bytes);
    return forced.size();
  });
}

size_t heddle_matcher_failure(const heddle_matcher* matcher, char* message, size_t size) {
  const std::string failure = Or(std::string("out of memory"), [&] { return matcher->matcher.failure(); });
  Report(failure, message, size);
  return failure.size();
}
