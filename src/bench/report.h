// Report: one or two runs as people and programs read them.
#pragma once

#include <string>
#include <vector>

#include "bench/run_log.h"
#include "bench/summary.h"
#include "bench/timing.h"

namespace heddle::bench {

struct ReportedRun {
  StoredRun run;
  std::vector<ModeSummary> modes;
};

// With the prices given; difficulties come from the manifest.
ReportedRun ReportOf(StoredRun run, const PriceTable& prices);

// A member of run.json as text; empty: not there.
std::string ManifestText(const StoredRun& run, std::string_view name);

std::string ReportMarkdown(const ReportedRun& run, const PriceTable& prices);
std::string ReportJson(const ReportedRun& run, const PriceTable& prices);
std::string ReportCsv(const ReportedRun& run);  // a line per task and mode
// One page that needs nothing else; `other`: null, or a run to hold it against.
std::string ReportHtml(const ReportedRun& run, const ReportedRun* other, const PriceTable& prices);

// What answers need and this machine lacks, which may be the machine's fault; empty: nothing.
std::string MissingModulesText(const ModeSummary& mode);

// Whose tests ran in the program's own process, where it could have lied; empty: none.
std::string ForgeableText(const ModeSummary& mode);

std::string ComparisonText(const Comparison& comparison, const PriceTable& prices);
std::string ComparisonJson(const Comparison& comparison, const PriceTable& prices);

}  // namespace heddle::bench
