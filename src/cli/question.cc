#include "cli/question.h"

#include <termios.h>
#include <unistd.h>

#include "base/text.h"

namespace heddle::cli {

bool Confirmed(const App& app, std::string_view question) {
  termios before = {};
  if (!app.interactive() || ::isatty(2) == 0 || ::tcgetattr(0, &before) != 0) return false;
  termios raw = before;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);  // Ctrl-C is a no, and leaves the terminal as it was
  ::tcsetattr(0, TCSAFLUSH, &raw);
  app.Err(Cat({question, " [y/N] "}));
  char key = 0;
  const ssize_t got = ::read(0, &key, 1);
  ::tcsetattr(0, TCSAFLUSH, &before);  // the rest of a "yes" is for nobody
  app.Err("\n");
  return got == 1 && (key == 'y' || key == 'Y');
}

}  // namespace heddle::cli
