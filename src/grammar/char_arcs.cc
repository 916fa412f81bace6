#include "grammar/char_arcs.h"

#include <algorithm>

namespace heddle::grammar {
namespace {

// Stages of a character, in Node::b; Node::c holds the value so far.
enum Stage : uint32_t {
  kStartUtf8 = 0,
  kStartJson = 1,
  kStartName = 2,
  kEscape = 5,  // after a backslash
  kEscapeName = 6,
  kPairSlash = 3,  // after a high surrogate (the value): a backslash must follow,
  kPairU = 4,      // then a u
  kContinue = 8,   // + continuation bytes left (1..3); value: bits so far | first valid code point's length << 28
  kHex = 16,       // + hex digits left (1..4); value: digits so far | (high surrogate's low 10 bits + 1) << 16
  kFree = 32,      // a run of continuation bytes or hex digits that is all in the set, whatever they are
};

constexpr uint32_t kFirstOfLength[] = {0, 0, 0x80, 0x800, 0x10000};

struct ShortEscape {
  char letter;
  uint32_t code;
};
constexpr ShortEscape kShortEscapes[] = {{'"', '"'}, {'\\', '\\'}, {'/', '/'}, {'b', 8},
                                         {'f', 12},  {'n', 10},    {'r', 13},  {'t', 9}};

// Printable ASCII that no writer of JSON escapes.
const CharSet& NeverEscaped() {
  static const CharSet set =
      CharSet::Of({{' ', '!'}, {'#', '%'}, {'(', '.'}, {'0', ';'}, {'=', '='}, {'?', '['}, {']', '~'}});
  return set;
}

bool Escapes(const CharSet& set) {
  const auto& ranges = set.ranges();
  return std::any_of(ranges.begin(), ranges.end(),
                     [](const CharRange& r) { return !NeverEscaped().Covers(r.first, r.last); });
}

bool IsSurrogate(uint32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

}  // namespace

const CharSet* ExprPool::char_set(Expr e, Spelling& spelling) const {
  const Node& node = nodes_[e];
  if (node.kind != Kind::kChar || node.b > kStartName) return nullptr;
  spelling = static_cast<Spelling>(node.b);
  return &char_sets_[node.a];
}

void CharArcs::Add(std::vector<Arc>& out, uint8_t byte, Expr target) {
  if (target == kNone) return;
  for (Arc& arc : out) {
    if (arc.target == target) {
      arc.bytes.Add(byte);
      return;
    }
  }
  out.push_back({ByteSet::Of(byte), target});
}

void CharArcs::Derive(std::vector<Arc>& out) {
  if (stage_ <= kStartName) return Start(out, stage_ != kStartUtf8);
  if (stage_ == kEscape || stage_ == kEscapeName) return Escape(out);
  if (stage_ == kPairSlash) return out.push_back({ByteSet::Of('\\'), pool_.CharNode(set_id_, kPairU, value_)});
  if (stage_ == kPairU) return out.push_back({ByteSet::Of('u'), HexNode(0, 4, value_)});
  if ((stage_ & kFree) != 0) {
    const uint32_t left = stage_ & 7;
    const bool hex = (stage_ & kHex) != 0;
    ByteSet bytes = ByteSet::Range(0x80, 0xBF);
    if (hex) bytes = ByteSet::Range('0', '9') | ByteSet::Range('a', 'f') | ByteSet::Range('A', 'F');
    return out.push_back({bytes, left == 1 ? kEps : pool_.CharNode(0, stage_ - 1, 0)});
  }
  return (stage_ & kHex) != 0 ? Hex(out) : Continue(out);
}

void CharArcs::Start(std::vector<Arc>& out, bool json) {
  ByteSet single;
  for (const CharRange& range : set().ranges()) {
    for (uint32_t c = range.first; c <= range.last && c < 0x80; ++c) {
      if (!json || (c >= 0x20 && c != '"' && c != '\\')) single.Add(static_cast<uint8_t>(c));
    }
  }
  if (!single.Empty()) out.push_back({single, kEps});
  if (json && (stage_ == kStartJson || Escapes(set())))
    out.push_back({ByteSet::Of('\\'), pool_.CharNode(set_id_, stage_ == kStartName ? kEscapeName : kEscape, 0)});
  if (set().ranges().back().last < 0x80) return;
  for (uint32_t lead = 0xC2; lead <= 0xF4; ++lead) {
    const uint32_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const uint32_t bits = lead & (0x7FU >> length);
    Add(out, static_cast<uint8_t>(lead), Utf8(bits, length - 1, length));
  }
}

// The state after `prefix` with `left` continuation bytes to come, in a character of `length` bytes.
Expr CharArcs::Utf8(uint32_t prefix, uint32_t left, uint32_t length) {
  const uint32_t low = prefix << (6 * left), high = low | ((1U << (6 * left)) - 1);
  const uint32_t first = std::max(low, kFirstOfLength[length]), last = std::min(high, 0x10FFFFU);
  if (first > last || !set().Intersects(first, last)) return kNone;
  if (left == 0) return kEps;
  if (first == low && last == high && set().Covers(low, high)) return pool_.CharNode(0, kFree | kContinue | left, 0);
  return pool_.CharNode(set_id_, kContinue | left, prefix | length << 28);
}

void CharArcs::Continue(std::vector<Arc>& out) {
  const uint32_t left = stage_ & 7, prefix = value_ & 0xFFFFFFF, length = value_ >> 28;
  for (uint32_t byte = 0x80; byte <= 0xBF; ++byte)
    Add(out, static_cast<uint8_t>(byte), Utf8(prefix << 6 | (byte & 0x3F), left - 1, length));
}

void CharArcs::Escape(std::vector<Arc>& out) {
  for (const ShortEscape& escape : kShortEscapes) {
    if (set().Has(escape.code)) Add(out, static_cast<uint8_t>(escape.letter), kEps);
  }
  if (stage_ == kEscape) return Add(out, 'u', HexNode(0, 4, 0));
  const Expr rest = pool_.Char(set() & ~NeverEscaped(), Spelling::kUtf8);  // the set without what is never escaped
  if (rest != kNone) Add(out, 'u', CharArcs(pool_, pool_.nodes_[rest].a, 0, 0).HexNode(0, 4, 0));
}

// The state after \u and some digits; `high` is 0, or the high surrogate before it minus 0xD800 plus 1.
Expr CharArcs::HexNode(uint32_t prefix, uint32_t left, uint32_t high) {
  const uint32_t low = prefix << (4 * left), last = low | ((1U << (4 * left)) - 1);
  if (high != 0) {
    const uint32_t from = std::max(low, 0xDC00U), to = std::min(last, 0xDFFFU);
    if (from > to) return kNone;
    const uint32_t base = 0x10000 + ((high - 1) << 10);
    if (!set().Intersects(base + (from - 0xDC00), base + (to - 0xDC00))) return kNone;
    if (left == 0) return kEps;
    if (from == low && to == last && set().Covers(base + (from - 0xDC00), base + (to - 0xDC00)))
      return pool_.CharNode(0, kFree | kHex | left, 0);
    return pool_.CharNode(set_id_, kHex | left, prefix | high << 16);
  }
  if (left == 0) {
    if (!IsSurrogate(low)) return set().Has(low) ? kEps : kNone;
    if (low >= 0xDC00) return kNone;
    const uint32_t base = 0x10000 + ((low - 0xD800) << 10);
    if (!set().Intersects(base, base + 0x3FF)) return kNone;
    if (set().Covers(base, base + 0x3FF)) {  // any low surrogate will do: one state for all such
      const uint32_t all = 0;
      return pool_.CharNode(all, kPairSlash, 1);
    }
    return pool_.CharNode(set_id_, kPairSlash, low - 0xD800 + 1);
  }
  const bool near = low <= 0xDFFF && last >= 0xD800;
  if (!near) {
    if (!set().Intersects(low, last)) return kNone;
    if (set().Covers(low, last)) return pool_.CharNode(0, kFree | kHex | left, 0);
  } else if (!set().Intersects(low, last)) {
    // A pair, if some high surrogate of these begins one; a low surrogate begins nothing.
    const uint32_t from = std::max(low, 0xD800U), to = std::min(last, 0xDBFFU);
    if (from > to || !set().Intersects(0x10000 + ((from - 0xD800) << 10), 0x10000 + ((to - 0xD800) << 10) + 0x3FF))
      return kNone;
  }
  return pool_.CharNode(set_id_, kHex | left, prefix);
}

void CharArcs::Hex(std::vector<Arc>& out) {
  const uint32_t left = stage_ & 7, prefix = value_ & 0xFFFF, high = value_ >> 16;
  for (uint32_t digit = 0; digit < 16; ++digit) {
    const Expr target = HexNode(prefix << 4 | digit, left - 1, high);
    if (digit < 10) {
      Add(out, static_cast<uint8_t>('0' + digit), target);
    } else {
      Add(out, static_cast<uint8_t>('a' + digit - 10), target);
      Add(out, static_cast<uint8_t>('A' + digit - 10), target);
    }
  }
}

}  // namespace heddle::grammar
