// Mode: one way of asking a model for a program. Several are compared in one run, on the same tasks and with one judge.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::bench {

// What a model is told of a failed attempt. Below kFull it learns nothing of hidden tests: no input, no value.
enum class Feedback { kNone, kPass, kError, kFull };
std::string_view FeedbackName(Feedback feedback);

struct Mode {
  std::string name;  // as written, in its shortest form; part of every record's key
  int samples = 1;   // answers per task that know nothing of each other
  int attempts = 1;  // of each: after a failure it is asked again, with feedback
  Feedback feedback = Feedback::kError;
  std::optional<double> temperature;  // nothing: the preset's; 0.8 where there are several samples
  bool constrain = false;             // the shape of the answer is kept while it is written
  bool specify = false;               // a specification is written first
  bool recall = false;                // the lesson of an earlier chain on the same task is told first
  int advise_every = 0;               // after so many failed attempts an adviser looks; 0: never
  int plateau = 0;                    // ends after so many attempts in a row that pass no more checks; 0: never
};

// "zero-shot", "samples n=10 temperature=0.8", "iterative attempts=5 feedback=full advise=2 plateau=3 constrain
// specify"; several with ';' between them, a grid with ',' between values and '?' behind words ("attempts=1,3 specify?"
// is four), "all": one of each kind that every server can do. kInvalid names the word that is not understood.
Result<std::vector<Mode>> ParseModes(std::string_view text);

}  // namespace heddle::bench
