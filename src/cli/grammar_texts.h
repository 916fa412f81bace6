// Texts of a grammar, drawn at random.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "mask/matcher.h"

namespace heddle::cli {

struct SampleOptions {
  size_t wander = 60;     // tokens chosen at random before the text is brought to its end
  size_t limit = 20'000;  // bytes; nothing is returned for a text that will not end before
};

// One text: random tokens among those the mask allows, then the shortest way to an end. Nothing: no end was found in
// time.
std::optional<std::string> SampleText(const mask::Program& program, std::mt19937_64& rng,
                                      const SampleOptions& options = {});

}  // namespace heddle::cli
