#include "model/pull.h"

#include "base/text.h"
#include "model/catalog.h"
#include "model/gguf.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/part_file.h"

namespace heddle::model {
namespace {

constexpr std::string_view kHub = "https://huggingface.co";
constexpr int kAttempts = 5;  // without a byte of progress between them

bool IsSha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// What the server says before anything is fetched.
struct Offer {
  uint64_t bytes = 0;  // 0: it does not say
  std::string sha256;
};

Offer Look(const PullSource& source, const net::HttpClient& client, const std::stop_token& stop) {
  Offer out;
  const auto head = client.Send({.method = "HEAD", .url = source.url}, nullptr, stop);
  if (!head || head->status < 200 || head->status >= 300) return out;
  out.bytes = static_cast<uint64_t>(std::max<int64_t>(0, ParseInt(head->Header("content-length")).value_or(0)));
  // Hugging Face names large files by their SHA-256.
  std::string tag(head->Header("x-linked-etag"));
  std::erase(tag, '"');
  if (IsSha256(tag)) out.sha256 = tag;
  return out;
}

// One attempt, from where the file ends now.
Result<> Fetch(const PullSource& source, sys::PartFile& file, PullProgress& state, const net::HttpClient& client,
               const std::function<void(const PullProgress&)>& progress, const std::stop_token& stop) {
  net::HttpRequest request{.method = "GET", .url = source.url};
  if (file.size() > 0) request.headers.emplace_back("range", Cat({"bytes=", std::to_string(file.size()), "-"}));
  Result<> written;
  const auto take = [&](std::string_view piece) {
    written = file.Append(piece);
    state.done = file.size();
    progress(state);
    return static_cast<bool>(written);
  };
  bool first = true;
  auto reply = client.Send(
      request,
      [&](std::string_view piece, const net::HttpReply& head) {
        // A server that does not know ranges sends all.
        if (first && head.status == 200 && file.size() > 0) written = file.Restart();
        first = false;
        return written && take(piece);
      },
      stop);
  if (!written) return std::move(written).error();
  if (!reply) return std::move(reply).error();
  if (reply->status == 416) return {};  // nothing is left to send
  if (reply->status == 404) return Error{Code::kNotFound, Cat({source.url, ": there is no such file"})};
  if (reply->status == 401 || reply->status == 403)
    return Error{Code::kDenied,
                 Cat({source.url, ": the server refuses it (HTTP ", std::to_string(reply->status), ")"})};
  if (reply->status < 200 || reply->status >= 300)
    return Error{Code::kUnavailable, Cat({source.url, ": HTTP ", std::to_string(reply->status)})};
  return {};
}

}  // namespace

Result<PullSource> ParsePullSource(std::string_view written) {
  PullSource out;
  if (const CatalogEntry* entry = FindInCatalog(written)) {
    out.url = Cat({kHub, "/", entry->repository, "/resolve/main/", entry->file}), out.file = entry->file;
  } else if (written.starts_with("hf:")) {
    const auto parts = Split(written.substr(3), '/');
    if (parts.size() < 3) return Error{Code::kInvalid, Cat({written, ": expected hf:OWNER/REPOSITORY/FILE.gguf"})};
    const size_t file = parts[0].size() + parts[1].size() + 2;
    out.url = Cat({kHub, "/", parts[0], "/", parts[1], "/resolve/main/", written.substr(3 + file)}),
    out.file = parts.back();
  } else if (written.starts_with("http://") || written.starts_with("https://")) {
    const std::string_view path = written.substr(0, written.find_first_of("?#"));
    out.url = written, out.file = path.substr(path.rfind('/') + 1);
  } else {
    std::string near;
    int nearest = 4;
    for (const CatalogEntry& entry : BuiltinCatalog().entries) {
      const int distance = EditDistance(entry.name, Lower(written), nearest);
      if (distance < nearest) nearest = distance, near = entry.name;
    }
    return Error{
        Code::kInvalid,
        Cat({ForTerminal(written), ": expected a name of the catalogue, hf:OWNER/REPOSITORY/FILE.gguf, or an address",
             near.empty() ? "" : Cat({"; did you mean ", near, "?"})})};
  }
  const bool odd =
      out.file.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+") != out.file.npos;
  if (!out.file.ends_with(".gguf") || out.file.starts_with('.') || odd)
    return Error{Code::kInvalid, Cat({ForTerminal(written),
                                      ": a model is a file whose name ends with .gguf, of letters, digits and ._-+"})};
  return out;
}

Result<StoredModel> Pull(const Store& store, const PullSource& source, const net::HttpClient& client,
                         const std::function<void(const PullProgress&)>& progress, const std::stop_token& stop) {
  TRY(sys::SystemFiles().MakeDirectories(store.folder()));
  const std::string path = store.folder() + "/" + source.file;
  const Offer offer = Look(source, client, stop);
  const std::string sha256 = source.sha256.empty() ? offer.sha256 : source.sha256;
  if (const sys::FileInfo there = sys::SystemFiles().LookThrough(path); there.kind == sys::FileKind::kFile) {
    auto known = store.Find(path);
    if (known && (sha256.empty() || known->sha256 == sha256)) return known;
    return Error{Code::kInvalid, Cat({path, ": another file of that name is there; remove it with: heddle models rm ",
                                      source.file.substr(0, source.file.size() - 5)})};
  }
  TRY_ASSIGN(sys::PartFile file, sys::PartFile::Open(path));
  TRY_ASSIGN(const uint64_t free, sys::FreeBytes(store.folder()));
  if (offer.bytes > file.size() && offer.bytes - file.size() > free)
    return Error{Code::kTooLarge, Cat({"the file needs ", HumanBytes(offer.bytes - file.size()), " more and ",
                                       store.folder(), " has ", HumanBytes(free), " free"})};
  if (offer.bytes > 0 && file.size() > offer.bytes) TRY(file.Restart());

  PullProgress state{file.size(), offer.bytes, file.size()};
  for (int attempt = 0;;) {
    if (offer.bytes > 0 && file.size() == offer.bytes) break;
    const uint64_t before = file.size();
    const auto done = Fetch(source, file, state, client, progress, stop);
    if (done && (offer.bytes == 0 || file.size() >= offer.bytes)) break;
    if (!done && done.error().code != Code::kUnavailable && done.error().code != Code::kTimeout) return done.error();
    attempt = file.size() > before ? 0 : attempt + 1;
    if (attempt < kAttempts && !stop.stop_requested()) continue;
    if (!done) return Error(done.error()).Context(Cat({source.url, " (what came is kept; run it again to go on)"}));
    return Error{Code::kUnavailable, Cat({source.url, ": the server sent less than it said"})};
  }
  TRY_ASSIGN(const std::string got, sys::Sha256OfFile(file.part_path(), nullptr, nullptr));
  if (!sha256.empty() && got != sha256) {
    TRY(file.Discard());
    return Error{Code::kInvalid,
                 Cat({source.url, ": its SHA-256 is ", got, ", not ", sha256, "; what came was deleted"})};
  }
  if (const auto info = InspectModel(file.part_path()); !info) {
    TRY(file.Discard());
    return Error(info.error()).Context(Cat({source.url, " is no model; what came was deleted"}));
  }
  TRY(file.Finish());
  StoredModel out{source.file.substr(0, source.file.size() - 5), path, file.size(), source.url, got};
  TRY(store.Note(out));
  return out;
}

}  // namespace heddle::model
