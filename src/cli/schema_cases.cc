#include "cli/schema_cases.h"

#include <unistd.h>
#include <zlib.h>

#include <algorithm>

#include "base/text.h"
#include "sys/files.h"

namespace heddle::cli {

Result<> SchemaCases::Add(const std::string& path) {
  if (sys::SystemFiles().Look(path).kind != sys::FileKind::kDirectory) return AddFile(path);
  TRY_ASSIGN(auto entries, sys::SystemFiles().List(path));
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const auto& entry : entries) {
    if (!entry.name.ends_with(".json") && !entry.name.ends_with(".jsonl") && !entry.name.ends_with(".jsonl.gz"))
      continue;
    TRY(AddFile(Cat({path, "/", entry.name})));
  }
  return {};
}

Result<> SchemaCases::Write(std::string_view text) {
  if (spool_ == nullptr) spool_.reset(std::tmpfile());
  if (spool_ == nullptr) return Error{Code::kUnavailable, "no temporary file for the cases"};
  if (std::fwrite(text.data(), 1, text.size(), spool_.get()) != text.size())
    return Error{Code::kUnavailable, "the temporary file for the cases cannot be written; is the disk full?"};
  extents_.push_back({end_, static_cast<uint32_t>(text.size())});
  end_ += text.size();
  return {};
}

Result<> SchemaCases::AddFile(const std::string& path) {
  if (sys::SystemFiles().Look(path).kind == sys::FileKind::kNone)
    return Error{Code::kNotFound, Cat({path, ": no such file"})};
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> in(::gzopen(path.c_str(), "rb"), ::gzclose);
  if (in == nullptr) return Error{Code::kUnavailable, Cat({path, ": cannot be opened"})};
  std::string pending;
  std::vector<char> block(1 << 20);
  bool first = true, whole = false;
  for (;;) {
    const int count = ::gzread(in.get(), block.data(), static_cast<unsigned>(block.size()));
    if (count < 0) return Error{Code::kInvalid, Cat({path, ": damaged gzip data, or unreadable"})};
    pending.append(block.data(), static_cast<size_t>(count));
    size_t from = 0;
    for (size_t line; !whole && (line = pending.find('\n', from)) != pending.npos; from = line + 1) {
      const std::string_view text = Trim(std::string_view(pending).substr(from, line - from));
      if (text.empty()) continue;
      whole = first && text.starts_with("{") && !text.ends_with("}");
      first = false;
      if (whole) break;
      TRY(Write(text));
    }
    pending.erase(0, from);
    if (pending.size() > kLongestCase)
      return Error{Code::kTooLarge, Cat({path, ": a case is longer than ", HumanBytes(kLongestCase)})};
    if (count == 0) break;
  }
  const std::string_view last = Trim(pending);
  if (!last.empty()) TRY(Write(last));
  if (spool_ != nullptr && std::fflush(spool_.get()) != 0)
    return Error{Code::kUnavailable, "the temporary file for the cases cannot be written; is the disk full?"};
  return {};
}

std::vector<int> SchemaCases::files() const {
  return spool_ != nullptr ? std::vector<int>{::fileno(spool_.get())} : std::vector<int>();
}

Result<std::string> SchemaCases::Read(size_t index) const {
  const Extent& extent = extents_[index];
  std::string out(extent.size, '\0');
  for (size_t done = 0; done < out.size();) {
    const ssize_t count =
        ::pread(::fileno(spool_.get()), out.data() + done, out.size() - done, static_cast<off_t>(extent.at + done));
    if (count <= 0) return Error{Code::kUnavailable, "the temporary file of cases cannot be read"};
    done += static_cast<size_t>(count);
  }
  return out;
}

}  // namespace heddle::cli
