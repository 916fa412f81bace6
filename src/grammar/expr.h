// Expr: a language of byte strings as a hash-consed expression. The parts of ExprPool's contract that others implement
// or hold: kinds, arcs, and the sources that write bodies when they are first needed.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/byte_set.h"
#include "grammar/char_set.h"

namespace heddle::grammar {

using Expr = uint32_t;
inline constexpr Expr kNone = 0;  // the empty language
inline constexpr Expr kEps = 1;   // the empty string
inline constexpr Expr kAll = 2;   // every byte string
inline constexpr uint32_t kNoLimit = UINT32_MAX;

enum class Kind : uint8_t {
  kNone,
  kEps,
  kAll,
  kBytes,
  kLiteral,
  kSeq,
  kOr,
  kAnd,
  kNot,
  kRepeat,
  kRule,
  kChar,
  kAutomaton,
  kNames
};

// How the characters of a set are written: as UTF-8, or as the inside of a JSON string (RFC 8259: UTF-8 and escapes).
// kJsonName does not escape what no writer escapes (printable ASCII but " \\ / < > & '), which keeps names apart
// cheaply.
enum class Spelling : uint8_t { kUtf8, kJson, kJsonName };

// Gives the body of a rule when it is first needed. `argument` tells the rules of one source apart.
class RuleSource {
 public:
  virtual ~RuleSource() = default;
  virtual Expr Body(class ExprPool& pool, uint32_t argument) = 0;
};

// Names told apart by one look: each ends with its own last byte (a quote), and each leads to its own continuation.
// What is no listed name is read by `other`; that it would match listed names too does not matter.
class NameSource {
 public:
  virtual ~NameSource() = default;
  // What follows name number `index` in the state `argument`; kNone: not allowed there.
  virtual Expr AfterName(class ExprPool& pool, uint32_t argument, uint32_t index) = 0;
  virtual bool Allows(uint32_t argument, uint32_t index) = 0;
};

// A finite automaton over bytes made elsewhere: rows of 256 targets, UINT16_MAX where there is none.
struct Automaton {
  std::vector<std::array<uint16_t, 256>> rows;
  std::vector<bool> accepts;
};

struct PoolLimits {
  size_t max_expressions = 1U << 30;  // what ids can number; work is bounded by its Meter
  size_t max_alternatives = 20'000;   // members of one union: how ambiguous a state may become
  size_t max_search = 4'000;          // states visited to find out whether an intersection is empty
  int max_depth = 1'000;              // nesting of one derivative
};

// One interned node; what a, b and c mean is told by the kind.
struct ExprNode {
  Kind kind = Kind::kNone;
  bool nullable : 1 = false;
  bool boolean : 1 = false;  // an intersection or complement decides what this matches
  uint8_t live : 2 = 0;      // 0: not known, 1: live, 2: empty
  uint8_t steps = 0;         // taken without a row
  uint32_t a = 0, b = 0, c = 0;
  uint32_t arcs = UINT32_MAX;  // index into arcs_
  uint32_t row = UINT32_MAX;   // index into rows_: for each byte the arc's number plus one, where arcs are many
};

// Frees what was mapped.
struct UnmapPages {
  size_t bytes;
  void operator()(uint32_t* pages) const;
};

struct ExprRule {
  Expr body = kNone;
  RuleSource* source = nullptr;
  uint32_t argument = 0;
};

struct ExprNames {
  const std::vector<std::string>* names;
  NameSource* source;
  uint32_t argument;
  Expr other;  // from here on
  auto operator<=>(const ExprNames&) const = default;
};

}  // namespace heddle::grammar
