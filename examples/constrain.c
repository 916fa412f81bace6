/* Walks a choice of two answers with a vocabulary of single letters, printing what may come next at each step. */
#include <stdio.h>
#include <string.h>

#include "heddle/constrain.h"

int main(void) {
  static const char* const tokens[] = {"y", "e", "s", "n", "o", "ye", "<end>"};
  static const uint8_t special[] = {0, 0, 0, 0, 0, 0, 1};
  const uint32_t ends[] = {6};
  size_t sizes[7];
  char error[256];
  for (int i = 0; i < 7; ++i) sizes[i] = strlen(tokens[i]);
  heddle_engine* engine = heddle_engine_new(tokens, sizes, special, 7, ends, 1, error, sizeof error);
  if (engine == NULL) return fprintf(stderr, "%s\n", error), 1;
  heddle_program* program = heddle_program_compile(engine, "choice", "yes\nno", 6, error, sizeof error);
  if (program == NULL) return fprintf(stderr, "%s\n", error), 1;
  heddle_matcher* matcher = heddle_matcher_new(program);
  const uint32_t answer[] = {5, 2, 6}; /* "ye", "s", end */
  for (int step = 0; step < 3; ++step) {
    uint32_t mask[1];
    heddle_matcher_fill(matcher, mask);
    for (uint32_t token = 0; token < 7; ++token) {
      if ((mask[0] >> token & 1) != 0) printf("%s ", tokens[token]);
    }
    printf("-> %s\n", tokens[answer[step]]);
    if (heddle_matcher_accept(matcher, answer[step]) != 0) return 1;
  }
  heddle_matcher_free(matcher);
  heddle_program_free(program);
  heddle_engine_free(engine);
  return 0;
}
