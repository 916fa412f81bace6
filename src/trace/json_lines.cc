#include "trace/json_lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace heddle::trace {

Result<std::unique_ptr<JsonLines>> JsonLines::Open(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return Error{Code::kUnavailable, Cat({path, ": ", std::strerror(errno)})};
  return std::unique_ptr<JsonLines>(new JsonLines(file));
}

JsonLines::~JsonLines() { ::close(file_); }

void JsonLines::Take(const Event& event) {
  const std::string line = ToJson(event) + "\n";
  const std::lock_guard lock(mutex_);
  (void)!::write(file_, line.data(), line.size());
}

std::string ToJson(const Event& event) {
  std::string out = Cat({"{\"name\":", JsonText(event.name), ",\"start_us\":", std::to_string(event.start_us)});
  if (event.duration_us >= 0) out += Cat({",\"duration_us\":", std::to_string(event.duration_us)});
  for (const auto& [name, value] : event.fields) out += Cat({",", JsonText(name), ":", JsonText(value)});
  return out + "}";
}

}  // namespace heddle::trace
