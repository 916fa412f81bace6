// The tables that the build compiled from data/ask/*.
#include "ask/book.h"

namespace heddle::ask {
namespace {
#include "builtin_book.inc"
}  // namespace

const Book& Book::BuiltIn() {
  static const Book book({{kNames, kWords, kConcepts, kNoise, kPlain, kPhrases},
                          kIntents,
                          kModifiers,
                          kCommands,
                          kSays,
                          kEntries,
                          kIntentStart,
                          kModifierStart});
  return book;
}

}  // namespace heddle::ask
