// Purpose: whether a request only asks to look. Decided from its words alone, whichever reading explains them, with the
// word sets of data/ask/purpose.txt: a part of the sentence that begins with a verb of change is an order, one that
// begins with "show" or "which" is a question, and "deleted", "removal" in it describe what is asked about. Pure.
#pragma once

#include <string_view>

namespace heddle::ask {

// True: nothing in the request orders a change. False: it orders one, asks how to make one, or says neither.
bool OnlyAsksToLook(std::string_view request);

}  // namespace heddle::ask
