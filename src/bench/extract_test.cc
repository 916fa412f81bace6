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
    {"an assertion of its own, prints and a main block", false,
     "```python\ndef f(x):\n    return x\n\nassert f(2) == 5\nprint(f(1))\nmain()\n```",
     "def f(x):\n    return "
     "x\n\n\n\n\n"},
    {"a call that the program needs", false, "```python\ndef f(x): return t[x]\nt = {}\nfill(t)\n```",
     "def f(x): return t[x]\nt = {}\nfill(t)\n"},
    {"a later block that corrects", false,
     "```python\ndef f(x): return 1\n```\nThat is wrong:\n```python\ndef f(x): return 2\n```", "def f(x): return 2\n"},
    {"a later block that is a variant", false,
     "```python\ndef f(x): return 1\n```\nIf you need it fixed-point:\n```python\ndef f(x): return 2\n```",
     "def f(x): return 1\n"},
    {"a special token ends it", false, "def f(x): return x<|im_end|>\nnot code", "def f(x): return x"},
    {"a special token in an open fence", false, "```python\ndef f(x): return x\n</s>", "def f(x): return x\n\n"},
    {"a special token as text", false, "```python\ndef f(x): return '</s>'\n```", "def f(x): return '</s>'\n"},
    {"tokens and a role before it", false, "<|im_start|>assistant\ndef f(x): return x", "\ndef f(x): return x"},
    {"an echoed instruction", false, "[INST] Write f [/INST] def f(x): return x", "def f(x): return x"},
    {"the final channel", false, "<|channel|>analysis<|message|>no<|end|><|channel|>final<|message|>def f(x): return x",
     "def f(x): return x"},
    {"a thinking mark as text", false, "def f(x): return '<think>' + x + '</think>'",
     "def f(x): return '<think>' + x + '</think>'"},
    {"between markers", false, "[BEGIN]\ndef f(x): return x\n[DONE]\nmore", "def f(x): return x\n"},
    {"in quotes", false, "[BEGIN]\n 'def f(x): return x' \n[DONE]", "def f(x): return x"},
    {"in JSON", false, "{\"code\": \"def f(x): return x\\n\"}", "def f(x): return x\n"},
    {"an interactive session", false, "```\n>>> def f(x):\n...     return x\n...\n>>> f(1)\n1\n```",
     "def f(x):\n    return x\n\n\n"},
    {"a mark of byte order", false,
     "```python\n\xef\xbb\xbf"
     "def f(x): return x\n```",
     "def f(x): return x\n"},
    {"a method of a class", false, "```python\nclass S:\n    def f(self, x): return x\n```",
     "class S:\n    def f(self, x): return x\n\n\ndef f(*args, **kwargs):\n    return S().f(*args, **kwargs)\n"},
    {"a continuation that runs on", true,
     "    return g(x)\n\n\ndef g(x):\n    return x\n\n\ndef f(x):\n    return 0\n\n\nprint(f(1))\ndef h(x):\n   "
     " \"\"\"",
     Function().prompt + "    return g(x)\ndef g(x):\n    return x\n"},
    {"a continuation whose first line lost its place", true, "y = 0\n    for z in x:\n        y += z\n    return y",
     Function().prompt + "    y = 0\n    for z in x:\n        y += z\n    return y\n"},
    {"a continuation indented by five", true, "     y = x\n     return y",
     Function().prompt + "    y = x\n    "
                         "return y\n"},
    {"a continuation that ends in a fence", true, "    return x\n```\nIt is x.", Function().prompt + "    return x\n"},
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
    if (!row.code.ends_with('\n') || row.completion) continue;
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
