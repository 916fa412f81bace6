// Any bytes as a request against the built-in book; as man page, tldr page, git index and find expression.
#include <cstdint>
#include <string>

#include "ask/find_filter.h"
#include "ask/learned.h"
#include "ask/understand.h"
#include "base/text.h"
#include "facts/git_index.h"
#include "facts/machine.h"

static std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> out;
  for (auto word : heddle::SplitWords(text)) out.emplace_back(word);
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)heddle::ask::Understand(heddle::ask::Book::BuiltIn(), {.text = text});
  std::string summary;
  (void)heddle::facts::FlagsOfManPage(text, &summary);
  (void)heddle::ask::ParseTldrPage(text);
  (void)heddle::facts::GitIndex::Parse(text);
  if (auto filter = heddle::ask::FindFilter::Parse(Words(text), 1)) (void)filter->Matches({.path = "./a", .name = "a"});
  return 0;
}
