#include "ask/find_filter.h"

#include <functional>

#include "base/text.h"

namespace heddle::ask {
namespace {

using Test = std::function<bool(const FoundFile&)>;

// "+7", "-7", "7": more than, less than, exactly.
struct Bound {
  char sign = 0;
  int64_t value = 0;
  bool Holds(int64_t measured) const {
    return sign == '+' ? measured > value : sign == '-' ? measured < value : measured == value;
  }
};

std::optional<Bound> ReadBound(std::string_view text) {
  Bound bound;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) bound.sign = text[0], text.remove_prefix(1);
  const auto value = ParseInt(text);
  if (!value || *value < 0) return std::nullopt;
  bound.value = *value;
  return bound;
}

std::optional<Test> SizeTest(const std::string& value, int64_t) {
  std::string text = value;
  int64_t unit = 512;
  if (text.empty()) return std::nullopt;
  constexpr std::string_view kUnits = "bcwkMG";
  constexpr int64_t kBytes[] = {512, 1, 2, 1 << 10, 1 << 20, 1 << 30};
  if (const size_t at = kUnits.find(text.back()); at != kUnits.npos) unit = kBytes[at], text.pop_back();
  const auto bound = ReadBound(text);
  if (!bound) return std::nullopt;
  return [bound = *bound, unit](const FoundFile& file) {
    return bound.Holds((static_cast<int64_t>(file.info.size) + unit - 1) / unit);
  };
}

std::optional<Test> AgeTest(const std::string& text, int64_t now_ns, int64_t unit_ns) {
  const auto bound = ReadBound(text);
  if (!bound) return std::nullopt;
  return [bound = *bound, now_ns, unit_ns](const FoundFile& file) {
    return bound.Holds((now_ns - file.info.mtime_ns) / unit_ns);
  };
}

std::optional<Test> TypeTest(const std::string& text, int64_t) {
  using sys::FileKind;
  const FileKind kind = text == "f"   ? FileKind::kFile
                        : text == "d" ? FileKind::kDirectory
                        : text == "l" ? FileKind::kLink
                                      : FileKind::kNone;
  if (kind == FileKind::kNone) return std::nullopt;
  return [kind](const FoundFile& file) { return file.info.kind == kind; };
}

struct Row {
  std::string_view name;
  std::optional<Test> (*make)(const std::string& value, int64_t now_ns);
};
constexpr int64_t kMinute = 60'000'000'000, kDay = 1440 * kMinute;
constexpr Row kRows[] = {
    {"-name",
     [](const std::string& v, int64_t) -> std::optional<Test> {
       return [v](const FoundFile& file) { return GlobMatch(v, file.name); };
     }},
    {"-iname",
     [](const std::string& v, int64_t) -> std::optional<Test> {
       return [low = Lower(v)](const FoundFile& file) { return GlobMatch(low, Lower(file.name)); };
     }},
    {"-path",
     [](const std::string& v, int64_t) -> std::optional<Test> {
       return [v](const FoundFile& file) { return GlobMatch(v, file.path); };
     }},
    {"-type", TypeTest},
    {"-size", SizeTest},
    {"-mtime", [](const std::string& v, int64_t now) { return AgeTest(v, now, kDay); }},
    {"-mmin", [](const std::string& v, int64_t now) { return AgeTest(v, now, kMinute); }},
};

}  // namespace

struct FindFilter::Node {
  enum class Kind { kTest, kNot, kAnd, kOr } kind = Kind::kTest;
  Test test;
  std::vector<Node> children;

  bool Holds(const FoundFile& file) const {
    switch (kind) {
      case Kind::kTest: return test(file);
      case Kind::kNot: return !children[0].Holds(file);
      case Kind::kAnd:
        for (const Node& child : children) {
          if (!child.Holds(file)) return false;
        }
        return true;
      case Kind::kOr:
        for (const Node& child : children) {
          if (child.Holds(file)) return true;
        }
        return false;
    }
    return false;
  }
};

class FindFilter::Parser {
 public:
  Parser(const std::vector<std::string>& words, int64_t now_ns, FindFilter& out)
      : words_(words), now_ns_(now_ns), out_(out) {}

  bool Whole(Node& node) { return Or(node) && at_ == words_.size(); }

 private:
  bool Is(std::string_view word) const { return at_ < words_.size() && words_[at_] == word; }

  bool Or(Node& node) {
    if (++depth_ > 20) return false;
    node.kind = Node::Kind::kOr;
    do {
      if (!And(node.children.emplace_back())) return false;
    } while ((Is("-o") || Is("-or")) && ++at_);
    --depth_;
    return true;
  }

  bool And(Node& node) {
    node.kind = Node::Kind::kAnd;
    while (at_ < words_.size() && !Is("-o") && !Is("-or") && !Is(")")) {
      if (Is("-a") || Is("-and")) {
        ++at_;
        continue;
      }
      if (!Factor(node)) return false;
    }
    return !node.children.empty();  // "-o" needs something on both sides
  }

  bool Factor(Node& parent) {
    if (Is("!") || Is("-not")) {
      ++at_;
      Node inner{.kind = Node::Kind::kAnd};
      if (at_ >= words_.size() || !Factor(inner)) return false;
      Node negation{.kind = Node::Kind::kNot};
      negation.children.push_back(std::move(inner));
      parent.children.push_back(std::move(negation));
      return true;
    }
    if (Is("(")) {
      ++at_;
      if (!Or(parent.children.emplace_back()) || !Is(")")) return false;
      ++at_;
      return true;
    }
    const std::string& name = words_[at_++];
    if (name == "-empty") {
      parent.children.push_back({.test = [](const FoundFile& file) { return file.empty; }});
      return true;
    }
    if (at_ >= words_.size()) return false;
    const std::string& value = words_[at_++];
    if (name == "-maxdepth" || name == "-mindepth") {
      const auto depth = ParseInt(value);
      if (!depth || *depth < 0 || *depth > 1 << 20) return false;
      (name == "-maxdepth" ? out_.max_depth_ : out_.min_depth_) = static_cast<int>(*depth);
      return true;
    }
    for (const Row& row : kRows) {
      if (row.name != name) continue;
      auto test = row.make(value, now_ns_);
      if (!test) return false;
      parent.children.push_back({.test = *std::move(test)});
      return true;
    }
    return false;
  }

  const std::vector<std::string>& words_;
  int64_t now_ns_;
  FindFilter& out_;
  size_t at_ = 0;
  int depth_ = 0;
};

std::optional<FindFilter> FindFilter::Parse(const std::vector<std::string>& words, int64_t now_ns) {
  FindFilter out;
  auto node = std::make_shared<Node>();
  Parser parser(words, now_ns, out);
  if (words.size() > 200 || !parser.Whole(*node)) return std::nullopt;
  out.root_ = std::move(node);
  return out;
}

bool FindFilter::Matches(const FoundFile& file) const { return root_->Holds(file); }

}  // namespace heddle::ask
