// Drafts: what may come next because it came before. The longest end of the text so far (3 or 2 tokens) is looked up
// earlier in the text; what followed it there is the draft (prompt-lookup decoding). Verified in one call of the model,
// a draft never changes what is written. Stops trying where drafts are refused more often than they pay. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace heddle::runner {

class Drafter {
 public:
  // `text`: all tokens so far. At most `limit` tokens; none while drafts do not pay.
  std::vector<int32_t> Draft(std::span<const int32_t> text, size_t limit);
  // How many of the `drafted` tokens were right.
  void Judge(size_t drafted, size_t right);

 private:
  std::unordered_map<uint64_t, uint32_t>
      after_;  // the hash of an n-gram: where the text went on after its last occurrence
  size_t indexed_ = 0;
  double rate_ = 0.5;  // of right tokens per drafted one, a moving average
  size_t pause_ = 0;   // calls to sit out
  size_t patience_ = 16;
  size_t length_ = 2;  // of a draft: longer after one that was wholly right, short again after one that was not
};

}  // namespace heddle::runner
