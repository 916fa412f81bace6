// Memory in an MCP server of a knowledge graph: a memo is an observation (JSON) of an entity that is called KIND:KEY.
#include <boost/json.hpp>
#include <set>

#include "base/text.h"
#include "bench/memory.h"
#include "mcp/client.h"

namespace heddle::bench {
namespace json = boost::json;
namespace {

class McpMemory : public MemoryStore {
 public:
  explicit McpMemory(std::unique_ptr<mcp::Client> client) : client_(std::move(client)) {}

  Result<> Put(const std::vector<Memo>& memos) override {
    json::array entities, observations;
    std::set<std::string> named;
    for (const Memo& memo : memos) {
      const std::string name = NameOf(memo.kind, memo.key);
      if (named.insert(name).second)
        entities.push_back(json::object{{"name", name}, {"entityType", memo.kind}, {"observations", json::array()}});
      observations.push_back(json::object{
          {"entityName", name},
          {"contents", json::array{json::serialize(json::object{{"text", memo.text}, {"from", memo.from}})}}});
    }
    TRY(client_->Call("create_entities", json::serialize(json::object{{"entities", std::move(entities)}}), {}));
    TRY(client_->Call("add_observations", json::serialize(json::object{{"observations", std::move(observations)}}),
                      {}));
    return {};
  }

  Result<std::optional<Memo>> Find(std::string_view kind, std::string_view key) override {
    const std::string name = NameOf(kind, key);
    TRY_ASSIGN(
        const mcp::CallResult result,
        client_->Call("open_nodes", json::serialize(json::object{{"names", json::array{json::value(name)}}}), {}));
    boost::system::error_code failed;
    const json::value graph = json::parse(result.structured.empty() ? result.text : result.structured, failed);
    const json::value* entities = failed || !graph.is_object() ? nullptr : graph.as_object().if_contains("entities");
    if (entities == nullptr || !entities->is_array())
      return Error{Code::kInvalid, "open_nodes gave no list of entities"};
    std::optional<Memo> out;
    for (const json::value& entity : entities->as_array()) {
      const json::value* list = entity.is_object() ? entity.as_object().if_contains("observations") : nullptr;
      if (list == nullptr || !list->is_array() || list->as_array().empty() || !list->as_array().back().is_string())
        continue;
      const json::value memo = json::parse(list->as_array().back().as_string(), failed);
      if (failed || !memo.is_object()) continue;
      const auto text = [&](std::string_view member) {
        const json::value* found = memo.as_object().if_contains(member);
        return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
      };
      out = Memo{std::string(kind), std::string(key), text("text"), text("from")};
    }
    return out;
  }

 private:
  static std::string NameOf(std::string_view kind, std::string_view key) { return Cat({"heddle ", kind, ": ", key}); }
  std::unique_ptr<mcp::Client> client_;
};

}  // namespace

Result<std::unique_ptr<MemoryStore>> OpenMcpMemory(const std::string& config) {
  TRY_ASSIGN(std::vector<mcp::ServerSpec> servers, mcp::ParseServers(config));
  if (servers.empty()) return Error{Code::kInvalid, "the configuration names no MCP server"};
  TRY_ASSIGN(std::unique_ptr<mcp::Client> client, mcp::Client::Connect(servers[0], {}, {}));
  for (const std::string_view tool : {"create_entities", "add_observations", "open_nodes"}) {
    if (client->FindTool(tool) == nullptr)
      return Error{Code::kInvalid,
                   Cat({"MCP server ", servers[0].name, " has no tool ", tool, ", so it cannot be a memory"})};
  }
  return std::unique_ptr<MemoryStore>(std::make_unique<McpMemory>(std::move(client)));
}

}  // namespace heddle::bench
