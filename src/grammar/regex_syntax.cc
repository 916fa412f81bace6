#include "grammar/regex_syntax.h"

#include <optional>

#include "base/text.h"

namespace heddle::grammar {
namespace {

using Node = RegexNode;
using NodePtr = RegexPtr;

NodePtr Make(Node::Kind kind) {
  auto out = std::make_unique<Node>();
  out->kind = kind;
  return out;
}

CharSet Digits() { return CharSet::Of({{'0', '9'}}); }
CharSet Word() { return CharSet::Of({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}); }
CharSet Space() {
  return CharSet::Of({{9, 13},
                      {' ', ' '},
                      {0xA0, 0xA0},
                      {0x1680, 0x1680},
                      {0x2000, 0x200A},
                      {0x2028, 0x2029},
                      {0x202F, 0x202F},
                      {0x205F, 0x205F},
                      {0x3000, 0x3000},
                      {0xFEFF, 0xFEFF}});
}

class Parser {
 public:
  Parser(std::string_view text, const RegexOptions& options)
      : text_(text), ignore_case_(options.ignore_case), dot_all_(options.dot_all) {}

  Result<NodePtr> Whole() {
    if (!IsUtf8(text_)) return Bad("the pattern is not UTF-8");
    TRY_ASSIGN(NodePtr out, Alternatives(0));
    if (at_ < text_.size()) return Bad("unmatched ')'");
    return out;
  }

 private:
  Error Bad(std::string_view what) const {
    return {Code::kInvalid, Cat({"pattern, offset ", std::to_string(at_), ": ", what})};
  }
  bool More() const { return at_ < text_.size(); }
  bool Take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Result<NodePtr> Alternatives(int depth) {
    if (depth > 200) return Bad("groups nest deeper than 200");
    auto out = Make(Node::Kind::kAlt);
    const bool ignore_case = ignore_case_, dot_all = dot_all_;
    do {
      auto seq = Make(Node::Kind::kSeq);
      while (More() && text_[at_] != '|' && text_[at_] != ')') {
        TRY_ASSIGN(NodePtr part, Term(depth));
        seq->zero_width |= part->zero_width;
        seq->parts.push_back(std::move(part));
      }
      out->zero_width |= seq->zero_width;
      out->parts.push_back(std::move(seq));
    } while (Take("|"));
    ignore_case_ = ignore_case, dot_all_ = dot_all;
    return out;
  }

  Result<NodePtr> Term(int depth) {
    TRY_ASSIGN(NodePtr atom, Atom(depth));
    while (More()) {
      uint32_t min = 0, max = kNoLimit;
      const size_t before = at_;
      if (Take("*")) {
      } else if (Take("+")) {
        min = 1;
      } else if (Take("?")) {
        max = 1;
      } else if (text_[at_] == '{' && Counts(min, max)) {
        if (min > max) return Bad("a repetition's least count is above its greatest");
      } else {
        at_ = before;
        break;
      }
      (void)(Take("?") || Take("+"));  // lazy and possessive: the same language, but for possessive loops
      auto repeat = Make(Node::Kind::kRepeat);
      repeat->min = min, repeat->max = max, repeat->zero_width = atom->zero_width;
      repeat->parts.push_back(std::move(atom));
      atom = std::move(repeat);
    }
    return atom;
  }

  bool Counts(uint32_t& min, uint32_t& max) {
    const size_t close = text_.find('}', at_);
    if (close == text_.npos) return false;
    const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
    const size_t comma = inside.find(',');
    const auto low = ParseInt(inside.substr(0, comma));
    if (!low || *low < 0 || *low >= INT32_MAX) {
      if (comma != 0) return false;
    }
    min = low ? static_cast<uint32_t>(*low) : 0, max = min;
    if (comma != inside.npos) {
      max = kNoLimit;
      if (comma + 1 < inside.size()) {
        const auto high = ParseInt(inside.substr(comma + 1));
        if (!high || *high < 0 || *high >= INT32_MAX) return false;
        max = static_cast<uint32_t>(*high);
      } else if (comma == 0) {
        return false;
      }
    }
    at_ = close + 1;
    return true;
  }

  NodePtr Chars(CharSet set) const {
    auto out = Make(Node::Kind::kChars);
    out->chars = ignore_case_ ? set.IgnoringCase() : std::move(set);
    return out;
  }

  uint32_t CodePoint() {  // of valid UTF-8
    const auto lead = static_cast<uint8_t>(text_[at_++]);
    const int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    uint32_t c = more == 0 ? lead : lead & (0x3FU >> more);
    for (int i = 0; i < more; ++i) c = c << 6 | (static_cast<uint8_t>(text_[at_++]) & 0x3F);
    return c;
  }

  Result<NodePtr> Atom(int depth) {
    const auto zero = [](Node::Kind kind) {
      auto out = Make(kind);
      out->zero_width = true;
      return out;
    };
    switch (text_[at_]) {
      case '^': return ++at_, zero(Node::Kind::kStart);
      case '$': return ++at_, zero(Node::Kind::kEnd);
      case '(': return Group(depth);
      case '[': {
        ++at_;
        TRY_ASSIGN(CharSet set, Class(0));
        return Chars(std::move(set));
      }
      case '.':
        ++at_;
        return Chars(dot_all_ ? CharSet::All() : ~CharSet::Of({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}));
      case '*':
      case '+':
      case '?': return Bad("nothing to repeat");
      case '\\': {
        if (Take("\\A")) return zero(Node::Kind::kStart);
        if (Take("\\z") || Take("\\Z")) return zero(Node::Kind::kEnd);
        TRY_ASSIGN(CharSet set, Escape());
        return Chars(std::move(set));
      }
      default: {
        const uint32_t c = CodePoint();
        return Chars(CharSet::Of({{c, c}}));
      }
    }
  }

  Result<NodePtr> Group(int depth) {
    ++at_;
    const bool ignore_case = ignore_case_, dot_all = dot_all_;
    Node::Kind kind = Node::Kind::kEmpty;
    if (Take("?=")) {
      kind = Node::Kind::kAhead;
    } else if (Take("?!")) {
      kind = Node::Kind::kNotAhead;
    } else if (text_.substr(at_).starts_with("?<=") || text_.substr(at_).starts_with("?<!")) {
      return Bad("look-behind is not supported");
    } else if (Take("?:")) {
    } else if (Take("?>")) {
      return Bad("atomic groups are not supported");
    } else if (Take("?P<") || Take("?<")) {
      const size_t close = text_.find('>', at_);
      if (close == text_.npos) return Bad("a group's name is not closed");
      at_ = close + 1;
    } else if (Take("?")) {
      bool on = true;
      for (; More() && text_[at_] != ')' && text_[at_] != ':'; ++at_) {
        const char flag = text_[at_];
        if (flag == '-') {
          on = false;
        } else if (flag == 'i') {
          ignore_case_ = on;
        } else if (flag == 's') {
          dot_all_ = on;
        } else if (flag != 'u' && flag != 'm') {
          return Bad("unknown group or flag");
        }
      }
      if (Take(")")) return Make(Node::Kind::kEmpty);  // holds to the end of the enclosing group
      if (!Take(":")) return Bad("a group is not closed");
    }
    TRY_ASSIGN(NodePtr inner, Alternatives(depth + 1));
    if (!Take(")")) return Bad("a group is not closed");
    ignore_case_ = ignore_case, dot_all_ = dot_all;
    if (kind == Node::Kind::kEmpty) return inner;
    auto out = Make(kind);
    out->zero_width = true;
    out->parts.push_back(std::move(inner));
    return out;
  }

  std::optional<uint32_t> HexDigits(size_t count) {
    uint32_t value = 0;
    for (size_t i = 0; i < count; ++i, ++at_) {
      if (!More()) return std::nullopt;
      const char c = text_[at_];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return std::nullopt;
      value = value << 4 | static_cast<uint32_t>(digit);
    }
    return value;
  }

  Result<CharSet> Escape() {
    ++at_;
    if (!More()) return Bad("a backslash ends the pattern");
    const char c = text_[at_];
    const auto one = [&](uint32_t code) { return CharSet::Of({{code, code}}); };
    if (c >= '1' && c <= '9') return Bad("back-references are not supported");
    if (c == 'k') return Bad("back-references are not supported");
    if (c == 'b' || c == 'B') return Bad("word boundaries are not supported");
    ++at_;
    switch (c) {
      case 'd': return Digits();
      case 'D': return ~Digits();
      case 'w': return Word();
      case 'W': return ~Word();
      case 's': return Space();
      case 'S': return ~Space();
      case 'n': return one('\n');
      case 'r': return one('\r');
      case 't': return one('\t');
      case 'f': return one('\f');
      case 'v': return one('\v');
      case 'a': return one('\a');
      case 'e': return one(27);
      case '0': return one(0);
      case 'c': {
        if (!More()) return Bad("\\c needs a letter");
        const auto letter = static_cast<uint32_t>(text_[at_++]);
        return one(letter & 31);
      }
      case 'x':
      case 'u': {
        if (Take("{")) {
          const size_t close = text_.find('}', at_);
          if (close == text_.npos || close - at_ > 6 || close == at_) return Bad("malformed \\u{...}");
          const auto code = HexDigits(close - at_);
          if (!code || !Take("}") || *code > 0x10FFFF) return Bad("malformed \\u{...}");
          return one(*code);
        }
        const auto code = HexDigits(c == 'x' ? 2 : 4);
        if (!code) return Bad(c == 'x' ? "\\x needs two hexadecimal digits" : "\\u needs four hexadecimal digits");
        if (*code >= 0xD800 && *code < 0xDC00 && Take("\\u")) {
          const auto low = HexDigits(4);
          if (!low || *low < 0xDC00 || *low > 0xDFFF) return Bad("a high surrogate needs a low one");
          return one(0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00));
        }
        return one(*code);
      }
      case 'p':
      case 'P': {
        std::string_view name;
        if (Take("{")) {
          const size_t close = text_.find('}', at_);
          if (close == text_.npos) return Bad("\\p{ is not closed");
          name = text_.substr(at_, close - at_);
          at_ = close + 1;
        } else if (More()) {
          name = text_.substr(at_++, 1);
        }
        const bool negated = name.starts_with("^");
        CharSet set;
        if (!CharSet::Property(name.substr(negated ? 1 : 0), set))
          return Bad(Cat({"unknown Unicode property '", name, "'"}));
        return (c == 'P') != negated ? ~set : set;
      }
      default:
        --at_;
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
          if (c != 'h' && c != 'R' && c != 'G' && c != 'Q' && c != 'E') return one(CodePoint());  // an identity escape
          return Bad(Cat({"unknown escape \\", std::string(1, c)}));
        }
        return one(CodePoint());
    }
  }

  // After "[". Nested classes, && and -- (Rust) are read where they stand; POSIX classes too.
  Result<CharSet> Class(int depth) {
    if (depth > 20) return Bad("classes nest deeper than 20");
    const bool negated = Take("^");
    std::vector<CharRange> ranges;
    for (bool first = true;; first = false) {
      if (!More()) return Bad("a character class is not closed");
      if (text_[at_] == ']' && !first) break;
      if (text_[at_] == ']') break;  // ECMA-262: [] is empty, [^] is everything
      if (text_.substr(at_).starts_with("[:")) {
        TRY_ASSIGN(const CharSet posix, Posix());
        ranges.insert(ranges.end(), posix.ranges().begin(), posix.ranges().end());
        continue;
      }
      TRY_ASSIGN(const CharSet low, ClassMember());
      if (More() && text_[at_] == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']' && low.ranges().size() == 1 &&
          low.ranges()[0].first == low.ranges()[0].last) {
        ++at_;
        TRY_ASSIGN(const CharSet high, ClassMember());
        if (high.ranges().size() == 1 && high.ranges()[0].first == high.ranges()[0].last) {
          if (high.ranges()[0].first < low.ranges()[0].first) return Bad("a range in a class runs backwards");
          ranges.push_back({low.ranges()[0].first, high.ranges()[0].first});
          continue;
        }
        ranges.push_back({'-', '-'});
        ranges.insert(ranges.end(), high.ranges().begin(), high.ranges().end());
      }
      ranges.insert(ranges.end(), low.ranges().begin(), low.ranges().end());
    }
    ++at_;
    CharSet set = CharSet::Of(std::move(ranges));
    if (ignore_case_) set = set.IgnoringCase();
    return negated ? ~set : set;
  }

  Result<CharSet> ClassMember() {
    if (text_[at_] != '\\') {
      const uint32_t c = CodePoint();
      return CharSet::Of({{c, c}});
    }
    if (Take("\\b")) return CharSet::Of({{8, 8}});
    return Escape();
  }

  Result<CharSet> Posix() {
    struct Row {
      std::string_view name;
      std::initializer_list<CharRange> ranges;
    };
    static const Row kRows[] = {{"alpha", {{'A', 'Z'}, {'a', 'z'}}},
                                {"digit", {{'0', '9'}}},
                                {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
                                {"upper", {{'A', 'Z'}}},
                                {"lower", {{'a', 'z'}}},
                                {"space", {{9, 13}, {' ', ' '}}},
                                {"punct", {{33, 47}, {58, 64}, {91, 96}, {123, 126}}},
                                {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
                                {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}}};
    for (const Row& row : kRows) {
      if (Take(Cat({"[:", row.name, ":]"}))) return CharSet::Of(row.ranges);
    }
    return CharSet::Of({{'[', '['}, (++at_, CharRange{'[', '['})});
  }

  std::string_view text_;
  size_t at_ = 0;
  bool ignore_case_, dot_all_;
};

}  // namespace

Result<RegexPtr> ParseRegex(std::string_view text, const RegexOptions& options) {
  return Parser(text, options).Whole();
}

}  // namespace heddle::grammar
