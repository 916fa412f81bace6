// Body: the JSON object of a request, read field by field. The first field that is wrong is kept with its name; fields
// that nobody read are known at the end, so that nothing is ignored silently.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::serve {

namespace json = boost::json;

// An error with the field it is about.
struct Refusal {
  Error error;
  std::string field;  // empty: none in particular
};

class Body {
 public:
  // `root` must outlive this. `where` begins the names of fields: "options."
  explicit Body(const json::value& root, std::string where = {});

  const json::value* Get(std::string_view name);  // null: absent or null
  std::string Text(std::string_view name, std::string_view fallback = {});
  bool Flag(std::string_view name, bool fallback);
  std::optional<double> Number(std::string_view name, double least, double most);
  std::optional<int64_t> Whole(std::string_view name, int64_t least, int64_t most);
  std::vector<std::string> Texts(std::string_view name);  // a text or a list of them
  const json::array* List(std::string_view name);         // null: absent
  // The field may be given, but only where it changes nothing: null, false, 0, empty, or `harmless`.
  void Never(std::string_view name, std::string_view why, const json::value& harmless = nullptr);
  void Refuse(std::string_view name, std::string_view why);
  // Takes over what is wrong in a part of this body.
  void Adopt(const Body& part);

  bool ok() const { return !refusal_.has_value(); }
  const Refusal& refusal() const { return *refusal_; }
  std::vector<std::string> Unread() const;

 private:
  const json::object* object_ = nullptr;
  std::string where_;
  std::vector<std::string_view> read_;
  std::optional<Refusal> refusal_;
};

}  // namespace heddle::serve
