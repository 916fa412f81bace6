// The rows of docs/extraction.md.
#include "bench/extract.h"

#include <doctest/doctest.h>

#include <chrono>

using namespace heddle;
using namespace heddle::bench;

namespace {

Task Function() {
  Task out;
  out.prompt =
      "import math\n\ndef helper(x):\n    return x + 1\n\ndef f(x: int) -> int:\n    import re\n    \"\"\"Adds.\n    "
      "from here on\n    \"\"\"\n";
  out.entry_point = "f";
  return out;
}
Task Request() {
  Task out;
  out.prompt = "Write f.";
  out.completion = false;
  out.entry_point = "f";
  return out;
}

const std::string kPrefix = "import math\ndef helper(x):\n    return x + 1\nimport re\n";

struct Row {
  const char* name;
  bool completion;
  std::string answer, code;
};

const Row kRows[] = {
    {"a fence", false, "Sure:\n```python\ndef f(x):\n    return x\n```\nDone.", "def f(x):\n    return x\n"},
    {"any tag, any case", false, "```PyThOn3 title=\"a\"\ndef f(x): return x\n```", "def f(x): return x\n"},
    {"no tag, tildes", false, "~~~~\ndef f(x): return x\n~~~~", "def f(x): return x\n"},
    {"unclosed", false, "```py\ndef f(x):\n    return x", "def f(x):\n    return x\n"},
    {"closed at the end of a line", false, "```python\ndef f(x): return x```\nmore", "def f(x): return x\n"},
    {"carriage returns", false, "```python\r\ndef f(x):\r\n    return x\r\n```\r\n", "def f(x):\n    return x\n"},
    {"in a list", false, "1. Here:\n   ```python\n   def f(x):\n       return x\n   ```\n",
     "def f(x):\n    return x\n\n"},
    {"nested in a longer fence", false, "````markdown\n# Title\n```python\ndef f(x): return x\n```\n````",
     "def f(x): return x\n"},
    {"a docstring with a fence", false, "````python\ndef f(x):\n    '''\n    ```\n    '''\n    return x\n````",
     "def f(x):\n    '''\n    ```\n    '''\n    return x\n"},
    {"of several, what defines the entry point", false,
     "```python\nprint(f(1))\n```\n```python\ndef f(x): return x\n```\n```\nf(2)\n```", "def f(x): return x\n"},
    {"of several, what parses", false, "```python\ndef f(x: return x\n```\n```python\ndef f(x): return x\n```",
     "def f(x): return x\n"},
    {"the first of equals", false, "```python\ndef f(x): return 1\n```\n```python\ndef f(x): return 2\n```",
     "def f(x): return 1\n"},
    {"helpers of an earlier block", false, "```python\ndef g(x): return x\n```\n```python\ndef f(x): return g(x)\n```",
     "def g(x): return x\ndef f(x): return g(x)\n"},
    {"another language's block", false, "```bash\nf 1\n```\n```python\ndef f(x): return x\n```",
     "def f(x): return x\n"},
    {"thinking", false, "<think>```python\ndef f(x): return 0\n```</think>```python\ndef f(x): return x\n```",
     "def f(x): return x\n"},
    {"thinking that was opened before", false, "def f(x): return 0\n</think>\n```python\ndef f(x): return x\n```",
     "def f(x): return x\n"},
    {"thinking without an end", false, "<think>\n```python\ndef f(x): return 0\n```", ""},
    {"bare code", false, "def f(x):\n    return x\n", "def f(x):\n    return x\n"},
    {"prose around bare code", false, "Here is the code.\n\ndef f(x):\n    return x\n\nIt returns x, that is all.",
     "def f(x):\n    return x\n"},
    {"a sentence only", false, "I cannot do that.", ""},
    {"nothing", false, " \n", ""},
    {"an assigned function", false, "```python\nf = lambda x: x\n```", "f = lambda x: x\n"},
    {"the prompt's helpers and imports come back", true, "```python\ndef f(x):\n    return helper(x)\n```",
     kPrefix + "def f(x):\n    return helper(x)\n"},
    {"bare code, the same", true, "def f(x):\n    return helper(x)\n", kPrefix + "def f(x):\n    return helper(x)\n"},
    {"a continuation", true, "    return helper(x)\n", Function().prompt + "    return helper(x)\n"},
    {"a continuation without indentation", true, "return helper(x)", Function().prompt + "    return helper(x)\n"},
    {"a continuation in a fence", true, "```python\n    return helper(x)\n```",
     Function().prompt + "    return helper(x)\n"},
};

}  // namespace

TEST_CASE("the program in an answer") {
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    CHECK(Extract(row.completion ? Function() : Request(), row.answer).code == row.code);
  }
}

TEST_CASE("what was extracted stays as it is when it is extracted again from a fence") {
  for (const Row& row : kRows) {
    if (row.code.empty() || row.completion) continue;
    CAPTURE(row.name);
    CHECK(Extract(Request(), "`````\n" + row.code + "`````\n").code == row.code);
  }
}

TEST_CASE("blocks in other languages are found by their words") {
  Task task = Request();
  task.language = "rust";
  CHECK(Extract(task, "```\nuse x;\n```\n```rust\nfn f(x: i32) -> i32 { x }\n```").code ==
        "fn f(x: i32) -> i32 { x }\n");
}

TEST_CASE("hostile answers of 400 kB are read, whatever they are") {
  const auto repeated = [](std::string_view piece) {
    std::string out;
    while (out.size() < 400'000) out += piece;
    return out;
  };
  for (const std::string_view piece :
       {"```", "```\n", "```python\n", "~~~\n```\n", "<think>", "</think>", "def f(x):\n", "(", "def f(", "\"\"\"",
        "x\n", "    ", "> ", "\0", "lambda x: "}) {
    const std::string answer = repeated({piece.data(), std::max<size_t>(piece.size(), 1)});
    (void)Extract(Request(), answer);
    (void)Extract(Function(), answer);
  }
}
