// Purpose: whether a request only asks to look. Decided from its words alone, whichever reading explains them, with the
// word sets of data/ask/purpose.txt: a part of the sentence that begins with a verb of change is an order, one that
// begins with "show" or "which" is a question, and "deleted", "removal" in it describe what is asked about. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace heddle::ask {

enum class Purpose : uint8_t {
  kOther,     // it orders a change, asks how to make one, or says neither
  kLook,      // nothing in it orders a change
  kQuestion,  // the same, and some part is a question: "which", "is", "am I"
};

Purpose PurposeOf(std::string_view request);

}  // namespace heddle::ask
