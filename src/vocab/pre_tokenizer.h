// PreTokenizer: cuts text into the pieces within which tokens are merged; and the normaliser before it.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::vocab {

class PreTokenizer {
 public:
  PreTokenizer();
  ~PreTokenizer();
  PreTokenizer(PreTokenizer&&) noexcept;

  // From the "normalizer" and "pre_tokenizer" of a tokenizer.json (either may be null). kUnavailable: an unknown step.
  static Result<PreTokenizer> Make(const boost::json::value* normalizer, const boost::json::value* pre_tokenizer);

  std::string Normalize(std::string_view text) const;
  // Pieces of `text` in order; nothing is lost unless a step removes it.
  std::vector<std::string> Cut(std::string_view text) const;
  bool byte_level() const { return byte_level_; }

 private:
  struct Step;
  Result<> AddNormalizer(const boost::json::value& value);
  Result<> AddStep(const boost::json::value& value);

  std::vector<std::unique_ptr<Step>> steps_, normalizers_;
  bool byte_level_ = false;
};

}  // namespace heddle::vocab
