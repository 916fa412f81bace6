// The steps are those of Hugging Face's tokenizers library; their regular expressions need look-ahead and Unicode
// properties, so PCRE2 runs them.
#include "vocab/pre_tokenizer.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <utf8proc.h>

#include "base/text.h"

namespace heddle::vocab {
namespace {

namespace json = boost::json;

// GPT-2's pattern (its encoder.py), used by ByteLevel.
constexpr std::string_view kGpt2 = R"('(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

std::string TextAt(const json::object& object, std::string_view key, std::string_view fallback = "") {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string(fallback);
}

bool FlagAt(const json::object& object, std::string_view key, bool fallback) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_bool() ? value->as_bool() : fallback;
}

struct FreeCode {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
using Code = std::unique_ptr<pcre2_code, FreeCode>;

Result<Code> Compile(std::string_view pattern) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                          PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF, &error, &offset, nullptr));
  if (code == nullptr)
    return Error{heddle::Code::kInvalid, Cat({"tokenizer.json: malformed pattern at offset ", std::to_string(offset)})};
  (void)pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);
  return code;
}

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += std::string_view(R"(\^$.[]|()?*+{}-)").find(c) == std::string_view::npos ? std::string(1, c)
                                                                                    : std::string{'\\', c};
  return out;
}

}  // namespace

struct PreTokenizer::Step {
  enum class Kind { kSplit, kPrefixSpace, kReplace, kPrepend, kUnicode, kLower, kStrip } kind = Kind::kSplit;
  Code code;
  bool invert = false;  // the matches are the pieces, else what is between them is one too
  std::string behavior = "Isolated";
  std::string text;  // kReplace, kPrepend
  int form = 0;      // kUnicode: utf8proc options
};

PreTokenizer::PreTokenizer() = default;
PreTokenizer::~PreTokenizer() = default;
PreTokenizer::PreTokenizer(PreTokenizer&&) noexcept = default;

Result<PreTokenizer> PreTokenizer::Make(const json::value* normalizer, const json::value* pre_tokenizer) {
  PreTokenizer out;
  if (normalizer != nullptr && normalizer->is_object()) TRY(out.AddNormalizer(*normalizer));
  if (pre_tokenizer != nullptr && pre_tokenizer->is_object()) TRY(out.AddStep(*pre_tokenizer));
  return out;
}

Result<> PreTokenizer::AddNormalizer(const json::value& value) {
  if (!value.is_object()) return {};
  const json::object& object = value.as_object();
  const std::string type = TextAt(object, "type");
  auto step = std::make_unique<Step>();
  if (type == "Sequence") {
    if (const auto* list = object.if_contains("normalizers"); list != nullptr && list->is_array()) {
      for (const auto& each : list->as_array()) TRY(AddNormalizer(each));
    }
    return {};
  }
  if (type == "NFC" || type == "NFD" || type == "NFKC" || type == "NFKD") {
    step->kind = Step::Kind::kUnicode;
    step->form = UTF8PROC_STABLE | (type.ends_with("C") ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE) |
                 (type.size() == 4 ? UTF8PROC_COMPAT : 0);
  } else if (type == "Lowercase") {
    step->kind = Step::Kind::kLower;
  } else if (type == "Prepend") {
    step->kind = Step::Kind::kPrepend;
    step->text = TextAt(object, "prepend");
  } else if (type == "Replace") {
    step->kind = Step::Kind::kReplace;
    step->text = TextAt(object, "content");
    const auto* pattern = object.if_contains("pattern");
    if (pattern == nullptr || !pattern->is_object())
      return Error{heddle::Code::kInvalid, "tokenizer.json: Replace without a pattern"};
    const std::string literal = TextAt(pattern->as_object(), "String"), regex = TextAt(pattern->as_object(), "Regex");
    TRY_ASSIGN(step->code, Compile(regex.empty() ? Escaped(literal) : regex));
  } else {
    return Error{heddle::Code::kUnavailable, Cat({"tokenizer.json: the normalizer ", type, " is not supported"})};
  }
  normalizers_.push_back(std::move(step));
  return {};
}

Result<> PreTokenizer::AddStep(const json::value& value) {
  if (!value.is_object()) return {};
  const json::object& object = value.as_object();
  const std::string type = TextAt(object, "type");
  if (type == "Sequence") {
    if (const auto* list = object.if_contains("pretokenizers"); list != nullptr && list->is_array()) {
      for (const auto& each : list->as_array()) TRY(AddStep(each));
    }
    return {};
  }
  const auto add = [&](std::string_view pattern, std::string behavior, bool invert) -> Result<> {
    auto step = std::make_unique<Step>();
    TRY_ASSIGN(step->code, Compile(pattern));
    step->behavior = std::move(behavior), step->invert = invert;
    steps_.push_back(std::move(step));
    return {};
  };
  if (type == "ByteLevel") {
    byte_level_ = true;
    if (FlagAt(object, "add_prefix_space", true)) {
      auto step = std::make_unique<Step>();
      step->kind = Step::Kind::kPrefixSpace;
      steps_.push_back(std::move(step));
    }
    if (FlagAt(object, "use_regex", true)) return add(kGpt2, "Isolated", false);
    return {};
  }
  if (type == "Digits")
    return add(FlagAt(object, "individual_digits", false) ? "\\p{N}" : "\\p{N}+", "Isolated", false);
  if (type == "Split") {
    const auto* pattern = object.if_contains("pattern");
    if (pattern == nullptr || !pattern->is_object())
      return Error{heddle::Code::kInvalid, "tokenizer.json: Split without a pattern"};
    const std::string literal = TextAt(pattern->as_object(), "String"), regex = TextAt(pattern->as_object(), "Regex");
    return add(regex.empty() ? Escaped(literal) : regex, TextAt(object, "behavior", "Isolated"),
               FlagAt(object, "invert", false));
  }
  if (type == "Punctuation") return add("[\\p{P}!-/:-@\\[-`{-~]", TextAt(object, "behavior", "Isolated"), false);
  if (type == "Whitespace") return add("\\w+|[^\\w\\s]+", "Removed", true);
  if (type == "WhitespaceSplit") return add("\\s+", "Removed", false);
  return Error{heddle::Code::kUnavailable, Cat({"tokenizer.json: the pre-tokenizer ", type, " is not supported"})};
}

std::string PreTokenizer::Normalize(std::string_view text) const {
  std::string out(text);
  for (const auto& step : normalizers_) {
    switch (step->kind) {
      case Step::Kind::kUnicode: {
        utf8proc_uint8_t* mapped = nullptr;
        const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(out.data()),
                                       static_cast<utf8proc_ssize_t>(out.size()), &mapped,
                                       static_cast<utf8proc_option_t>(step->form));
        if (size >= 0) out.assign(reinterpret_cast<const char*>(mapped), static_cast<size_t>(size));
        std::free(mapped);
        break;
      }
      case Step::Kind::kLower: out = Lower(out); break;
      case Step::Kind::kPrepend:
        if (!out.empty()) out.insert(0, step->text);
        break;
      case Step::Kind::kReplace: {
        std::string replaced(out.size() * (step->text.size() + 1) + 16, '\0');
        PCRE2_SIZE size = replaced.size();
        const int count = pcre2_substitute(step->code.get(), reinterpret_cast<PCRE2_SPTR>(out.data()), out.size(), 0,
                                           PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_LITERAL, nullptr, nullptr,
                                           reinterpret_cast<PCRE2_SPTR>(step->text.data()), step->text.size(),
                                           reinterpret_cast<PCRE2_UCHAR*>(replaced.data()), &size);
        if (count >= 0) out = replaced.substr(0, size);
        break;
      }
      default: break;
    }
  }
  return out;
}

std::vector<std::string> PreTokenizer::Cut(std::string_view text) const {
  std::vector<std::string> pieces{std::string(text)};
  for (const auto& step : steps_) {
    if (step->kind == Step::Kind::kPrefixSpace) {
      if (!pieces.empty() && !pieces[0].starts_with(" ")) pieces[0] = " " + pieces[0];
      continue;
    }
    std::vector<std::string> next;
    std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> match(
        pcre2_match_data_create_from_pattern(step->code.get(), nullptr), pcre2_match_data_free);
    for (const std::string& piece : pieces) {
      std::string held;  // MergedWithNext
      const auto put = [&](std::string_view part, bool matched) {
        if (part.empty()) return;
        const bool removed = step->behavior == "Removed" && matched != step->invert;
        if (removed) return;
        if (step->behavior == "MergedWithPrevious" && matched && !next.empty() && held == "x") {
          next.back() += part;
        } else if (step->behavior == "MergedWithNext" && !matched && !held.empty()) {
          next.back() += part;
        } else {
          next.emplace_back(part);
        }
        held = step->behavior == "MergedWithNext" ? (matched ? "x" : "") : "x";
      };
      size_t at = 0, done = 0;
      while (at <= piece.size()) {
        const int found = pcre2_match(step->code.get(), reinterpret_cast<PCRE2_SPTR>(piece.data()), piece.size(), at, 0,
                                      match.get(), nullptr);
        if (found < 0) break;
        const PCRE2_SIZE* where = pcre2_get_ovector_pointer(match.get());
        if (where[1] == where[0]) {
          at = where[1] + 1;
          continue;
        }
        put(std::string_view(piece).substr(done, where[0] - done), false);
        put(std::string_view(piece).substr(where[0], where[1] - where[0]), true);
        at = done = where[1];
      }
      put(std::string_view(piece).substr(done), false);
    }
    pieces = std::move(next);
  }
  return pieces;
}

}  // namespace heddle::vocab
