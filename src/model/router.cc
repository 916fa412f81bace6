#include "model/router.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::model {
namespace {

constexpr double kWeight = 0.2;        // of the newest time in the average
constexpr double kUnknownUs = 50'000;  // what a node is expected to take before anything is known of it
constexpr double kHeld = 0.5;          // a held beginning is expected to halve the wait
constexpr size_t kMostBeginnings = 65'536;

}  // namespace

Router::Router(RouterOptions options) : options_(std::move(options)), health_(options_.nodes.size()) {}

std::vector<const Node*> Router::Chain(const std::string& tier) const {
  std::vector<const Node*> out;
  const auto found = options_.tiers.find(tier);
  if (found == options_.tiers.end()) return out;
  for (const std::string& name : found->second) {
    for (const Node& node : options_.nodes) {
      if (node.name == name) out.push_back(&node);
    }
  }
  return out;
}

double Router::Expected(const Node& node, const RouteTraits& traits) const {
  const Health& health = HealthOf(node);
  const double one = health.done == 0 ? kUnknownUs : health.first_us;
  const auto holder = traits.beginning == 0 ? beginnings_.end() : beginnings_.find(traits.beginning);
  const bool held = holder != beginnings_.end() && holder->second == &node;
  return one * (static_cast<double>(health.active) + (held ? kHeld : 1));
}

Result<std::vector<const Node*>> Router::Route(const RouteTraits& traits, int64_t now_us) {
  std::vector<const Node*> out;
  bool equals = false;  // in no order of their own
  if (traits.wanted == "auto" || traits.wanted.empty()) {
    std::string tier;
    for (const RouteRule& rule : options_.rules) {
      if ((!rule.task.empty() && rule.task != traits.task) || traits.bytes < rule.least_bytes) continue;
      tier = rule.tier;
      break;
    }
    out = Chain(tier.empty() ? "balanced" : tier);
    if (out.empty()) {
      for (const Node& node : options_.nodes) out.push_back(&node);
    }
    std::erase_if(out, [](const Node* node) { return node->remote && !node->automatic; });
  } else if (out = Chain(traits.wanted); out.empty()) {
    equals = true;
    for (const Node& node : options_.nodes) {
      if (node.served == traits.wanted || node.name == traits.wanted) out.push_back(&node);
    }
  }
  if (out.empty())
    return Error{Code::kNotFound,
                 Cat({"there is no model '", traits.wanted, "' here; there is: ", Join(Names(), ", ")})};
  const std::lock_guard lock(mutex_);
  if (equals)
    std::stable_sort(out.begin(), out.end(),
                     [&](const Node* a, const Node* b) { return Expected(*a, traits) < Expected(*b, traits); });
  std::erase_if(out, [&](const Node* node) { return HealthOf(*node).drained; });
  if (out.empty()) return Error{Code::kUnavailable, Cat({"all nodes of '", traits.wanted, "' are drained"})};
  std::stable_partition(out.begin(), out.end(),
                        [&](const Node* node) { return HealthOf(*node).broken_until_us <= now_us; });
  return out;
}

void Router::Begin(const Node& node) {
  const std::lock_guard lock(mutex_);
  ++HealthOf(node).active;
}

void Router::End(const Node& node, const RouteTraits& traits, const NodeOutcome& outcome, int64_t now_us) {
  const std::lock_guard lock(mutex_);
  Health& health = HealthOf(node);
  --health.active;
  if (outcome.cancelled) return;
  if (outcome.failed) {
    ++health.failures;
    if (++health.in_a_row >= options_.break_after) health.broken_until_us = now_us + int64_t{options_.break_ms} * 1000;
    return;
  }
  health.in_a_row = 0, health.broken_until_us = 0;
  const auto first = static_cast<double>(outcome.first_us);
  health.first_us = health.done == 0 ? first : health.first_us * (1 - kWeight) + first * kWeight;
  ++health.done;
  health.firsts.Add(outcome.first_us);
  if (traits.beginning == 0) return;
  if (beginnings_.size() >= kMostBeginnings) beginnings_.clear();
  beginnings_[traits.beginning] = &node;
}

int64_t Router::LateAfter(const Node& node) const {
  constexpr uint64_t kEnough = 20;  // calls
  const std::lock_guard lock(mutex_);
  const Health& health = HealthOf(node);
  return health.firsts.count() < kEnough ? 0 : std::max<int64_t>(health.firsts.Quantile(0.95), 1000);
}

void Router::Probed(const Node& node, bool well, int64_t now_us) {
  const std::lock_guard lock(mutex_);
  Health& health = HealthOf(node);
  health.broken_until_us = well ? 0 : now_us + int64_t{options_.break_ms} * 1000;
  if (well) health.in_a_row = 0;
}

bool Router::Drain(std::string_view name, bool drained) {
  const std::lock_guard lock(mutex_);
  for (const Node& node : options_.nodes) {
    if (node.name == name) return HealthOf(node).drained = drained, true;
  }
  return false;
}

std::vector<NodeState> Router::States(int64_t now_us) const {
  const std::lock_guard lock(mutex_);
  std::vector<NodeState> out;
  for (const Node& node : options_.nodes) {
    const Health& health = HealthOf(node);
    out.push_back({node.name, node.served, node.backend->name(), node.remote, health.broken_until_us > now_us,
                   health.drained, health.active, health.done, health.failures, health.first_us / 1000});
  }
  return out;
}

std::vector<std::string> Router::Names() const {
  std::vector<std::string> out;
  for (const Node& node : options_.nodes) {
    if (std::find(out.begin(), out.end(), node.served) == out.end()) out.push_back(node.served);
  }
  for (const auto& [tier, nodes] : options_.tiers) out.push_back(tier);
  out.emplace_back("auto");
  return out;
}

}  // namespace heddle::model
