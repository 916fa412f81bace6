#include "net/framing.h"

#include <boost/json/parse.hpp>

#include "base/text.h"

namespace heddle::net {
namespace {

bool IsWholeObject(std::string_view text) {
  if (!text.starts_with('{')) return false;
  boost::system::error_code failed;
  (void)boost::json::parse(text, failed);
  return !failed;
}

}  // namespace

bool EventStream::Feed(std::string_view bytes, const Take& take) {
  for (const char c : bytes) {
    const bool half = after_cr_ && c == '\n';  // of a CRLF
    after_cr_ = c == '\r';
    if (half) continue;
    if (c != '\n' && c != '\r') {
      line_ += c;
      if (line_.size() + data_.size() > kMaxEvent) {
        too_large_ = true;
        return false;
      }
      continue;
    }
    const bool more = Line(line_, take);
    line_.clear();
    if (!more) return false;
  }
  return true;
}

bool EventStream::End(const Take& take) {
  const bool more = line_.empty() || Line(line_, take);
  line_.clear();
  return more && Dispatch(take);
}

bool EventStream::Line(std::string_view line, const Take& take) {
  if (!begun_ && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  begun_ = true;
  if (line.empty()) return Dispatch(take);
  if (line.front() == ':') return true;  // a comment that keeps the connection alive
  const size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == line.npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") {
    name_ = value;
  } else if (field == "data") {
    // Some servers put no empty line between events.
    if (any_ && IsWholeObject(data_) && !Dispatch(take)) return false;
    if (any_) data_ += '\n';
    data_ += value;
    any_ = true;
  }
  return true;
}

bool EventStream::Dispatch(const Take& take) {
  ServerEvent event{name_.empty() ? "message" : std::move(name_), std::move(data_)};
  const bool any = any_;
  name_.clear(), data_.clear(), any_ = false;
  return !any || take(event);
}

bool LineStream::Feed(std::string_view bytes, const Take& take) {
  line_ += bytes;
  size_t begin = 0;
  for (size_t end = line_.find('\n'); end != line_.npos; end = line_.find('\n', begin)) {
    const std::string_view line = Trim(std::string_view(line_).substr(begin, end - begin));
    begin = end + 1;
    if (!line.empty() && !take(line)) return false;
  }
  line_.erase(0, begin);
  too_large_ = line_.size() > kMaxEvent;
  return !too_large_;
}

bool LineStream::End(const Take& take) {
  const std::string rest = std::move(line_);
  line_.clear();
  return Trim(rest).empty() || take(Trim(rest));
}

}  // namespace heddle::net
