// Progress: one line on the terminal that says how far, how fast and how long still. Silent where nobody watches.
#pragma once

#include <cstdint>
#include <string>

#include "cli/app.h"

namespace heddle::cli {

class Progress {
 public:
  // `unit`: what is counted, such as "calls"; empty: bytes.
  explicit Progress(const App& app, std::string what, std::string unit = {})
      : app_(app), what_(std::move(what)), unit_(std::move(unit)) {}
  ~Progress() { Clear(); }
  // `total` 0: not known; `begun_with` were there before and do not count for the rate.
  void Show(uint64_t done, uint64_t total, uint64_t begun_with);
  void Clear();
  void Note(std::string text) { note_ = std::move(text); }  // shown behind the figures

 private:
  std::string Amount(double n) const;

  const App& app_;
  std::string what_, unit_, note_;
  int64_t start_us_ = 0, shown_us_ = 0;
  bool visible_ = false;
};

// "2m 05s", "12s".
std::string HumanTime(double seconds);

}  // namespace heddle::cli
