#include "ask/slots.h"

#include <algorithm>

#include "ask/kinds.h"
#include "base/text.h"

namespace heddle::ask {
namespace {

struct TypeRow {
  std::string_view name;
  SlotType type;
};
constexpr TypeRow kTypes[] = {{"path", SlotType::kPath},
                              {"file", SlotType::kPath},
                              {"dir", SlotType::kPath},
                              {"files", SlotType::kFiles},
                              {"glob", SlotType::kGlob},
                              {"ext", SlotType::kExtension},
                              {"size", SlotType::kSize},
                              {"duration", SlotType::kDuration},
                              {"date", SlotType::kDate},
                              {"n", SlotType::kCount},
                              {"count", SlotType::kCount},
                              {"port", SlotType::kPort},
                              {"url", SlotType::kUrl},
                              {"host", SlotType::kHost},
                              {"mode", SlotType::kMode},
                              {"name", SlotType::kName},
                              {"text", SlotType::kText},
                              {"rest", SlotType::kRest},
                              {"user", SlotType::kUser},
                              {"pattern", SlotType::kPattern},
                              {"pid", SlotType::kPid},
                              {"image", SlotType::kImage},
                              {"video", SlotType::kVideo},
                              {"audio", SlotType::kAudio},
                              {"pdffile", SlotType::kPdf},
                              {"zipfile", SlotType::kZip},
                              {"tarfile", SlotType::kTar},
                              {"gzfile", SlotType::kGzip},
                              {"csvfile", SlotType::kCsv},
                              {"jsonfile", SlotType::kJson},
                              {"math", SlotType::kMath},
                              {"imgext", SlotType::kImageExtension},
                              {"mdfile", SlotType::kMarkdown},
                              {"oddname", SlotType::kOddName},
                              {"percent", SlotType::kPercent},
                              {"zone", SlotType::kZone},
                              {"pyfile", SlotType::kPython},
                              {"logfile", SlotType::kLog},
                              {"patchfile", SlotType::kPatch},
                              {"yamlfile", SlotType::kYaml},
                              {"decmath", SlotType::kDecimalMath},
                              {"audext", SlotType::kAudioExtension},
                              {"vidext", SlotType::kVideoExtension},
                              {"tsvfile", SlotType::kTsv},
                              {"char", SlotType::kCharacter},
                              {"envname", SlotType::kEnvName},
                              {"clock", SlotType::kClock},
                              {"unitname", SlotType::kUnitName}};

// "node_modules", "release-1.2", "README": nobody writes ordinary words so.
bool LooksLikeName(const Token& token) {
  bool odd = false;
  for (char c : token.raw) {
    odd |= c == '_' || c == '-' || (c >= '0' && c <= '9');
    if (std::string_view("^*=?!+%$#@&|<>").find(c) != std::string_view::npos) return false;
  }
  return odd && token.raw.size() > 2;
}

// Words that shape a request are never the name of something.
bool IsGrammar(const Token& token) {
  static constexpr std::string_view kWords[] = {
      "not",      "except",         "excluding",   "without",   "but",       "no",         "between",     "older",
      "newer",    "larger",         "bigger",      "smaller",   "sorted",    "sort",       "recursively", "containing",
      "then",     "never",          "isn't",       "don't",     "doesn't",   "file",       "files",       "folder",
      "folders",  "directory",      "directories", "dir",       "dirs",      "everything", "everyone",    "lines",
      "line",     "words",          "word",        "columns",   "column",    "today",      "yesterday",   "less",
      "more",     "greater",        "matching",    "ending",    "starting",  "current",    "kilobyte",    "kilobytes",
      "megabyte", "megabytes",      "gigabyte",    "gigabytes", "byte",      "bytes",      "kb",          "mb",
      "gb",       "human-readable", "human",       "readable",  "format",    "total",      "unique",      "duplicate",
      "largest",  "smallest",       "newest",      "oldest",    "installed", "running",    "same",        "value",
      "empty",    "hidden",         "blank"};
  return std::find(std::begin(kWords), std::end(kWords), token.word) != std::end(kWords);
}

double WordFit(const Token& token, bool cued, double unknown, double known) {
  if (token.literal) return cued ? 1 : 0.65;
  if (token.word.ends_with("'s")) return 0;
  if (token.noise || IsGrammar(token) || (token.word.find(' ') != token.word.npos && !token.concepts.empty())) return 0;
  if (token.concepts.empty()) return cued ? std::min(1.0, unknown + 0.3) : unknown;
  return cued ? known : 0;
}

// A text may be any word; a file, a program, a person or a host is hardly called by an ordinary English one.
double NameFit(const Token& token, bool cued, double unknown, double known) {
  const double fit = WordFit(token, cued, unknown, known);
  return token.plain && !token.literal ? (cued ? std::min(fit, 0.4) : 0) : fit;
}

// Files of one kind are told by their extension.
struct EndingsRow {
  SlotType type;
  std::string_view endings;
};
constexpr EndingsRow kEndings[] = {{SlotType::kImage, ".jpg .jpeg .png .gif .bmp .tiff .webp .svg .heic .ico .tif"},
                                   {SlotType::kVideo, ".mp4 .mkv .avi .mov .webm .flv .wmv .m4v .mpg .mpeg"},
                                   {SlotType::kAudio, ".mp3 .wav .flac .ogg .m4a .aac .opus .wma .aiff"},
                                   {SlotType::kPdf, ".pdf"},
                                   {SlotType::kZip, ".zip .jar .war .apk"},
                                   {SlotType::kTar, ".tar .tar.gz .tgz .tar.bz2 .tbz2 .tar.xz .txz .tar.zst"},
                                   {SlotType::kGzip, ".gz"},
                                   {SlotType::kCsv, ".csv"},
                                   {SlotType::kJson, ".json"},
                                   {SlotType::kMarkdown, ".md .markdown"},
                                   {SlotType::kPython, ".py"},
                                   {SlotType::kLog, ".log"},
                                   {SlotType::kPatch, ".patch .diff"},
                                   {SlotType::kYaml, ".yaml .yml"},
                                   {SlotType::kTsv, ".tsv"}};

std::string_view EndingsOf(SlotType type) {
  for (const EndingsRow& row : kEndings) {
    if (row.type == type) return row.endings;
  }
  return "";
}

double MediaFit(SlotType type, const Token& token) {
  if (token.shape == Shape::kExtension || token.shape == Shape::kUrl) return 0;
  const std::string name = Lower(token.raw);
  if (type == SlotType::kGzip && name.ends_with(".tar.gz")) return 0;
  for (auto ending : SplitWords(EndingsOf(type))) {
    if (name.ends_with(ending) && name.size() > ending.size()) return 1;
  }
  return 0;
}

// "mp3", ".mp3", "mp3s": the ending itself, as a word.
bool NamesEnding(SlotType type, const Token& token) {
  if (token.shape != Shape::kWord && token.shape != Shape::kExtension) return false;
  const std::string name = token.word.starts_with(".") ? token.word : "." + Lemma(token.word);
  const auto known = SplitWords(EndingsOf(type));
  return std::any_of(known.begin(), known.end(),
                     [&](auto ending) { return name == ending || "." + token.word == ending; });
}

}  // namespace

std::optional<SlotType> ParseSlotType(std::string_view name) {
  for (const TypeRow& row : kTypes) {
    if (row.name == name) return row.type;
  }
  return std::nullopt;
}

bool IsDeterminer(const Token& token) {
  static constexpr std::string_view kWords[] = {"a",    "an",  "the",  "my",  "all",   "any",  "this",
                                                "that", "our", "your", "its", "these", "those"};
  return std::find(std::begin(kWords), std::end(kWords), token.word) != std::end(kWords);
}

double Fit(SlotType type, const Token& token, bool cued) {
  const Shape shape = token.shape;
  const bool word = shape == Shape::kWord;
  const bool quoted = shape == Shape::kQuoted;
  if (token.raw.empty() && type != SlotType::kText) return 0;  // "" is a text, never a path or a name
  switch (type) {
    case SlotType::kPath:
    case SlotType::kFiles:
      if (shape == Shape::kPath) return 1;
      if (word && token.exists && !token.noise) return token.concepts.empty() || cued ? 1 : 0.5;
      if (shape == Shape::kGlob) return 0.9;
      if (quoted) return 0.9;
      if (shape == Shape::kExtension) return token.exists || cued ? 0.8 : 0.3;
      if (shape == Shape::kHost) return token.exists ? 1 : token.raw.find('@') == token.raw.npos && cued ? 0.6 : 0.2;
      if (shape == Shape::kNumber) return 0;
      return word ? NameFit(token, cued, cued ? 0.5 : LooksLikeName(token) ? 0.7 : 0.25, 0.55) : 0;
    case SlotType::kImage:
    case SlotType::kVideo:
    case SlotType::kAudio:
    case SlotType::kPdf:
    case SlotType::kZip:
    case SlotType::kTar:
    case SlotType::kGzip:
    case SlotType::kCsv:
    case SlotType::kJson:
    case SlotType::kPython:
    case SlotType::kLog:
    case SlotType::kPatch:
    case SlotType::kYaml:
    case SlotType::kTsv:
    case SlotType::kMarkdown: return MediaFit(type, token);
    case SlotType::kCharacter: return word && !CharacterOf(token.raw).empty() ? 0.85 : 0;
    case SlotType::kClock: return IsClock(token.raw) ? 1 : 0;
    case SlotType::kUnitName: return word && IsUnitName(token.raw) ? 1 : 0;
    case SlotType::kEnvName:
      return token.raw.size() > 1 &&
                     token.raw.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == token.raw.npos && !quoted
                 ? 1
                 : 0;
    case SlotType::kZone: return (word || shape == Shape::kPath) && !ZoneOf(token.raw).empty() ? 1 : 0;
    case SlotType::kPercent:
      return token.raw.size() > 1 && token.raw.ends_with("%") &&
                     token.raw.find_first_not_of("0123456789.") == token.raw.size() - 1
                 ? 1
                 : 0;
    case SlotType::kGlob:
      return shape == Shape::kGlob        ? 1
             : shape == Shape::kExtension ? 0.9
             : quoted                     ? 0.8
             : shape == Shape::kPath      ? 0.7
                                          : 0;
    case SlotType::kExtension:
      return shape == Shape::kExtension                                         ? 1
             : shape == Shape::kGlob && token.raw.starts_with("*.")             ? 1
             : !word                                                            ? 0
             : token.kind                                                       ? 1
             : token.word.size() <= 5 && !token.noise && token.concepts.empty() ? (!token.guesses.empty() ? 0
                                                                                   : cued                 ? 0.8
                                                                                                          : 0.3)
                                                                                : 0;
    case SlotType::kSize: return shape == Shape::kSize ? 1 : 0;
    case SlotType::kDuration:
      return shape == Shape::kDuration                                                ? 1
             : shape == Shape::kSize && token.unit == 'M' && token.raw.ends_with("m") ? 0.5
                                                                                      : 0;
    case SlotType::kDate: return shape == Shape::kDate ? 1 : quoted ? 0.8 : 0;
    case SlotType::kCount: return shape == Shape::kNumber ? 1 : word && token.number > 0 ? 0.95 : 0;
    case SlotType::kPid: return shape == Shape::kNumber ? 1 : 0;
    case SlotType::kPort:
      return shape == Shape::kNumber && token.number >= 1 && token.number <= 65535 ? 1
             : word && token.raw[0] == ':' && ParseInt(token.raw.substr(1))        ? 0.9
                                                                                   : 0;
    case SlotType::kUrl:
      return shape == Shape::kUrl    ? 1
             : shape == Shape::kHost ? 0.8
             : shape == Shape::kPath && token.raw.find('.') != token.raw.npos &&
                     token.raw.find('/') != token.raw.npos && token.raw[0] != '/' && token.raw[0] != '.' &&
                     token.raw[0] != '~'
                 ? 0.6
                 : 0;
    case SlotType::kHost:
      return shape == Shape::kHost  ? 1
             : shape == Shape::kUrl ? 0.6
             : quoted               ? 0.7
             : word                 ? NameFit(token, cued, 0.45, 0.3)
                                    : 0;
    case SlotType::kMode:
      return shape == Shape::kMode ? 1
             : shape == Shape::kNumber && token.raw.size() >= 3 && token.raw.size() <= 4 &&
                     token.raw.find_first_not_of("01234567") == token.raw.npos
                 ? 1
                 : 0;
    case SlotType::kName:
      if (MediaFit(SlotType::kLog, token) > 0 || MediaFit(SlotType::kCsv, token) > 0)
        return 0.4;  // a file, hardly a name
      if (quoted || shape == Shape::kPath || shape == Shape::kHost) return cued ? 1 : 0.7;
      if (shape == Shape::kNumber || shape == Shape::kSize || shape == Shape::kGlob) return cued ? 0.6 : 0.2;
      if (shape == Shape::kExtension) return 0.5;
      return word ? NameFit(token, cued, 0.65, 0.65) : 0;
    case SlotType::kUser:
      return shape == Shape::kHost && token.raw.find('@') != token.raw.npos ? 0.5
             : word                                                         ? NameFit(token, cued, 0.6, 0.6)
             : quoted                                                       ? 0.8
                                                                            : 0;
    case SlotType::kText:
    case SlotType::kPattern:
      if (quoted) return 1;
      if (shape == Shape::kPunctuation) return 0;
      if (word) return WordFit(token, cued, 0.6, 0.8);
      return cued ? 0.7 : 0.4;
    case SlotType::kOddName:
      return token.raw.find('/') == token.raw.npos && (shape == Shape::kPath || (word && LooksLikeName(token))) ? 1 : 0;
    case SlotType::kImageExtension: return NamesEnding(SlotType::kImage, token) ? 1 : 0;
    case SlotType::kAudioExtension: return NamesEnding(SlotType::kAudio, token) ? 1 : 0;
    case SlotType::kVideoExtension: return NamesEnding(SlotType::kVideo, token) ? 1 : 0;
    case SlotType::kRest:
    case SlotType::kDecimalMath:
    case SlotType::kMath: return 0;
  }
  return 0;
}

bool IsFileKind(SlotType type) { return !EndingsOf(type).empty(); }

bool IsBinary(const Token& token) {
  static constexpr SlotType kTypes[] = {SlotType::kImage, SlotType::kVideo, SlotType::kAudio, SlotType::kPdf,
                                        SlotType::kZip,   SlotType::kTar,   SlotType::kGzip};
  return std::any_of(std::begin(kTypes), std::end(kTypes), [&](SlotType type) { return MediaFit(type, token) > 0; });
}

}  // namespace heddle::ask
