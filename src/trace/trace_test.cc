#include "trace/trace.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>

#include "base/text.h"
#include "sys/files.h"
#include "trace/histogram.h"
#include "trace/json_lines.h"

using namespace heddle;
using namespace heddle::trace;

namespace {

struct Kept : Sink {
  std::vector<Event> events;
  void Take(const Event& event) override { events.push_back(event); }
};

}  // namespace

TEST_CASE("a span becomes one event when it ends, inner ones first") {
  Kept kept;
  {
    Span outer(&kept, "outer");
    Span inner(&kept, "inner");
    inner.Field("what", "x");
    CHECK(kept.events.empty());
  }
  REQUIRE(kept.events.size() == 2);
  CHECK(kept.events[0].name == "inner");
  CHECK(kept.events[0].fields[0].second == "x");
  CHECK(kept.events[1].duration_us >= kept.events[0].duration_us);
  { Span none(nullptr, "nobody listens"); }
}

TEST_CASE("events are appended as JSON lines, whatever bytes they hold") {
  char name[] = "/tmp/heddle-trace-XXXXXX";
  const std::string folder = ::mkdtemp(name), path = folder + "/t.jsonl";
  for (int i = 0; i < 2; ++i) {
    auto sink = JsonLines::Open(path);
    REQUIRE(sink);
    (*sink)->Take({.name = "a", .start_us = 1, .duration_us = 2, .fields = {{"text", "quote \" line \n byte \x01"}}});
  }
  const auto text = sys::SystemFiles().Read(path);
  REQUIRE(text);
  const std::string line = R"({"name":"a","start_us":1,"duration_us":2,"text":"quote \" line \n byte \u0001"})";
  CHECK(*text == line + "\n" + line + "\n");
  CHECK_FALSE(JsonLines::Open(folder + "/missing/t.jsonl"));
  (void)sys::SystemFiles().RemoveTree(folder);
}

TEST_CASE("quantiles are those of the sorted values, up to a sixteenth") {
  std::mt19937_64 random(7);
  Histogram histogram;
  std::vector<int64_t> values;
  for (int i = 0; i < 20000; ++i) {
    const auto value = static_cast<int64_t>(random() % (uint64_t{1} << random() % 36));
    values.push_back(value);
    histogram.Add(value);
  }
  std::sort(values.begin(), values.end());
  for (const double q : {0.0, 0.1, 0.5, 0.9, 0.99, 1.0}) {
    const auto rank = static_cast<size_t>(std::max(1.0, std::ceil(q * 20000))) - 1;
    const int64_t exact = values[rank], got = histogram.Quantile(q);
    CHECK(got >= exact);
    CHECK(static_cast<double>(got) <= static_cast<double>(exact) * 1.0626 + 1);
  }
  CHECK(histogram.count() == 20000);
  CHECK(Histogram().Quantile(0.5) == 0);
}
