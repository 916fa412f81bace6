// The page: data/bench/report.html with the data of the runs put in as JSON.
#include <boost/json.hpp>

#include "base/text.h"
#include "bench/report.h"

namespace heddle::bench {
namespace {

constexpr std::pair<std::string_view, std::string_view> kPage[] = {
#include "report_page.inc"
};

// JSON that stands in a script element: nothing in it may end that.
std::string Embedded(std::string json) {
  return ReplaceAll(ReplaceAll(std::move(json), "<", "\\u003c"), "\xe2\x80\xa8", "\\u2028");
}

std::string TimesJson(const ReportedRun& run) { return TimingJson(TimingOf(run.run.records)); }

}  // namespace

std::string ReportHtml(const ReportedRun& run, const ReportedRun* other, const PriceTable& prices) {
  std::string data = Cat({"{\"run\":", ReportJson(run, prices), ",\"timing\":", TimesJson(run),
                          ",\"other\":", other == nullptr ? "null" : ReportJson(*other, prices), ",\"comparison\":"});
  data += other == nullptr || run.modes.empty() || other->modes.empty()
              ? "null"
              : ComparisonJson(Compare(run.modes[0], other->modes[0]), prices);
  data += "}";
  const std::string_view page = kPage[0].second;
  constexpr std::string_view kPlace = "/*DATA*/null";
  const size_t at = page.find(kPlace);
  return Cat({page.substr(0, at), Embedded(std::move(data)), page.substr(at + kPlace.size())});
}

}  // namespace heddle::bench
