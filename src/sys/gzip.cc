#include "sys/gzip.h"

#include <unistd.h>
#include <zlib.h>

#include <cerrno>

#include "base/text.h"
#include "sys/files.h"

namespace heddle::sys {

namespace {

Result<std::string> ReadStandardInput(size_t limit) {
  std::string out;
  char block[1 << 16];
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{Code::kUnavailable, "standard input cannot be read"};
    if (count == 0) return out;
    out.append(block, static_cast<size_t>(count));
    if (out.size() > limit)
      return Error{Code::kTooLarge, Cat({"standard input: it holds more than ", HumanBytes(limit)})};
  }
}

}  // namespace

Result<std::string> ReadMaybeGzip(const std::string& path, size_t limit) {
  TRY_ASSIGN(std::string raw, path == "-" ? ReadStandardInput(limit) : SystemFiles().Read(path, limit));
  auto text = MaybeGunzip(std::move(raw), limit);
  if (!text) return std::move(text).error().Context(path);
  return text;
}

Result<std::string> MaybeGunzip(std::string raw, size_t limit) {
  if (raw.size() < 2 || raw[0] != '\x1f' || raw[1] != '\x8b') return raw;
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return Error{Code::kInternal, "zlib cannot start"};
  stream.next_in = reinterpret_cast<Bytef*>(raw.data());
  stream.avail_in = static_cast<uInt>(raw.size());
  std::string out;
  int status = Z_OK;
  while (status == Z_OK && out.size() <= limit) {
    const size_t before = out.size();
    out.resize(before + (1 << 20));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = 1 << 20;
    status = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (out.size() > limit) return Error{Code::kTooLarge, Cat({"it holds more than ", HumanBytes(limit)})};
  if (status != Z_STREAM_END) return Error{Code::kInvalid, "damaged gzip data"};
  return out;
}

}  // namespace heddle::sys
