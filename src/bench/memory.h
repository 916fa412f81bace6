// Memory: what runs leave for later ones: specifications, outcomes of attempts, lessons. A file of SQLite that needs no
// server, or any MCP server with the tools of a knowledge graph (create_entities, add_observations, open_nodes).
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace heddle::bench {

struct Memo {
  std::string kind;  // "specification", "attempt", "lesson"
  std::string key;   // what it is about: suite, task, who wrote it
  std::string text;
  std::string from;  // provenance: model and time
};

// Used by one thread at a time.
class MemoryStore {
 public:
  virtual ~MemoryStore() = default;
  virtual Result<> Put(const std::vector<Memo>& memos) = 0;
  // The newest of this kind and key; nothing: there is none.
  virtual Result<std::optional<Memo>> Find(std::string_view kind, std::string_view key) = 0;
};

Result<std::unique_ptr<MemoryStore>> OpenFileMemory(const std::string& path);
// `config`: as mcp::ParseServers takes it; its first server. kInvalid: it lacks a tool that is needed.
Result<std::unique_ptr<MemoryStore>> OpenMcpMemory(const std::string& config);

// Thread-safe. Writes go to the store in batches on a thread of their own; reads wait for nothing but the store.
class Memory {
 public:
  explicit Memory(std::unique_ptr<MemoryStore> store);
  ~Memory();
  void Remember(Memo memo);
  Result<std::optional<Memo>> Find(std::string_view kind, std::string_view key);
  // Writes what is waiting; the first error that there was.
  Result<> Flush();

 private:
  void Write();
  std::unique_ptr<MemoryStore> store_;
  std::mutex store_mutex_, mutex_;
  std::condition_variable changed_, written_;
  std::deque<Memo> waiting_;
  std::optional<Error> error_;
  bool ending_ = false, writing_ = false;
  std::jthread writer_;
};

}  // namespace heddle::bench
