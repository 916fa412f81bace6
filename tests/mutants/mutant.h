// What instrumented sources ask: whether the mutant of a number is the one under test. Numbers begin at 1; 0 is the
// program as it is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace heddle_mutant {

inline int active = 0;

// Which mutants a case comes by, noted while the program runs as it is: only those cases can catch them.
constexpr int kMost = 1 << 16;
inline bool noting = false;
inline bool met[kMost];

inline void Note(int first, int count = 1) {
  if (noting) std::fill(met + first, met + first + count, true);
}

inline bool On(int number) {
  Note(number);
  return active == number;
}

template <typename T>
T Limit(int high, int low, T value) {
  if (On(high)) return static_cast<T>(value * 1000);
  return On(low) ? static_cast<T>(1) : value;
}

// A list of words without one. `first` is the number of the first word.
inline std::string_view Words(int first, int count, std::string_view list) {
  Note(first, count);
  if (active < first || active >= first + count) return list;
  static std::string without;
  without.clear();
  int number = first;
  for (size_t at = 0; at < list.size(); ++number) {
    const size_t begin = list.find_first_not_of(' ', at);
    if (begin == list.npos) break;
    const size_t end = std::min(list.find(' ', begin), list.size());
    if (number != active) without.append(list.substr(begin, end - begin)).append(" ");
    at = end;
  }
  return without;
}

// A table without one row.
template <typename T>
class RowsOf {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    Iterator(const T* at, const T* missing) : at_(at == missing ? at + 1 : at), missing_(missing) {}
    const T& operator*() const { return *at_; }
    const T* operator->() const { return at_; }
    Iterator& operator++() {
      if (++at_ == missing_) ++at_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const T* at_;
    const T* missing_;
  };

  RowsOf(const T* begin, const T* end, const T* missing) : begin_(begin), end_(end), missing_(missing) {}
  Iterator begin() const { return {begin_, missing_}; }
  Iterator end() const { return {end_, missing_}; }

 private:
  const T* begin_;
  const T* end_;
  const T* missing_;
};

template <typename T, size_t count>
RowsOf<T> Rows(int first, const T (&table)[count]) {
  Note(first, static_cast<int>(count));
  const bool here = active >= first && active < first + static_cast<int>(count);
  return {table, table + count, here ? table + (active - first) : nullptr};
}

// A data file without the row of the active mutant (data.cc).
std::string_view Data(std::string_view file);

}  // namespace heddle_mutant
