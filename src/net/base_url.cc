#include "net/base_url.h"

#include "base/text.h"

namespace heddle::net {
namespace {

// What people copy together with the base.
constexpr std::string_view kTails[] = {"/chat/completions", "/completions", "/responses", "/messages",
                                       "/models",           "/embeddings",  "/api/chat",  "/api/generate",
                                       "/api/tags",         "/api",         "/v1",        "/"};

bool IsLocal(std::string_view host) {
  return host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]") ||
         host.starts_with("0.0.0.0") || host.find('.') == host.npos || host.starts_with("192.168.") ||
         host.starts_with("10.");
}

}  // namespace

Result<std::string> BaseUrl(std::string_view written) {
  std::string_view text = Trim(written);
  std::string scheme;
  if (const size_t at = text.find("://"); at != text.npos) {
    scheme = Lower(text.substr(0, at));
    text.remove_prefix(at + 3);
  }
  if (!scheme.empty() && scheme != "http" && scheme != "https")
    return Error{Code::kInvalid, Cat({written, ": expected an http:// or https:// address"})};
  if (text.empty() || text.front() == '/' || text.find_first_of(" \t\r\n\"<>@") != text.npos)
    return Error{Code::kInvalid, Cat({ForTerminal(written),
                                      ": not an address; write it like http://localhost:8080, and keys elsewhere"})};
  bool again = true;
  while (again) {
    again = false;
    for (const std::string_view tail : kTails) {
      if (text.size() > tail.size() && text.ends_with(tail)) text.remove_suffix(tail.size()), again = true;
    }
  }
  if (scheme.empty()) scheme = IsLocal(text) ? "http" : "https";
  return Cat({scheme, "://", text});
}

}  // namespace heddle::net
