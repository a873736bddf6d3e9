#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "conformance/story.h"
#include "json/document.h"

namespace enks::conformance {

// The members of a JSON object under construction, in order, each value as JSON text. A value type.
class Members {
 public:
  void SetText(const std::string& name, std::string_view text);
  void SetInt(const std::string& name, std::int64_t number);
  // Replaces a member in its place, or adds one at the end.
  void SetJson(const std::string& name, std::string json);

  // What a case says of members beside those that are always there: sets each member of `set`,
  // leaves out each name of the list `omit`, and calls a member by another name for each member
  // of `rename`. Any of the three may not exist.
  Status Adjust(json::Value set, json::Value omit, json::Value rename, Story& story);

  std::string ToJson() const;

 private:
  Status Omit(const std::string& name);
  Status Rename(const std::string& name, const std::string& other);
  std::vector<std::pair<std::string, std::string>>::iterator Locate(const std::string& name);

  std::vector<std::pair<std::string, std::string>> members_;
};

}  // namespace enks::conformance
