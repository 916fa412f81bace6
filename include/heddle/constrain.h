/* heddle's constraint engine as a C library: grammars and JSON Schemas become masks over a model's tokens.
 *
 * An engine holds a vocabulary; programs are grammars compiled for it; a matcher walks one program along one sequence.
 * Engines and programs may be shared between threads, a matcher may not. Everything is counted: a program keeps its engine
 * alive, a matcher its program, so they may be freed in any order. Functions that can fail return NULL or a negative number
 * and write a message, cut to `error_size` bytes and ended by a zero, to `error` (which may be NULL). Nothing is ever thrown:
 * where memory runs out, functions fail, masks are empty and checks say no. */
#ifndef HEDDLE_CONSTRAIN_H
#define HEDDLE_CONSTRAIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct heddle_engine heddle_engine;
typedef struct heddle_program heddle_program;
typedef struct heddle_matcher heddle_matcher;

/* The bytes of a tokenizer.json, of a GGUF file's head, of a SentencePiece model, or base64 lines. Not compressed. */
heddle_engine* heddle_engine_read(const void* bytes, size_t size, char* error, size_t error_size);
/* Tokens by id. `special` (may be NULL) marks those that are no text; `ends` lists those that end one. */
heddle_engine* heddle_engine_new(const char* const* tokens, const size_t* sizes, const uint8_t* special, size_t count,
                                 const uint32_t* ends, size_t end_count, char* error, size_t error_size);
void heddle_engine_free(heddle_engine* engine);
/* The 32-bit words of a mask: bit (t % 32) of word t / 32 stands for token t. */
size_t heddle_engine_mask_words(const heddle_engine* engine);

/* `notation`: "json-schema", "lark", "gbnf", "regex", "choice" or "tags". */
heddle_program* heddle_program_compile(heddle_engine* engine, const char* notation, const char* text, size_t size, char* error,
                                       size_t error_size);
void heddle_program_free(heddle_program* program);

heddle_matcher* heddle_matcher_new(heddle_program* program);
heddle_matcher* heddle_matcher_fork(const heddle_matcher* matcher);
void heddle_matcher_free(heddle_matcher* matcher);
/* 1 if the token may come next, else 0. Much cheaper than a mask. */
int heddle_matcher_check(const heddle_matcher* matcher, uint32_t token);
/* Writes the mask of all tokens that may come next. */
void heddle_matcher_fill(const heddle_matcher* matcher, uint32_t* words);
/* The same for many matchers, `words` one mask after the other, on up to `threads` threads. */
void heddle_matcher_fill_many(const heddle_matcher* const* matchers, size_t count, uint32_t* words, size_t threads);
/* Advances by one token; -1, and nothing changes, if it may not come. */
int heddle_matcher_accept(heddle_matcher* matcher, uint32_t token);
/* From here on a terminal that a Lark grammar only declares (%declare NAME) is any of `names`; until then nothing matches it. -1 for
 * an empty list or name. */
int heddle_matcher_names(heddle_matcher* matcher, const char* terminal, const char* const* names, const size_t* sizes, size_t count);
/* Undoes the last `steps` tokens; -1 if there were fewer. */
int heddle_matcher_rollback(heddle_matcher* matcher, size_t steps);
/* How many of a draft's tokens may follow one after another. */
size_t heddle_matcher_check_draft(const heddle_matcher* matcher, const uint32_t* tokens, size_t count);
/* 1 if the text so far is complete. */
int heddle_matcher_can_stop(const heddle_matcher* matcher);
/* The bytes that must come next: their number; at most `size` of them are written. */
size_t heddle_matcher_forced(const heddle_matcher* matcher, char* bytes, size_t size);

/* Whether a limit was passed (docs/grammars.md), from where on nothing is allowed for any matcher of the program: the length of the message,
 * 0 if none was. The message is cut to `size` bytes and ended by a zero. */
size_t heddle_matcher_failure(const heddle_matcher* matcher, char* message, size_t size);

#ifdef __cplusplus
}
#endif
#endif
