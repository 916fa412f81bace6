// Markdown for a terminal, as it comes: headings, emphasis, code and fences get colours; everything stays readable as
// it was written, so that what is copied is what the model said. Pure.
#pragma once

#include <string>
#include <string_view>

namespace heddle::cli {

class Markdown {
 public:
  explicit Markdown(bool color) : color_(color) {}
  // What is to be printed for the next piece: safe for a terminal.
  std::string Feed(std::string_view piece);
  // Ends what is open.
  std::string End();

 private:
  std::string Style() const;

  bool color_;
  bool line_begin_ = true, fence_ = false, heading_ = false, code_ = false, bold_ = false;
  std::string held_;  // marks that may go on in the next piece
};

}  // namespace heddle::cli
