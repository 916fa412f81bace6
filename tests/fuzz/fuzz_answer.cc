// Answers of models: what is extracted is a part of them and of the prompt, whatever they are.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bench/extract.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  heddle::bench::Task task;
  task.prompt = "import math\n\ndef f(x):\n    import re\n";
  task.entry_point = "f";
  for (const bool completion : {true, false}) {
    for (const char* language : {"python", "javascript", "rust"}) {
      task.completion = completion, task.language = language;
      (void)heddle::bench::Extract(task, text);
    }
  }
  return 0;
}
