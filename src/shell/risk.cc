#include "shell/risk.h"

namespace heddle::shell {
namespace {

constexpr std::string_view kRisks[] = {"safe", "unknown", "moderate", "high", "critical"};
constexpr std::string_view kEffects[] = {"read",        "write",     "append",   "overwrite", "delete",   "move",
                                         "permissions", "ownership", "execute",  "privilege", "download", "upload",
                                         "network",     "process",   "service",  "system",    "packages", "accounts",
                                         "persistence", "history",   "database", "remote",    "resources"};
constexpr std::string_view kPlaces[] = {
    "ordinary",  "root",     "system",    "device",        "kernel",     "home",   "home_entry", "credential",
    "startup",   "schedule", "log",       "shell_history", "repository", "here",   "above",      "build",
    "temporary", "inert",    "top_level", "unknown_root",  "unknown",    "tracked"};

template <typename Enum, size_t n>
std::optional<Enum> Find(const std::string_view (&names)[n], std::string_view name) {
  for (size_t i = 0; i < n; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view Name(Risk risk) { return kRisks[static_cast<size_t>(risk)]; }
std::string_view Name(EffectKind kind) { return kEffects[static_cast<size_t>(kind)]; }
std::string_view Name(Place place) { return kPlaces[static_cast<size_t>(place)]; }
std::optional<Risk> ParseRisk(std::string_view name) { return Find<Risk>(kRisks, name); }
std::optional<EffectKind> ParseEffectKind(std::string_view name) { return Find<EffectKind>(kEffects, name); }
std::optional<Place> ParsePlace(std::string_view name) { return Find<Place>(kPlaces, name); }

}  // namespace heddle::shell
