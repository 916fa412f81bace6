#include "ask/kinds.h"

#include <algorithm>

#include "ask/lexicon.h"
#include "base/text.h"

namespace heddle::ask {
namespace {

struct KindRow {
  std::string_view words, extensions;
};
constexpr KindRow kKinds[] = {
    {"image picture photo pic img photograph", "jpg jpeg png gif"},
    {"video movie clip film", "mp4 mkv avi mov"},
    {"audio music song sound soundtrack", "mp3 wav flac ogg"},
    {"python py", "py"},
    {"javascript js", "js"},
    {"typescript ts", "ts"},
    {"markdown md", "md"},
    {"text txt plaintext", "txt"},
    {"log", "log"},
    {"shell bash sh", "sh"},
    {"c++ cpp", "cpp"},
    {"rust rs", "rs"},
    {"golang go", "go"},
    {"java", "java"},
    {"ruby rb", "rb"},
    {"perl pl", "pl"},
    {"php", "php"},
    {"html", "html"},
    {"css", "css"},
    {"json", "json"},
    {"yaml", "yaml yml"},
    {"xml", "xml"},
    {"csv", "csv"},
    {"pdf", "pdf"},
    {"header", "h"},
    {"c", "c"},
    {"jpeg jpg", "jpg jpeg"},
    {"png", "png"},
    {"gif", "gif"},
    {"svg", "svg"},
    {"backup bak", "bak"},
    {"temp temporary tmp", "tmp"},
    {"zip", "zip"},
    {"gzip gz gzipped", "gz"},
    {"tar tarball", "tar"},
    {"swift", "swift"},
    {"kotlin", "kt"},
    {"sql", "sql"},
    {"config conf", "conf"},
    {"toml", "toml"},
    {"ini", "ini"},
    {"excel xlsx", "xlsx"},
    {"word docx", "docx"},
    {"iso", "iso"},
    {"object", "o"},
    {"lua", "lua"},
    {"scala", "scala"},
    {"mp3", "mp3"},
    {"mp4", "mp4"},
    {"pyc", "pyc"},
    {"deb", "deb"},
    {"rpm", "rpm"},
    {"jar", "jar"},
    {"tex latex", "tex"},
    {"notebook ipynb", "ipynb"},
    {"webp", "webp"},
    {"mov", "mov"},
    {"wav", "wav"},
    {"flac", "flac"},
    {"env", "env"},
    {"lock", "lock"},
    {"so", "so"},
    {"class", "class"},
    {"tsx", "tsx"},
    {"jsx", "jsx"},
    {"vue", "vue"},
    {"scss", "scss"},
    {"hpp", "hpp"},
    {"cc", "cc"},
    {"proto", "proto"},
    {"tgz", "tgz"},
    {"bz2", "bz2"},
    {"xz", "xz"},
    {"avi", "avi"},
    {"mkv", "mkv"},
    {"epub", "epub"},
    {"out", "out"},
    {"dat", "dat"},
    {"bin", "bin"},
    {"cfg", "cfg"},
    {"yml", "yml"},
    {"bmp", "bmp"},
    {"tiff", "tiff"},
    {"heic", "heic"},
    {"tf terraform", "tf"},
    {"r", "r"},
    {"dart", "dart"},
    {"old", "old"},
    {"swp", "swp"},
    {"diff", "diff"},
    {"patch", "patch"},
    {"service", "service"},
    {"pem", "pem"},
    {"key", "key"},
    {"crt", "crt"},
};

// Cities people name, by the zone of the tz database; a zone's own name is itself.
struct CityRow {
  std::string_view city, zone;
};
constexpr CityRow kCities[] = {{"tokyo", "Asia/Tokyo"},
                               {"london", "Europe/London"},
                               {"paris", "Europe/Paris"},
                               {"berlin", "Europe/Berlin"},
                               {"madrid", "Europe/Madrid"},
                               {"rome", "Europe/Rome"},
                               {"vienna", "Europe/Vienna"},
                               {"zurich", "Europe/Zurich"},
                               {"amsterdam", "Europe/Amsterdam"},
                               {"stockholm", "Europe/Stockholm"},
                               {"moscow", "Europe/Moscow"},
                               {"istanbul", "Europe/Istanbul"},
                               {"lisbon", "Europe/Lisbon"},
                               {"dublin", "Europe/Dublin"},
                               {"athens", "Europe/Athens"},
                               {"warsaw", "Europe/Warsaw"},
                               {"prague", "Europe/Prague"},
                               {"new york", "America/New_York"},
                               {"chicago", "America/Chicago"},
                               {"denver", "America/Denver"},
                               {"los angeles", "America/Los_Angeles"},
                               {"toronto", "America/Toronto"},
                               {"vancouver", "America/Vancouver"},
                               {"mexico city", "America/Mexico_City"},
                               {"sao paulo", "America/Sao_Paulo"},
                               {"buenos aires", "America/Argentina/Buenos_Aires"},
                               {"sydney", "Australia/Sydney"},
                               {"melbourne", "Australia/Melbourne"},
                               {"auckland", "Pacific/Auckland"},
                               {"singapore", "Asia/Singapore"},
                               {"hong kong", "Asia/Hong_Kong"},
                               {"shanghai", "Asia/Shanghai"},
                               {"beijing", "Asia/Shanghai"},
                               {"seoul", "Asia/Seoul"},
                               {"delhi", "Asia/Kolkata"},
                               {"mumbai", "Asia/Kolkata"},
                               {"kolkata", "Asia/Kolkata"},
                               {"dubai", "Asia/Dubai"},
                               {"cairo", "Africa/Cairo"},
                               {"lagos", "Africa/Lagos"},
                               {"nairobi", "Africa/Nairobi"},
                               {"utc", "UTC"},
                               {"gmt", "GMT"},
                               {"cet", "CET"},
                               {"est", "EST5EDT"},
                               {"pst", "PST8PDT"},
                               {"japan", "Asia/Tokyo"},
                               {"india", "Asia/Kolkata"},
                               {"germany", "Europe/Berlin"},
                               {"california", "America/Los_Angeles"}};

}  // namespace

std::vector<std::string_view> ExtensionsOf(std::string_view word) {
  for (const KindRow& row : kKinds) {
    for (auto known : SplitWords(row.words)) {
      if (known == word) return SplitWords(row.extensions);
    }
  }
  return {};
}

bool IsClock(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == text.npos || colon == 0 || colon > 2 || text.size() != colon + 3) return false;
  const auto hour = ParseInt(text.substr(0, colon)), minute = ParseInt(text.substr(colon + 1));
  return hour && minute && *hour >= 0 && *hour < 24 && *minute >= 0 && *minute < 60;
}

bool IsUnitName(std::string_view word) {
  static constexpr std::string_view kUnits[] = {
      "inch",   "inches",     "cm",      "mm",     "m",     "km",   "meter",       "meters",      "metre",
      "metres", "kilometers", "miles",   "mile",   "feet",  "foot", "ft",          "yards",       "kg",
      "g",      "grams",      "gram",    "pounds", "pound", "lb",   "lbs",         "ounces",      "oz",
      "liters", "litres",     "gallons", "ml",     "mph",   "kph",  "centimeters", "millimeters", "kilograms"};
  return std::find(std::begin(kUnits), std::end(kUnits), Lower(word)) != std::end(kUnits);
}

std::string_view CharacterOf(std::string_view word) {
  struct Row {
    std::string_view name, character;
  };
  static constexpr Row kRows[] = {{"comma", ","},      {"tab", "\t"},   {"space", " "},   {"semicolon", ";"},
                                  {"colon", ":"},      {"pipe", "|"},   {"dash", "-"},    {"hyphen", "-"},
                                  {"underscore", "_"}, {"dot", "."},    {"period", "."},  {"slash", "/"},
                                  {"hash", "#"},       {"quote", "\""}, {"newline", "\n"}};
  const std::string lemma = Lemma(word);
  for (const Row& row : kRows) {
    if (row.name == lemma || (lemma.ends_with("e") && row.name == lemma.substr(0, lemma.size() - 1)))
      return row.character;
  }
  return "";
}

bool IsMediaEnding(std::string_view ending) {
  static constexpr std::string_view kEndings[] = {
      "jpg",  "jpeg", "png",  "gif", "bmp", "tiff", "webp", "svg",  "heic", "mp3",  "wav", "flac", "ogg",
      "m4a",  "aac",  "opus", "mp4", "mkv", "avi",  "mov",  "webm", "pdf",  "docx", "odt", "xlsx", "json",
      "yaml", "yml",  "xml",  "csv", "tsv", "toml", "html", "zip",  "gz",   "epub", "pptx"};
  if (ending.starts_with("*")) ending.remove_prefix(1);
  if (ending.starts_with(".")) ending.remove_prefix(1);
  return std::find(std::begin(kEndings), std::end(kEndings), Lower(ending)) != std::end(kEndings);
}

std::string ZoneOf(std::string_view place) {
  if (place.find('/') != place.npos) return std::string(place);
  for (const CityRow& row : kCities) {
    if (row.city == Lower(place)) return std::string(row.zone);
  }
  return "";
}

}  // namespace heddle::ask
