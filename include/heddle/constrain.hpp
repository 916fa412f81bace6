// The constraint engine for C++ 17 and later: owners around the C interface of constrain.h, where the contracts stand.
// Failures throw std::runtime_error.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "heddle/constrain.h"

namespace heddle {

class Engine {
 public:
  static Engine Read(std::string_view vocabulary) {
    char error[256] = "";
    Engine out(heddle_engine_read(vocabulary.data(), vocabulary.size(), error, sizeof error));
    if (!out.handle_) throw std::runtime_error(error);
    return out;
  }
  std::size_t mask_words() const { return heddle_engine_mask_words(handle_.get()); }
  heddle_engine* get() const { return handle_.get(); }

 private:
  explicit Engine(heddle_engine* handle) : handle_(handle, heddle_engine_free) {}
  std::shared_ptr<heddle_engine> handle_;
};

class Program {
 public:
  Program(const Engine& engine, const char* notation, std::string_view text) {
    char error[512] = "";
    handle_.reset(heddle_program_compile(engine.get(), notation, text.data(), text.size(), error, sizeof error), heddle_program_free);
    if (!handle_) throw std::runtime_error(error);
    words_ = engine.mask_words();
  }
  heddle_program* get() const { return handle_.get(); }
  std::size_t mask_words() const { return words_; }

 private:
  std::shared_ptr<heddle_program> handle_;
  std::size_t words_ = 0;
};

class Matcher {
 public:
  explicit Matcher(const Program& program) : handle_(heddle_matcher_new(program.get()), heddle_matcher_free), words_(program.mask_words()) {}
  Matcher(const Matcher& other) : handle_(heddle_matcher_fork(other.handle_.get()), heddle_matcher_free), words_(other.words_) {}

  bool Check(std::uint32_t token) const { return heddle_matcher_check(handle_.get(), token) != 0; }
  bool Accept(std::uint32_t token) { return heddle_matcher_accept(handle_.get(), token) == 0; }
  bool Names(const char* terminal, const std::vector<std::string>& names) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const std::string& name : names) texts.push_back(name.data()), sizes.push_back(name.size());
    return heddle_matcher_names(handle_.get(), terminal, texts.data(), sizes.data(), names.size()) == 0;
  }
  bool Rollback(std::size_t steps) { return heddle_matcher_rollback(handle_.get(), steps) == 0; }
  bool CanStop() const { return heddle_matcher_can_stop(handle_.get()) != 0; }
  std::vector<std::uint32_t> Mask() const {
    std::vector<std::uint32_t> out(words_);
    heddle_matcher_fill(handle_.get(), out.data());
    return out;
  }
  std::string Forced() const {
    std::string out(heddle_matcher_forced(handle_.get(), nullptr, 0), '\0');
    (void)heddle_matcher_forced(handle_.get(), out.data(), out.size());
    return out;
  }

 private:
  std::unique_ptr<heddle_matcher, void (*)(heddle_matcher*)> handle_;
  std::size_t words_;
};

}  // namespace heddle
