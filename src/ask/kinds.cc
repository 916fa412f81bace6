#include "ask/kinds.h"

#include "base/text.h"

namespace heddle::ask {
namespace {

struct KindRow {
  std::string_view words, extensions;
};
constexpr KindRow kKinds[] = {
    {"image picture photo pic", "jpg jpeg png gif"},
    {"video movie", "mp4 mkv avi mov"},
    {"audio music song", "mp3 wav flac ogg"},
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

}  // namespace

std::vector<std::string_view> ExtensionsOf(std::string_view word) {
  for (const KindRow& row : kKinds) {
    for (auto known : SplitWords(row.words)) {
      if (known == word) return SplitWords(row.extensions);
    }
  }
  return {};
}

}  // namespace heddle::ask
