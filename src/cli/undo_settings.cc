#include "cli/undo_settings.h"

#include "base/text.h"

namespace heddle::cli {
namespace {

constexpr int64_t kMost = 1'000'000'000;

Result<int64_t> Whole(const Config& config, std::string_view name) {
  const auto value = ParseInt(config.Get(name).value);
  if (value && *value >= 0 && *value <= kMost) return *value;
  return Error{Code::kInvalid, Cat({"the setting ", name, " must be a whole number"})};
}

}  // namespace

Result<UndoSettings> ReadUndoSettings(const Config& config) {
  UndoSettings out;
  TRY_ASSIGN(const int64_t copied, Whole(config, "trash_copy_mb"));
  TRY_ASSIGN(const int64_t kept, Whole(config, "trash_size_mb"));
  TRY_ASSIGN(out.expiry.days, Whole(config, "trash_days"));
  out.limits.copied = static_cast<uint64_t>(copied) << 20;
  out.expiry.bytes = static_cast<uint64_t>(kept) << 20;
  return out;
}

}  // namespace heddle::cli
