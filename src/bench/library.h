// Library: the public suites by name, and where their files lie: $HEDDLE_SUITES, else suites/ in the data folder.
// Files are known by the SHA-256 of their unpacked bytes, whatever they are called.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "bench/suite.h"

namespace heddle::bench {

struct KnownSuite {
  std::string name, title, licence, by, url, sha256;
  int tasks = 0;
};
const std::vector<KnownSuite>& KnownSuites();  // data/bench/suites.json

std::string SuitesFolder();

// The folder's file of a known suite; kNotFound: says how to get it.
Result<std::string> FindSuiteFile(const KnownSuite& suite);

// `what`: the name of a known suite, or a file. `instruct`: where tasks are there as code to be completed and in words,
// in words.
Result<Suite> LoadSuite(const std::string& what, bool instruct);

}  // namespace heddle::bench
