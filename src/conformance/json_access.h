#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/document.h"

// Reading the free-form JSON of cases and answers, where no struct says which members there are.
namespace enks::conformance {

// The member of an object by its exact name. No value if there is none, or if `object` is none.
json::Value Find(json::Value object, std::string_view name);

bool IsText(json::Value value);
bool IsObject(json::Value value);
bool IsArray(json::Value value);

// Nothing unless the value is an integer that fits.
std::optional<std::int64_t> IntegerOf(json::Value value);

// The elements of an array; none of anything else.
std::vector<json::Value> ElementsOf(json::Value array);

// Calls `visit` with each member until it fails. An object that is not there has none.
Status ForEachMember(json::Value object,
                     const std::function<Status(const std::string& name, json::Value)>& visit);

// kInvalidArgument unless `object` is one, or is not there, and has members of these names only: a
// misspelt member of a case would otherwise be a check that never happens.
Status AllowMembers(json::Value object, const std::vector<std::string_view>& names);

}  // namespace enks::conformance
