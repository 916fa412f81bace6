// A journal of an apply that was cut off, damaged in any way, is read and taken back: nothing outside of its tree is
// touched. Each line of the input is a step: kind, number of the staged file, two letters
// for the inodes that it was and is, and a path. An input that begins with a blank is the journal's lines as they are.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/text.h"
#include "cli/apply/apply.h"
#include "cli/apply/tree.h"
#include "scratch_home.h"

namespace heddle::cli {
namespace {

constexpr std::string_view kStage = ".heddle-apply-0";
constexpr const char* kFolders[] = {"outside", "outside/tree", "outside/tree/d", "outside/tree/.heddle-apply-0"};
constexpr const char* kFiles[] = {"outside/kept", "outside/tree/a", "outside/tree/d/b",
                                  "outside/tree/.heddle-apply-0/0", "outside/tree/.heddle-apply-0/1"};

// Places whose inodes a step may name: a for the first.
constexpr const char* kPlaces[] = {"outside",        "outside/kept",   "outside/tree",
                                   "outside/tree/a", "outside/tree/d", "outside/tree/d/b",
                                   kFiles[3],        kFiles[4]};

struct stat Of(const std::string& path) {
  struct stat out = {};
  (void)::lstat(path.c_str(), &out);
  return out;
}

std::string InodeOf(const ScratchHome& home, char place) {
  const size_t index = static_cast<size_t>(place - 'a');
  return index < std::size(kPlaces) ? std::to_string(Of(home / kPlaces[index]).st_ino) : "0";
}

std::string Steps(const ScratchHome& home, std::string_view input) {
  if (input.starts_with(" ")) return std::string(input.substr(1));
  std::string out;
  for (const std::string_view line : Split(input, '\n')) {
    if (line.size() < 4) continue;
    const std::string path = line.size() == 4 ? "-" : EncodeBase64(line.substr(4));
    out += Cat({line.substr(0, 1), " ", line.substr(1, 1), " ", InodeOf(home, line[2]), " ", InodeOf(home, line[3]),
                " 33188 ", std::to_string(::geteuid()), " ", std::to_string(::getegid()), " 0 ", path, " -\n"});
  }
  return out;
}

void MakeTree(const ScratchHome& home) {
  for (const char* folder : kFolders)
    (void)::mkdir((home / folder).c_str(), 0700);
  for (const char* file : kFiles) WriteFile(home / file, file);
  (void)::symlink("..", (home / "outside/tree/up").c_str());
}

void WriteJournal(const ScratchHome& home, std::string_view input) {
  const struct stat root = Of(home / "outside/tree");
  const std::string path = EncodeBase64(home / "outside/tree");
  WriteFile(home / "heddle/applies/0123456789abcdef",
            Cat({"heddle-apply-1 ", std::to_string(root.st_dev), " ", std::to_string(root.st_ino), " ", kStage, " ",
                 path, " 1000000000\n", Steps(home, input)}));
}

std::string Outside(const ScratchHome& home) {
  std::string out;
  for (const char* path : {"outside", "outside/kept"}) {
    const struct stat now = Of(home / path);
    for (const uint64_t part : {uint64_t{now.st_ino}, uint64_t{now.st_mode}, uint64_t{now.st_uid},
                                static_cast<uint64_t>(now.st_mtim.tv_nsec), static_cast<uint64_t>(now.st_mtim.tv_sec)})
      out += std::to_string(part) + " ";
  }
  return out;
}

}  // namespace
}  // namespace heddle::cli

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace heddle;
  static const ScratchHome home("/dev/shm");
  const AsNobody nobody;
  (void)::mkdir((home / "heddle").c_str(), 0700);
  (void)::mkdir((home / "heddle/applies").c_str(), 0700);
  cli::MakeTree(home);
  cli::WriteJournal(home, {reinterpret_cast<const char*>(data), size});
  const std::string before = cli::Outside(home);
  if (const auto tree = cli::Tree::Open(home / "outside/tree")) (void)cli::TakeBackCutOff(*tree);
  if (cli::Outside(home) != before) std::abort();
  (void)sys::RemoveScratch(home / "heddle");
  (void)sys::RemoveScratch(home / "outside");
  return 0;
}
