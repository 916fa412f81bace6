#include "trace/metrics.h"

#include <algorithm>
#include <cstdio>

#include "base/text.h"

namespace heddle::trace {
namespace {

std::string Escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\n')
      out += "\\n";
    else if (c == '"' || c == '\\')
      (out += '\\') += c;
    else
      out += c;
  }
  return out;
}

std::string NumberText(double value) {
  char out[32];
  (void)std::snprintf(out, sizeof(out), "%.10g", value);
  return out;
}

}  // namespace

// name="value",... : the begin of what stands between the braces.
std::string Metrics::KeyOf(size_t family, Labels labels) const {
  const auto names = SplitWords(families_[family].labels);
  std::string out;
  size_t i = 0;
  for (const std::string_view value : labels) {
    if (i >= names.size()) break;
    out += Cat({i == 0 ? "" : ",", names[i], "=\"", Escaped(value), "\""});
    ++i;
  }
  return out;
}

void Metrics::Add(size_t family, Labels labels, double n) {
  const std::string key = KeyOf(family, labels);
  const std::lock_guard lock(mutex_);
  series_[{family, key}].value += n;
}

void Metrics::Set(size_t family, Labels labels, double value) {
  const std::string key = KeyOf(family, labels);
  const std::lock_guard lock(mutex_);
  series_[{family, key}].value = value;
}

void Metrics::Observe(size_t family, Labels labels, int64_t us) {
  const std::string key = KeyOf(family, labels);
  const double seconds = static_cast<double>(us) / 1e6;
  const std::lock_guard lock(mutex_);
  Series& series = series_[{family, key}];
  series.value += seconds;
  ++series.buckets[static_cast<size_t>(std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin())];
  series.us.Add(us);
}

double Metrics::Value(size_t family, Labels labels) const {
  const std::string key = KeyOf(family, labels);
  const std::lock_guard lock(mutex_);
  const auto found = series_.find({family, key});
  return found == series_.end() ? 0 : found->second.value;
}

Quantiles Metrics::Of(size_t family, Labels labels) const {
  const std::string begin = KeyOf(family, labels);
  Histogram all;
  const std::lock_guard lock(mutex_);
  for (auto at = series_.lower_bound({family, begin}); at != series_.end() && at->first.first == family; ++at) {
    if (!at->first.second.starts_with(begin)) break;
    all.Merge(at->second.us);
  }
  const auto seconds = [&](double q) { return static_cast<double>(all.Quantile(q)) / 1e6; };
  return {all.count(),   all.mean() / 1e6, seconds(0.5),
          seconds(0.95), seconds(0.99),    static_cast<double>(all.max()) / 1e6};
}

std::string Metrics::Text() const {
  std::string out;
  const std::lock_guard lock(mutex_);
  for (size_t family = 0; family < families_.size(); ++family) {
    const MetricFamily& spec = families_[family];
    constexpr std::string_view kTypes[] = {"counter", "gauge", "histogram"};
    const auto begin = series_.lower_bound({family, ""});
    if (begin == series_.end() || begin->first.first != family) continue;
    out += Cat({"# HELP ", spec.name, " ", spec.help, "\n# TYPE ", spec.name, " ",
                kTypes[static_cast<size_t>(spec.kind)], "\n"});
    for (auto at = begin; at != series_.end() && at->first.first == family; ++at) {
      const std::string& key = at->first.second;
      const Series& series = at->second;
      const auto line = [&](std::string_view suffix, std::string_view label, const std::string& value) {
        const std::string labels = Cat({key, key.empty() || label.empty() ? "" : ",", label});
        out += Cat({spec.name, suffix, labels.empty() ? "" : "{", labels, labels.empty() ? "" : "}", " ", value, "\n"});
      };
      if (spec.kind != MetricKind::kSeconds) {
        line("", "", NumberText(series.value));
        continue;
      }
      uint64_t below = 0;
      for (size_t i = 0; i <= kBounds.size(); ++i) {
        below += series.buckets[i];
        line("_bucket", Cat({"le=\"", i < kBounds.size() ? NumberText(kBounds[i]) : "+Inf", "\""}),
             std::to_string(below));
      }
      line("_sum", "", NumberText(series.value));
      line("_count", "", std::to_string(below));
    }
  }
  return out;
}

}  // namespace heddle::trace
