// Router: which node answers a call. Nodes stand in tiers; a tier is a chain along which is gone on when a node is
// down; nodes with the same model are equals, of which the one is taken that is expected to answer first. Nothing is
// sent off this machine that did not name the remote node or its tier, unless the node was configured for that.
// Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "model/backend.h"
#include "trace/histogram.h"

namespace heddle::model {

// What a model file says of itself; empty and 0 where nothing is known.
struct ModelCard {
  uint64_t bytes = 0;
  int64_t modified_s = 0, context = 0;
  std::string family, parameters, quantisation, sha256;
};

struct Node {
  std::string name;  // "local": how the configuration calls it
  std::shared_ptr<Backend> backend;
  std::string model;     // as its backend knows it
  std::string served;    // as clients know it: nodes of the same name are equals
  std::string identity;  // changes when its answers may: file and time of a model, address of a server
  ModelCard card;
  std::function<bool()> loaded;  // whether it is in memory now; empty: not known
  bool remote = false;           // not on this machine
  bool automatic = false;        // a remote node that "auto" may take
};

// A row of the table for "auto": the first whose conditions hold decides.
struct RouteRule {
  std::string task;        // "code", "tools", "json"; empty: any
  size_t least_bytes = 0;  // of the prompt
  std::string tier;
};

struct RouterOptions {
  std::vector<Node> nodes;
  std::map<std::string, std::vector<std::string>> tiers;  // names of nodes, the preferred first
  std::vector<RouteRule> rules;
  int break_after = 3;    // failures in a row after which a node is left alone,
  int break_ms = 10'000;  // for so long; then one call tries it
};

// What is known of a call before it is sent.
struct RouteTraits {
  std::string wanted;  // a served model, a node, a tier, or "auto"
  std::string task;
  size_t bytes = 0;
  uint64_t beginning = 0;  // hash of how the prompt begins: who holds that, answers sooner
};

struct NodeOutcome {
  bool failed = false;     // of the node: not a call that was wrong
  bool cancelled = false;  // says nothing of the node
  int64_t first_us = 0;
};

struct NodeState {
  std::string name, served, backend;
  bool remote = false, broken = false, drained = false;
  int64_t active = 0, done = 0, failures = 0;
  double first_ms = 0;  // moving average
};

class Router {
 public:
  explicit Router(RouterOptions options);

  // Nodes in the order in which they are to be tried; those that are broken stand last. kNotFound names what there is.
  Result<std::vector<const Node*>> Route(const RouteTraits& traits, int64_t now_us);
  // Brackets the work of one call on one node.
  void Begin(const Node& node);
  void End(const Node& node, const RouteTraits& traits, const NodeOutcome& outcome, int64_t now_us);

  // The p95 of the time to a node's first piece, in microseconds; 0 while too little is known.
  int64_t LateAfter(const Node& node) const;
  // What a look at a broken node came to: well, it is used again; else it is left alone for longer.
  void Probed(const Node& node, bool well, int64_t now_us);
  // A node that is drained gets no new calls. False: there is no such node.
  bool Drain(std::string_view name, bool drained);

  std::vector<NodeState> States(int64_t now_us) const;
  // Served models, tiers and "auto".
  std::vector<std::string> Names() const;
  const std::vector<Node>& nodes() const { return options_.nodes; }

 private:
  struct Health {
    int64_t active = 0, done = 0, failures = 0, in_a_row = 0, broken_until_us = 0;
    double first_us = 0;  // moving average of the time to the first token
    trace::Histogram firsts;
    bool drained = false;
  };
  std::vector<const Node*> Chain(const std::string& tier) const;
  double Expected(const Node& node, const RouteTraits& traits) const;
  Health& HealthOf(const Node& node) { return health_[static_cast<size_t>(&node - options_.nodes.data())]; }
  const Health& HealthOf(const Node& node) const { return health_[static_cast<size_t>(&node - options_.nodes.data())]; }

  const RouterOptions options_;
  mutable std::mutex mutex_;
  std::vector<Health> health_;                  // of each node
  std::map<uint64_t, const Node*> beginnings_;  // who answered a prompt with that beginning last
};

}  // namespace heddle::model
