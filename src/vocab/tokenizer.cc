#include "vocab/tokenizer.h"

#include <boost/json.hpp>
#include <queue>
#include <unordered_map>

#include "base/text.h"
#include "vocab/pre_tokenizer.h"

namespace heddle::vocab {
namespace {

namespace json = boost::json;

class Greedy : public Tokenizer {
 public:
  explicit Greedy(std::shared_ptr<const Vocabulary> vocabulary) : vocabulary_(std::move(vocabulary)) {}
  std::vector<Token> Encode(std::string_view text) const override {
    std::vector<Token> out;
    while (!text.empty()) {
      const Token token = vocabulary_->Longest(text);
      if (token >= vocabulary_->size()) return {};
      out.push_back(token);
      text.remove_prefix(vocabulary_->bytes(token).size());
    }
    return out;
  }

 private:
  std::shared_ptr<const Vocabulary> vocabulary_;
};

class Bpe : public Tokenizer {
 public:
  static Result<std::shared_ptr<const Tokenizer>> Make(const json::object& top) {
    auto out = std::make_shared<Bpe>();
    const json::object& model = top.at("model").as_object();
    const auto* vocab = model.if_contains("vocab");
    const auto* merges = model.if_contains("merges");
    if (vocab == nullptr || !vocab->is_object() || merges == nullptr || !merges->is_array())
      return Error{Code::kUnavailable, "tokenizer.json: only BPE models can encode text"};
    for (const auto& [name, id] : vocab->as_object()) {
      if (id.is_int64()) out->ids_.emplace(std::string(name), static_cast<Token>(id.as_int64()));
    }
    uint32_t rank = 0;
    for (const auto& merge : merges->as_array()) {
      std::string a, b;
      if (merge.is_string()) {
        const std::string_view text(merge.as_string());
        const size_t space = text.find(' ');
        if (space == text.npos) return Error{Code::kInvalid, "tokenizer.json: malformed merge"};
        a = text.substr(0, space), b = text.substr(space + 1);
      } else if (merge.is_array() && merge.as_array().size() == 2 && merge.as_array()[0].is_string() &&
                 merge.as_array()[1].is_string()) {
        a = std::string(merge.as_array()[0].as_string()), b = std::string(merge.as_array()[1].as_string());
      } else {
        return Error{Code::kInvalid, "tokenizer.json: malformed merge"};
      }
      const auto x = out->ids_.find(a), y = out->ids_.find(b), z = out->ids_.find(a + b);
      if (x != out->ids_.end() && y != out->ids_.end() && z != out->ids_.end())
        out->merges_.emplace(static_cast<uint64_t>(x->second) << 32 | y->second, std::pair(rank, z->second));
      ++rank;
    }
    if (const auto* flag = model.if_contains("ignore_merges"); flag != nullptr && flag->is_bool())
      out->whole_first_ = flag->as_bool();
    if (const auto* unknown = model.if_contains("unk_token"); unknown != nullptr && unknown->is_string()) {
      const auto id = out->ids_.find(std::string(unknown->as_string()));
      if (id != out->ids_.end()) out->unknown_ = id->second;
    }
    TRY_ASSIGN(auto pre, PreTokenizer::Make(top.if_contains("normalizer"), top.if_contains("pre_tokenizer")));
    out->pre_.emplace(std::move(pre));
    for (int b = 0; b < 256; ++b) out->names_.push_back(ToByteLevel(static_cast<uint8_t>(b)));
    return std::shared_ptr<const Tokenizer>(std::move(out));
  }

  std::vector<Token> Encode(std::string_view text) const override {
    std::vector<Token> out;
    for (const std::string& piece : pre_->Cut(pre_->Normalize(text))) Merge(piece, out);
    return out;
  }

 private:
  void Merge(const std::string& piece, std::vector<Token>& out) const {
    std::string name;
    if (pre_->byte_level()) {
      for (const char c : piece) name += names_[static_cast<uint8_t>(c)];
    } else {
      name = piece;
    }
    if (whole_first_) {
      if (const auto id = ids_.find(name); id != ids_.end()) return out.push_back(id->second);
    }
    struct Symbol {
      Token token;
      int prev, next;
    };
    std::vector<Symbol> symbols;
    const auto add = [&](Token token) {
      const int at = static_cast<int>(symbols.size());
      symbols.push_back({token, at - 1, at + 1});
    };
    for (size_t i = 0; i < name.size();) {
      const auto lead = static_cast<uint8_t>(name[i]);
      const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
      const std::string one = name.substr(i, length);
      if (const auto id = ids_.find(one); id != ids_.end()) {
        add(id->second);
      } else {  // byte fallback, or the unknown token
        for (const char c : one) {
          char hex[8];
          std::snprintf(hex, sizeof hex, "<0x%02X>", static_cast<unsigned>(static_cast<uint8_t>(c)));
          if (const auto byte = ids_.find(hex); byte != ids_.end())
            add(byte->second);
          else if (unknown_ != UINT32_MAX)
            add(unknown_);
        }
      }
      i += length;
    }
    if (symbols.empty()) return;
    symbols.back().next = -1;

    struct Candidate {
      uint32_t rank;
      int at;
      Token left, right, merged;
      bool operator>(const Candidate& o) const { return rank != o.rank ? rank > o.rank : at > o.at; }
    };
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
    const auto offer = [&](int at) {
      if (at < 0 || symbols[static_cast<size_t>(at)].next < 0) return;
      const Token left = symbols[static_cast<size_t>(at)].token;
      const Token right = symbols[static_cast<size_t>(symbols[static_cast<size_t>(at)].next)].token;
      const auto merge = merges_.find(static_cast<uint64_t>(left) << 32 | right);
      if (merge != merges_.end()) queue.push({merge->second.first, at, left, right, merge->second.second});
    };
    for (int at = 0; at < static_cast<int>(symbols.size()); ++at) offer(at);
    while (!queue.empty()) {
      const Candidate best = queue.top();
      queue.pop();
      Symbol& left = symbols[static_cast<size_t>(best.at)];
      if (left.token != best.left || left.next < 0 || symbols[static_cast<size_t>(left.next)].token != best.right)
        continue;
      Symbol& right = symbols[static_cast<size_t>(left.next)];
      left.token = best.merged;
      right.token = UINT32_MAX;  // gone
      left.next = right.next;
      if (left.next >= 0) symbols[static_cast<size_t>(left.next)].prev = best.at;
      offer(left.prev);
      offer(best.at);
    }
    for (int at = 0; at >= 0; at = symbols[static_cast<size_t>(at)].next)
      out.push_back(symbols[static_cast<size_t>(at)].token);
  }

  std::unordered_map<std::string, Token> ids_;
  std::unordered_map<uint64_t, std::pair<uint32_t, Token>> merges_;  // of two tokens: rank and result
  std::optional<PreTokenizer> pre_;
  std::vector<std::string> names_;  // of bytes
  bool whole_first_ = false;
  Token unknown_ = UINT32_MAX;
};

}  // namespace

Result<std::shared_ptr<const Tokenizer>> MakeTokenizer(std::string_view text) {
  boost::system::error_code error;
  const json::value root = json::parse(text, error, {}, {.max_depth = 64});
  if (error || !root.is_object()) return Error{Code::kInvalid, "tokenizer.json: not a JSON object"};
  const auto* model = root.as_object().if_contains("model");
  if (model == nullptr || !model->is_object()) return Error{Code::kInvalid, "tokenizer.json: it has no model"};
  return Bpe::Make(root.as_object());
}

std::shared_ptr<const Tokenizer> MakeGreedyTokenizer(std::shared_ptr<const Vocabulary> vocabulary) {
  return std::make_shared<Greedy>(std::move(vocabulary));
}

}  // namespace heddle::vocab
