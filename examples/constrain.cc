// Draws one JSON text from a schema, always taking the first token that may come next. Usage: constrain VOCABULARY SCHEMA
#include "heddle/constrain.hpp"

#include <fstream>
#include <iostream>
#include <sstream>

namespace {

std::string ReadFile(const char* path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) return std::cerr << "usage: constrain VOCABULARY SCHEMA\n", 2;
  const heddle::Engine engine = heddle::Engine::Read(ReadFile(argv[1]));
  const heddle::Program program(engine, "json-schema", ReadFile(argv[2]));
  heddle::Matcher matcher(program);
  for (int step = 0; step < 200 && !matcher.CanStop(); ++step) {
    if (const std::string forced = matcher.Forced(); !forced.empty()) std::cout << "must go on with " << forced << "\n";
    const auto mask = matcher.Mask();
    std::uint32_t token = 0;
    while (token < mask.size() * 32 && (mask[token / 32] >> (token % 32) & 1) == 0) ++token;
    if (token == mask.size() * 32 || !matcher.Accept(token)) return 1;
    std::cout << "took token " << token << "\n";
  }
  std::cout << (matcher.CanStop() ? "complete\n" : "not complete\n");
  return matcher.CanStop() ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
