// From tokens to a FilesQuery: the cheapest cover of the request by modifier phrases, then each phrase fills its field.
#include <algorithm>

#include "ask/files_query.h"
#include "ask/kinds.h"
#include "base/text.h"

namespace heddle::ask {
namespace {

struct Chunk {
  const Modifier* modifier = nullptr;
  PatternMatch match;
  size_t start = 0;
};

using Slots = std::map<std::string, const Token*, std::less<>>;

std::string Text(const Slots& slots, std::string_view name) {
  const auto it = slots.find(name);
  return it == slots.end() ? "" : it->second->raw;
}

double Number(const Slots& slots, std::string_view name) {
  const auto it = slots.find(name);
  return it == slots.end() ? 0 : it->second->number;
}

TimeLimit Limit(const Slots& slots, std::string_view name) {
  const auto it = slots.find(name);
  if (it == slots.end()) return {};
  const Token& token = *it->second;
  if (token.shape == Shape::kDate || token.shape == Shape::kQuoted) return {.date = token.raw};
  if (token.unit == 'M' && token.shape == Shape::kSize)
    return {.seconds = token.count * 60, .unit = 'm', .count = token.count};
  return {.seconds = token.number, .unit = token.unit, .count = token.count};  // unit 0: a bare number
}

// ".py", "*.py", "py" -> "*.py"
std::string ExtensionGlob(std::string text) {
  if (text.starts_with("*.")) return text;
  if (text.starts_with(".")) text.erase(0, 1);
  return "*." + (text.size() <= 4 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; })
                     ? Lower(text)
                     : text);
}

void AddExtensions(std::vector<std::string>& names, std::string_view word) {
  const auto known = ExtensionsOf(Lemma(word));
  if (known.empty()) names.push_back(ExtensionGlob(std::string(word)));
  for (auto extension : known) names.push_back(Cat({"*.", extension}));
}

void SetAction(FilesQuery& query, FileAction action) {
  const bool weak = query.action == FileAction::kNone || query.action == FileAction::kFind ||
                    query.action == FileAction::kList || query.action == FileAction::kShow;
  const bool looks = action == FileAction::kFind || action == FileAction::kList || action == FileAction::kShow;
  if (query.action == action || (looks && query.action != FileAction::kNone)) return;
  const bool total =
      (query.action == FileAction::kCount &&
       (action == FileAction::kLineCount || action == FileAction::kTotalSize || action == FileAction::kWordCount));
  if (weak || total)
    query.action = action;
  else if (!(action == FileAction::kCount &&
             (query.action == FileAction::kLineCount || query.action == FileAction::kWordCount ||
              query.action == FileAction::kTotalSize)))
    query.problem = "two different actions";
}

void SetKind(FilesQuery& q, FileKindWanted kind) {
  if (q.kind == FileKindWanted::kUnset)
    q.kind = kind;
  else if (q.kind != kind)
    q.kind = FileKindWanted::kBoth;
}

// "a.txt" in a request without other narrowing is the file itself; with a search it is a name.
void AddPath(FilesQuery& q, const std::string& text) {
  if (text.find_first_of("*?") != text.npos && text.find('/') == text.npos)
    q.names.push_back(text), q.wildcard = true;
  else if (text.find_first_of("*?") != text.npos) {
    q.roots.push_back(text.substr(0, text.rfind('/')));
    q.names.push_back(text.substr(text.rfind('/') + 1));
  } else
    q.files.push_back(text);
}

// "newest first" names an order, and the key where none was named.
void OrderBy(FilesQuery& q, SortKey key, bool reverse) {
  if (q.sort == SortKey::kNone) q.sort = key;
  q.reverse = reverse;
}

struct Row {
  std::string_view name;
  void (*apply)(FilesQuery&, const Slots&);
};

#define ACTION(which) [](FilesQuery& q, const Slots&) { SetAction(q, FileAction::which); }
#define FLAG(field) [](FilesQuery& q, const Slots&) { q.field = true; }

constexpr Row kRows[] = {
    {"verb.find", ACTION(kFind)}, {"verb.list", ACTION(kList)}, {"verb.count", ACTION(kCount)}, {"verb.delete", ACTION(kDelete)},
    {"verb.copy", ACTION(kCopy)}, {"verb.move", ACTION(kMove)}, {"verb.total", ACTION(kTotalSize)}, {"verb.lines", ACTION(kLineCount)},
    {"verb.words", ACTION(kWordCount)}, {"verb.chars", ACTION(kCharCount)}, {"verb.show", [](FilesQuery& q, const Slots&) { SetAction(q, FileAction::kShow); q.contents = true; }}, {"verb.checksum", ACTION(kChecksum)},
    {"verb.compress", ACTION(kCompress)}, {"verb.decompress", ACTION(kDecompress)}, {"verb.touch", ACTION(kTouch)}, {"verb.type", ACTION(kType)},
    {"verb.lowercase", ACTION(kLowercase)}, {"verb.uppercase", ACTION(kUppercase)}, {"verb.tree", ACTION(kTree)}, {"verb.duplicates", ACTION(kDuplicates)},
    {"verb.disk", ACTION(kDisk)}, {"verb.make", FLAG(making)}, {"perm.readonly", FLAG(readonly)},
    {"total.of", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kTotalSize); q.roots.push_back(Text(s, "path")); }}, {"verb.spaces", ACTION(kSpaces)}, {"verb.unix", ACTION(kDosToUnix)}, {"verb.details", [](FilesQuery& q, const Slots&) { q.details = true; }},
    {"verb.extensions", ACTION(kExtensionsCount)},
    {"verb.eachlines", [](FilesQuery& q, const Slots&) { SetAction(q, FileAction::kLineCount); q.per_directory = true; }},
    {"verb.chmod", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kMode); q.mode = Text(s, "mode"); }},
    {"verb.executable", [](FilesQuery& q, const Slots&) { SetAction(q, FileAction::kMode); q.mode = "+x"; }},
    {"verb.readonly", [](FilesQuery& q, const Slots&) { SetAction(q, FileAction::kMode); q.mode = "a-w"; }},
    {"verb.chown", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kOwner); q.new_owner = Text(s, "user"); }},
    {"verb.chgrp", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kGroup); q.new_owner = Text(s, "group"); }},
    {"verb.archive", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kArchive); q.to = Text(s, "to"); }},
    {"verb.zip", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kZip); q.to = Text(s, "to"); }},
    {"verb.replace", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kReplace); q.from = Text(s, "from"); q.to = Text(s, "to"); }},
    {"verb.search", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kSearch); q.content = Text(s, "text"); }},
    {"verb.searchlines", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kSearch); q.content = Text(s, "text"); }},
    {"verb.extension", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kExtension); q.from = Text(s, "from"); q.to = Text(s, "to"); }},
    {"verb.reformat",
     [](FilesQuery& q, const Slots& s) {
       SetAction(q, FileAction::kExtension);
       q.from = Text(s, "from");
       q.to = Text(s, "to");
       if (IsMediaEnding(q.from) || IsMediaEnding(q.to)) q.problem = "another name makes no other format";
     }},
    {"verb.prefix", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kPrefix); q.to = Text(s, "text"); }},
    {"verb.suffix", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kSuffix); q.to = Text(s, "text"); }},
    {"verb.head", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kHead); q.limit = s.contains("n") ? static_cast<int>(Number(s, "n")) : 10; }},
    {"verb.tail", [](FilesQuery& q, const Slots& s) { SetAction(q, FileAction::kTail); q.limit = s.contains("n") ? static_cast<int>(Number(s, "n")) : 10; }},
    {"obj.file", [](FilesQuery& q, const Slots&) { SetKind(q, FileKindWanted::kFile); }},
    {"obj.dir", [](FilesQuery& q, const Slots&) { SetKind(q, FileKindWanted::kDirectory); }},
    {"obj.link", [](FilesQuery& q, const Slots&) { q.kind = FileKindWanted::kLink; }},
    {"obj.both", [](FilesQuery& q, const Slots&) { q.kind = FileKindWanted::kBoth; }},
    {"obj.ext", [](FilesQuery& q, const Slots& s) { SetKind(q, FileKindWanted::kFile); AddExtensions(q.names, s.contains("ext") ? Text(s, "ext") : s.at("@")->word); }},
    {"obj.filepath", [](FilesQuery& q, const Slots& s) { SetKind(q, FileKindWanted::kFile); AddPath(q, Text(s, "path")); }},
    {"obj.dirpath", [](FilesQuery& q, const Slots& s) { SetKind(q, FileKindWanted::kDirectory); AddPath(q, Text(s, "path")); }},
    {"in.under", [](FilesQuery& q, const Slots& s) { q.roots.push_back(Text(s, "path")); q.recursive = true; }},
    {"obj.twoext", [](FilesQuery& q, const Slots& s) { SetKind(q, FileKindWanted::kFile); AddExtensions(q.names, Text(s, "a")); AddExtensions(q.names, Text(s, "b")); }},
    {"obj.threeext", [](FilesQuery& q, const Slots& s) { SetKind(q, FileKindWanted::kFile); for (auto n : {"a", "b", "c"}) AddExtensions(q.names, Text(s, n)); }},
    {"obj.path", [](FilesQuery& q, const Slots& s) { AddPath(q, Text(s, "path")); }},
    {"name.all", [](FilesQuery& q, const Slots& s) { q.names.push_back(Text(s, "name")); SetKind(q, Text(s, "name").find('.') == std::string::npos ? FileKindWanted::kDirectory : FileKindWanted::kFile); }},
    {"name.is", [](FilesQuery& q, const Slots& s) { q.names.push_back(Text(s, "name")); }},
    {"name.starts", [](FilesQuery& q, const Slots& s) { q.name_tests.push_back(EscapeGlob(Text(s, "text")) + "*"); }},
    {"name.ends", [](FilesQuery& q, const Slots& s) { const auto t = Text(s, "text"); q.name_tests.push_back(t.starts_with("*") ? t : "*" + EscapeGlob(t)); }},
    {"name.contains", [](FilesQuery& q, const Slots& s) { q.name_tests.push_back("*" + EscapeGlob(Text(s, "text")) + "*"); }},
    {"name.startsends", [](FilesQuery& q, const Slots& s) { q.name_tests.push_back(EscapeGlob(Text(s, "a")) + "*" + EscapeGlob(Text(s, "b"))); }},
    {"name.notis", [](FilesQuery& q, const Slots& s) { q.not_names.push_back(Text(s, "name")); }},
    {"name.notcontains", [](FilesQuery& q, const Slots& s) { q.not_names.push_back("*" + EscapeGlob(Text(s, "text")) + "*"); }},
    {"name.notstarts", [](FilesQuery& q, const Slots& s) { q.not_names.push_back(EscapeGlob(Text(s, "text")) + "*"); }},
    {"name.notends", [](FilesQuery& q, const Slots& s) { q.not_names.push_back("*" + EscapeGlob(Text(s, "text"))); }},
    {"name.notext", [](FilesQuery& q, const Slots& s) { AddExtensions(q.not_names, Text(s, "ext")); }},
    {"name.case", FLAG(ignore_case)},
    {"name.noext", [](FilesQuery& q, const Slots&) { q.not_names.push_back("*.*"); SetKind(q, FileKindWanted::kFile); }},
    {"path.contains", [](FilesQuery& q, const Slots& s) { q.path_parts.push_back(Text(s, "text")); }},
    {"size.min", [](FilesQuery& q, const Slots& s) { q.size_min = Number(s, "size"); }},
    {"size.max", [](FilesQuery& q, const Slots& s) { q.size_max = Number(s, "size"); }},
    {"size.exact", [](FilesQuery& q, const Slots& s) { q.size_exact = Number(s, "size"); }},
    {"size.bytes", [](FilesQuery& q, const Slots& s) { q.size_exact = Number(s, "n"); }},
    {"verb.md5", [](FilesQuery& q, const Slots&) { SetAction(q, FileAction::kChecksum); q.command = "md5sum"; }},
    {"size.between", [](FilesQuery& q, const Slots& s) { q.size_min = Number(s, "a"); q.size_max = Number(s, "b"); }},
    {"time.newer", [](FilesQuery& q, const Slots& s) { q.newer = Limit(s, "t"); }},
    {"time.older", [](FilesQuery& q, const Slots& s) { q.older = Limit(s, "t"); }},
    {"time.between", [](FilesQuery& q, const Slots& s) { q.newer = Limit(s, "a"); q.older = Limit(s, "b");
      if (q.newer->date.empty() && q.newer->unit == 0) q.newer = TimeLimit{.seconds = Number(s, "a") * q.older->seconds / q.older->count, .unit = q.older->unit, .count = Number(s, "a")};
      if (q.newer->date.empty() && q.newer->seconds < q.older->seconds) std::swap(q.newer, q.older); }},
    {"time.today", [](FilesQuery& q, const Slots&) { q.newer = TimeLimit{.date = "today"}; }},
    {"time.yesterday", [](FilesQuery& q, const Slots&) { q.newer = TimeLimit{.date = "yesterday"}; q.older = TimeLimit{.date = "today"}; }},
    {"time.sinceyesterday", [](FilesQuery& q, const Slots&) { q.newer = TimeLimit{.date = "yesterday"}; }},
    {"time.accessed", [](FilesQuery& q, const Slots&) { q.time_field = 'a'; }},
    {"time.accnewer", [](FilesQuery& q, const Slots& s) { q.time_field = 'a'; q.newer = Limit(s, "t"); }},
    {"time.accolder", [](FilesQuery& q, const Slots& s) { q.time_field = 'a'; q.older = Limit(s, "t"); }},
    {"time.chnewer", [](FilesQuery& q, const Slots& s) { q.time_field = 'c'; q.newer = Limit(s, "t"); }},
    {"time.newerfile", [](FilesQuery& q, const Slots& s) { q.newer_file = Text(s, "path"); }},
    {"owner.is", [](FilesQuery& q, const Slots& s) { q.owner = Text(s, "user"); }},
    {"owner.root", [](FilesQuery& q, const Slots&) { q.owner = "root"; }},
    {"owner.me", [](FilesQuery& q, const Slots&) { q.owner = "$USER"; }},
    {"owner.not", [](FilesQuery& q, const Slots& s) { q.not_owner = Text(s, "user"); }},
    {"owner.none", FLAG(no_owner)},
    {"group.is", [](FilesQuery& q, const Slots& s) { q.group = Text(s, "group"); }},
    {"perm.is", [](FilesQuery& q, const Slots& s) { q.mode_is = Text(s, "mode"); }},
    {"perm.executable", FLAG(executable)}, {"perm.worldwritable", FLAG(world_writable)}, {"perm.setuid", FLAG(setuid)},
    {"is.empty", FLAG(empty)}, {"is.notempty", FLAG(not_empty)}, {"is.broken", [](FilesQuery& q, const Slots&) { q.broken = true; q.kind = FileKindWanted::kLink; }},
    {"is.hidden", FLAG(hidden)}, {"is.nothidden", FLAG(not_hidden)},
    {"depth.here", [](FilesQuery& q, const Slots&) { q.max_depth = 1; }},
    {"depth.max", [](FilesQuery& q, const Slots& s) { q.max_depth = static_cast<int>(Number(s, "n")); }},
    {"depth.deeper", [](FilesQuery& q, const Slots& s) { q.min_depth = static_cast<int>(Number(s, "n")) + 1; }},
    {"owner.group",
     [](FilesQuery& q, const Slots& s) {
       q.owner = Text(s, "user");
       q.group = Text(s, "group");
     }},
    {"perm.noread", [](FilesQuery& q, const Slots&) { q.no_read = true; }},
    {"depth.min", [](FilesQuery& q, const Slots& s) { q.min_depth = static_cast<int>(Number(s, "n")); }},
    {"depth.all", FLAG(recursive)},
    {"in.path", [](FilesQuery& q, const Slots& s) { q.roots.push_back(Text(s, "path")); }},
    {"in.two", [](FilesQuery& q, const Slots& s) { q.roots.push_back(Text(s, "a")); q.roots.push_back(Text(s, "b")); }},
    {"in.here", [](FilesQuery& q, const Slots&) { q.roots.push_back("."); }},
    {"in.home", [](FilesQuery& q, const Slots&) { q.roots.push_back("~"); }},
    {"in.downloads", [](FilesQuery& q, const Slots&) { q.roots.push_back("~/Downloads"); }},
    {"in.documents", [](FilesQuery& q, const Slots&) { q.roots.push_back("~/Documents"); }},
    {"in.desktop", [](FilesQuery& q, const Slots&) { q.roots.push_back("~/Desktop"); }},
    {"in.root", [](FilesQuery& q, const Slots&) { q.roots.push_back("/"); }},
    {"in.parent", [](FilesQuery& q, const Slots&) { q.roots.push_back(".."); }},
    {"in.tmp", [](FilesQuery& q, const Slots&) { q.roots.push_back("/tmp"); }},
    {"not.dir", [](FilesQuery& q, const Slots& s) { q.not_dirs.push_back(Text(s, "path")); }},
    {"not.dirs", [](FilesQuery& q, const Slots& s) { q.not_dirs.push_back(Text(s, "a")); q.not_dirs.push_back(Text(s, "b")); }},
    {"content", [](FilesQuery& q, const Slots& s) { q.content = Text(s, "text"); }},
    {"content.not", [](FilesQuery& q, const Slots& s) { q.content = Text(s, "text"); q.content_not = true; }},
    {"sort.size", [](FilesQuery& q, const Slots&) { q.sort = SortKey::kSize; }},
    {"sort.time", [](FilesQuery& q, const Slots&) { q.sort = SortKey::kTime; }},
    {"sort.name", [](FilesQuery& q, const Slots&) { q.sort = SortKey::kName; }},
    {"sort.ext", [](FilesQuery& q, const Slots&) { q.sort = SortKey::kExtension; }},
    {"sort.reverse", [](FilesQuery& q, const Slots&) { q.reverse = true; }},
    {"sort.newest", [](FilesQuery& q, const Slots&) { OrderBy(q, SortKey::kTime, false); }},
    {"sort.oldest", [](FilesQuery& q, const Slots&) { OrderBy(q, SortKey::kTime, true); }},
    {"sort.largest", [](FilesQuery& q, const Slots&) { OrderBy(q, SortKey::kSize, false); }},
    {"sort.smallest", [](FilesQuery& q, const Slots&) { OrderBy(q, SortKey::kSize, true); }},
    {"perm.notexecutable", [](FilesQuery& q, const Slots&) { q.not_executable = true; }},
    {"dest.desktop", [](FilesQuery& q, const Slots&) { q.destination = "~/Desktop"; }},
    {"dest.downloads", [](FilesQuery& q, const Slots&) { q.destination = "~/Downloads"; }},
    {"dest.home", [](FilesQuery& q, const Slots&) { q.destination = "~"; }},
    {"sort.down", [](FilesQuery&, const Slots&) {}},
    {"sup.largest", [](FilesQuery& q, const Slots& s) { q.sort = SortKey::kSize; q.limit = s.contains("n") ? static_cast<int>(Number(s, "n")) : q.limit.value_or(1); }},
    {"sup.largestmany", [](FilesQuery& q, const Slots&) { q.sort = SortKey::kSize; q.limit = q.limit.value_or(10); }},
    {"sup.space",
     [](FilesQuery& q, const Slots&) {
       if (q.kind == FileKindWanted::kUnset) SetAction(q, FileAction::kTotalSize);
       q.sort = SortKey::kSize;
       q.limit = q.limit.value_or(10);
     }},
    {"sup.smallest", [](FilesQuery& q, const Slots& s) { q.sort = SortKey::kSize; q.reverse = true; q.limit = s.contains("n") ? static_cast<int>(Number(s, "n")) : q.limit.value_or(1); }},
    {"sup.newest", [](FilesQuery& q, const Slots& s) { q.sort = SortKey::kTime; q.limit = s.contains("n") ? static_cast<int>(Number(s, "n")) : q.limit.value_or(1); }},
    {"sup.newestmany", [](FilesQuery& q, const Slots&) { q.sort = SortKey::kTime; q.limit = q.limit.value_or(10); }},
    {"sup.oldest", [](FilesQuery& q, const Slots& s) { q.sort = SortKey::kTime; q.reverse = true; q.limit = s.contains("n") ? static_cast<int>(Number(s, "n")) : q.limit.value_or(1); }},
    {"limit", [](FilesQuery& q, const Slots& s) { q.limit = static_cast<int>(Number(s, "n")); }},
    {"limit.last", [](FilesQuery& q, const Slots& s) { q.limit = static_cast<int>(Number(s, "n")); q.last = true; }},
    {"show.details", FLAG(details)}, {"show.size", FLAG(with_size)}, {"show.names", FLAG(names_only)}, {"show.absolute", FLAG(absolute)},
    {"show.perdir", FLAG(per_directory)}, {"show.total", FLAG(total)},
    {"dest", [](FilesQuery& q, const Slots& s) { q.destination = Text(s, "path"); }},
    {"dest.here", [](FilesQuery& q, const Slots&) { q.destination = "."; }},
    {"save", [](FilesQuery& q, const Slots& s) { q.save_to = Text(s, "path"); }},
    {"filler", [](FilesQuery&, const Slots&) {}},
};

const Row* RowOf(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

// What it costs to leave a token out: the cover prefers to explain everything.
int SkipCost(const Token& token) {
  static constexpr std::string_view kPrepositions[] = {"to", "into", "in", "from", "under", "with", "by", "at"};
  if (token.shape == Shape::kPunctuation) return 0;
  if (!token.noise) return 100;
  return std::find(std::begin(kPrepositions), std::end(kPrepositions), token.word) != std::end(kPrepositions) ? 14 : 2;
}

bool Plural(const Token& token) {
  static constexpr std::string_view kWords[] = {"files", "directories", "folders", "dirs", "subdirectories"};
  return std::find(std::begin(kWords), std::end(kWords), token.word) != std::end(kWords);
}

// "the __pycache__ directories" are all of that name, wherever they are; "the directory x" is one.
void Widen(FilesQuery& query, std::string_view modifier, bool many) {
  if (!many || (modifier != "obj.dirpath" && modifier != "obj.filepath")) return;
  if (query.files.empty() || query.files.back().find('/') != std::string::npos) return;
  query.names.push_back(query.files.back());
  query.files.pop_back();
}

bool IsArticle(const Token& token) {
  return token.word == "the" || token.word == "a" || token.word == "an" || token.word == "my" || token.word == "this";
}

bool IsPlainVerb(std::string_view modifier) {
  static constexpr std::string_view kVerbs[] = {"verb.delete",   "verb.copy",       "verb.move", "verb.find",
                                                "verb.compress", "verb.decompress", "verb.touch"};
  return std::find(std::begin(kVerbs), std::end(kVerbs), modifier) != std::end(kVerbs);
}

double WeakestFit(const PatternMatch& match) {
  double weakest = 1;
  for (const Filled& filled : match.slots) weakest = std::min(weakest, filled.fit);
  return weakest;
}

}  // namespace

FilesReading ReadFiles(const Book& book, const std::vector<Token>& tokens) {
  const size_t n = tokens.size();
  std::vector<int> cost(n + 1, 1 << 28);
  std::vector<Chunk> via(n + 1);
  std::vector<size_t> from(n + 1, 0);
  cost[0] = 0;
  for (size_t at = 0; at < n; ++at) {
    if (cost[at] >= 1 << 28) continue;
    const int skip = cost[at] + SkipCost(tokens[at]);
    if (skip < cost[at + 1]) cost[at + 1] = skip, via[at + 1] = {}, from[at + 1] = at;
    const auto consider = [&](uint16_t say) {
      const Modifier& modifier = book.modifiers()[book.say(say).owner];
      if (at > 0 && IsArticle(tokens[at - 1]) && IsPlainVerb(modifier.name)) return;  // "the trash", "a copy"
      for (const Pattern& pattern : book.Patterns(say)) {
        auto match = MatchHere(pattern, tokens, at);
        if (!match) continue;
        // Fewer, longer and surer phrases are better readings.
        const double fit = WeakestFit(*match);
        const int price = 15 + match->guessed * 15 + match->far * 25 + static_cast<int>((1 - fit) * 30) - match->words;
        if (cost[at] + price >= cost[match->end]) continue;
        const size_t end = match->end;
        cost[end] = cost[at] + price;
        via[end] = {&modifier, *std::move(match), at};
        from[end] = at;
      }
    };
    for (Concept id : tokens[at].concepts) {
      for (uint16_t say : book.ModifiersAt(id)) consider(say);
    }
    for (Concept id : tokens[at].guesses) {
      for (uint16_t say : book.ModifiersAt(id)) consider(say);
    }
    for (uint16_t say : book.ModifiersAt(Lexicon::kNone)) consider(say);
  }
  FilesReading reading;
  reading.used.assign(n, false);
  std::vector<const Chunk*> chunks;
  for (size_t at = n; at > 0; at = from[at]) {
    if (via[at].modifier == nullptr) continue;
    chunks.push_back(&via[at]);
    for (size_t i = from[at]; i < at; ++i) reading.used[i] = true;
  }
  std::reverse(chunks.begin(), chunks.end());
  for (const Chunk* chunk : chunks) {
    Slots slots{{"@", &tokens[chunk->start]}};
    for (const Filled& filled : chunk->match.slots) slots[filled.name] = &tokens[filled.tokens[0]];
    for (const Filled& filled : chunk->match.slots) {
      const Token& token = tokens[filled.tokens[0]];
      if (token.directory) reading.query.directories.push_back(token.raw);
    }
    const bool many = std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(chunk->start),
                                  tokens.begin() + static_cast<std::ptrdiff_t>(chunk->match.end), Plural);
    if (const Row* row = RowOf(chunk->modifier->name)) row->apply(reading.query, slots);
    Widen(reading.query, chunk->modifier->name, many);
    ++reading.phrases;
    if (chunk->modifier->name != "filler") ++reading.content_phrases;
    reading.guessed += chunk->match.guessed;
    reading.far += chunk->match.far;
    reading.weakest = std::min(reading.weakest, WeakestFit(chunk->match));
  }
  FilesQuery& query = reading.query;
  if (query.names.empty() && query.name_tests.size() == 1) query.names.swap(query.name_tests);
  query.many = std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
    return Plural(token) || token.word == "all" || token.word == "every" || token.word == "everything" ||
           token.word == "each" || token.word == "any";
  });
  if (query.limit == 1 && query.sort != SortKey::kNone && std::any_of(tokens.begin(), tokens.end(), Plural) &&
      std::none_of(tokens.begin(), tokens.end(), [](const Token& token) { return token.number == 1; }))
    query.limit = 10;  // "the largest files" are several
  if (query.making && query.executable)
    SetAction(query, FileAction::kMode), query.mode = "+x", query.executable = false;
  else if (query.making && query.readonly)
    SetAction(query, FileAction::kMode), query.mode = "a-w";
  else if (query.making && query.action != FileAction::kMode && query.action != FileAction::kOwner)
    query.problem = "make what of it";
  if (query.readonly && !query.making) query.problem = "read-only files";
  return reading;
}

}  // namespace heddle::ask
