#include "cli/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/text.h"
#include "sys/environment.h"

namespace heddle::cli {

std::string HumanTime(double seconds) {
  const auto whole = static_cast<int64_t>(std::ceil(seconds));
  if (whole < 60) return Cat({std::to_string(whole), "s"});
  if (whole < 3600)
    return Cat({std::to_string(whole / 60), "m ", whole % 60 < 10 ? "0" : "", std::to_string(whole % 60), "s"});
  return Cat({std::to_string(whole / 3600), "h ", std::to_string(whole % 3600 / 60), "m"});
}

std::string Progress::Amount(double n) const {
  if (unit_.empty()) return HumanBytes(static_cast<uint64_t>(n));
  char out[32];
  (void)std::snprintf(out, sizeof(out), n < 10 && n != std::floor(n) ? "%.1f" : "%.0f", n);
  return out;
}

void Progress::Show(uint64_t done, uint64_t total, uint64_t begun_with) {
  if (!sys::IsTerminal(2)) return;
  const int64_t now = sys::SystemClock().MonotonicUs();
  if (start_us_ == 0) start_us_ = now;
  if (now - shown_us_ < 100'000 && done != total) return;
  shown_us_ = now;
  const double seconds = static_cast<double>(now - start_us_) / 1e6;
  const double rate = seconds > 0.2 ? static_cast<double>(done - std::min(done, begun_with)) / seconds : 0;
  std::string text =
      Cat({Amount(static_cast<double>(done)), total > 0 ? " of " + Amount(static_cast<double>(total)) : "",
           unit_.empty() ? "" : " ", unit_});
  if (rate > 0) text += Cat({", ", Amount(rate), "/s"});
  if (rate > 0 && total > done) text += Cat({", ", HumanTime(static_cast<double>(total - done) / rate), " left"});
  if (!note_.empty()) text += Cat({"; ", note_});
  const int width = sys::TerminalWidth();
  const int room = width - static_cast<int>(what_.size() + text.size()) - 8;
  std::string bar;
  if (total > 0 && room >= 10) {
    const int cells = std::min(room, 30);
    const auto full =
        static_cast<int>(static_cast<double>(cells) * static_cast<double>(done) / static_cast<double>(total));
    bar = Cat(
        {" [", std::string(static_cast<size_t>(full), '#'), std::string(static_cast<size_t>(cells - full), '.'), "]"});
  }
  const std::string line = ForTerminal(Cat({what_, bar, " ", text}));
  app_.Err(Cat({"\r\x1b[K", Clipped(line, static_cast<size_t>(std::max(1, width - 1)))}));
  visible_ = true;
}

void Progress::Clear() {
  if (visible_) app_.Err("\r\x1b[K");
  visible_ = false;
}

}  // namespace heddle::cli
