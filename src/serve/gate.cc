#include "serve/gate.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "sys/part_file.h"

namespace heddle::serve {
namespace {

// "host:80" and "[::1]:80" without the port.
std::string_view WithoutPort(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, std::min(host.find(']') + 1, host.size()));
  return host.substr(0, host.find(':'));
}

std::string_view OriginHost(std::string_view origin) {
  const size_t scheme = origin.find("://");
  return scheme == origin.npos ? std::string_view() : WithoutPort(origin.substr(scheme + 3));
}

bool IsLocal(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos);
}

bool SameText(std::string_view a, std::string_view b) {  // in a time that tells nothing of the place where they differ
  unsigned differ = a.size() == b.size() ? 0 : 1;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) differ |= static_cast<unsigned>(a[i] ^ b[i]);
  return differ == 0;
}

std::string_view GivenKey(const net::ServerRequest& request) {
  const std::string_view bearer = request.Header("authorization");
  if (bearer.size() > 7 && Lower(bearer.substr(0, 7)) == "bearer ") return Trim(bearer.substr(7));
  return request.Header("x-api-key");
}

Admitted Refused(int status, std::string_view message) {
  return {.status = status,
          .refusal = {{status == 401 || status == 403 ? Code::kDenied : Code::kUnavailable, std::string(message)}, ""}};
}

}  // namespace

bool Gate::HostAllowed(std::string_view host) const {
  const std::string name = Lower(WithoutPort(host));
  if (options_.loopback && IsLocal(name)) return true;
  if (std::find(options_.hosts.begin(), options_.hosts.end(), name) != options_.hosts.end()) return true;
  // On other addresses a key is needed anyway, and the machine may have many names.
  return !options_.loopback && options_.hosts.empty();
}

Admitted Gate::Look(const net::ServerRequest& request, bool open, int64_t now_us) {
  const std::string_view host = request.Header("host"), origin = request.Header("origin");
  if (!HostAllowed(host))
    return Refused(
        403, Cat({"the host '", host.substr(0, 100), "' is not served here; see serve.hosts in the configuration"}));
  Admitted out{.client = request.peer};
  if (!origin.empty()) {
    const bool listed = std::find(options_.origins.begin(), options_.origins.end(), origin) != options_.origins.end();
    const bool own =
        Lower(OriginHost(origin)) == Lower(WithoutPort(host)) && origin.substr(origin.find("://") + 3) == host;
    if (!listed && !own)
      return Refused(403, Cat({"pages of ", origin.substr(0, 100), " may not ask here; see serve.origins"}));
    if (listed) out.origin = std::string(origin);
  }
  if (open || options_.keys.empty()) return out;
  const std::string given = sys::Sha256(GivenKey(request));
  const ClientKey* found = nullptr;
  for (const ClientKey& key : options_.keys) {
    if (SameText(key.sha256, given)) found = &key;
  }
  if (found == nullptr) return Refused(401, "a key is needed: Authorization: Bearer KEY, or x-api-key");
  out.client = found->name;
  if (found->per_minute <= 0 || request.method != "POST") return out;
  const std::lock_guard lock(mutex_);
  const double most = found->per_minute, per_us = most / 60e6;
  auto [bucket, fresh] = buckets_.try_emplace(found->name, Bucket{most, now_us});
  Bucket& held = bucket->second;
  held.left = std::min(most, held.left + static_cast<double>(now_us - held.at_us) * per_us);
  held.at_us = now_us;
  if (held.left < 1) {
    Admitted refused = Refused(429, Cat({"more than ", std::to_string(found->per_minute), " calls a minute"}));
    refused.client = found->name;
    refused.retry_after_s = static_cast<int>(std::ceil((1 - held.left) / per_us / 1e6));
    return refused;
  }
  held.left -= 1;
  return out;
}

}  // namespace heddle::serve
