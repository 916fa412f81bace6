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

class Parser {
 public:
  Parser(std::string_view text, const RegexOptions& options)
      : text_(text), flags_{options.ignore_case, options.dot_all, options.multi_line, options.verbose} {}

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

  // Under the flag x white space and comments mean nothing.
  void Blank() {
    for (; flags_.verbose && More() && std::string_view(" \t\r\n#").find(text_[at_]) != std::string_view::npos; ++at_) {
      if (text_[at_] == '#') at_ = std::min(text_.find('\n', at_), text_.size() - 1);
    }
  }

  Result<NodePtr> Alternatives(int depth) {
    if (depth > 200) return Bad("groups nest deeper than 200");
    auto out = Make(Node::Kind::kAlt);
    const Flags flags = flags_;
    do {
      auto seq = Make(Node::Kind::kSeq);
      for (Blank(); More() && text_[at_] != '|' && text_[at_] != ')'; Blank()) {
        TRY_ASSIGN(NodePtr part, Term(depth));
        seq->zero_width |= part->zero_width;
        seq->parts.push_back(std::move(part));
      }
      out->zero_width |= seq->zero_width;
      out->parts.push_back(std::move(seq));
    } while (Take("|"));
    flags_ = flags;
    return out;
  }

  Result<NodePtr> Term(int depth) {
    TRY_ASSIGN(NodePtr atom, Atom(depth));
    for (Blank(); More(); Blank()) {
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
      (void)Take("?");  // lazy: the same language
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
    out->chars = flags_.ignore_case ? set.IgnoringCase() : std::move(set);
    return out;
  }

  uint32_t CodePoint() { return NextCodePoint(text_, at_); }

  Result<NodePtr> Atom(int depth) {
    const auto zero = [](Node::Kind kind) {
      auto out = Make(kind);
      out->zero_width = true;
      return out;
    };
    switch (text_[at_]) {
      case '^':
      case '$':
        if (flags_.multi_line) return Bad("anchors under the flag m are not supported");
        return zero(text_[at_++] == '^' ? Node::Kind::kStart : Node::Kind::kEnd);
      case '(': return Group(depth);
      case '[': {
        ++at_;
        TRY_ASSIGN(CharSet set, Class());
        return Chars(std::move(set));
      }
      case '.':
        ++at_;
        return Chars(flags_.dot_all ? CharSet::All() : ~CharSet::Of({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}));
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
    const Flags flags = flags_;
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
          flags_.ignore_case = on;
        } else if (flag == 's') {
          flags_.dot_all = on;
        } else if (flag == 'm') {
          flags_.multi_line = on;
        } else if (flag == 'x') {
          flags_.verbose = on;
        } else if (flag != 'u') {
          return Bad("unknown group or flag");
        }
      }
      if (Take(")")) return Make(Node::Kind::kEmpty);  // holds to the end of the enclosing group
      if (!Take(":")) return Bad("a group is not closed");
    }
    TRY_ASSIGN(NodePtr inner, Alternatives(depth + 1));
    if (!Take(")")) return Bad("a group is not closed");
    flags_ = flags;
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
      const int digit = HexDigit(text_[at_]);
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
      case 's': return EcmaSpace();
      case 'S': return ~EcmaSpace();
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
        const auto letter = static_cast<uint8_t>(text_[at_++]);
        return one(letter & 31U);
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

  // After "[". POSIX classes may stand inside.
  Result<CharSet> Class() {
    const bool negated = Take("^");
    std::vector<CharRange> ranges;
    while (!Take("]")) {  // ECMA-262: [] is empty, [^] is everything
      if (!More()) return Bad("a character class is not closed");
      if (const auto posix = Posix()) {
        ranges.insert(ranges.end(), posix->ranges().begin(), posix->ranges().end());
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
    CharSet set = CharSet::Of(ranges);
    if (flags_.ignore_case) set = set.IgnoringCase();
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

  // "[:alpha:]" and its like; nothing when none stands here.
  std::optional<CharSet> Posix() {
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
    return std::nullopt;
  }

  std::string_view text_;
  size_t at_ = 0;
  struct Flags {
    bool ignore_case, dot_all, multi_line, verbose;
  } flags_;
};

}  // namespace

Result<RegexPtr> ParseRegex(std::string_view text, const RegexOptions& options) {
  return Parser(text, options).Whole();
}

}  // namespace heddle::grammar
