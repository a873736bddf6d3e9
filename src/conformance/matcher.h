#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "json/document.h"

namespace enks::conformance {

// What an answer differs in, a line each.
using Differences = std::vector<std::string>;

// Holds a JSON value against what a case expects there. An object has exactly the members that are
// expected, an array as many elements; anything else is equal; and an object whose first member
// begins with `$` is a condition (tests/conformance/README.md lists them). `actual` may not exist.
// `where` names the value in `differences`. Fails if the expectation itself makes no sense.
Status Match(json::Value expected, json::Value actual, const std::string& where,
             Differences& differences);

// The same for a text that stands alone: a header's value, a whole body. Null: it is not there.
Status MatchText(json::Value expected, const std::string* actual, const std::string& where,
                 Differences& differences);

}  // namespace enks::conformance
