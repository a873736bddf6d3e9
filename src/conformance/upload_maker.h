#pragma once

#include <string>

#include "conformance/setup.h"
#include "conformance/story.h"
#include "json/document.h"

namespace enks::conformance {

// The body of an upload as a case describes it: by default one that a server accepts, freshly made
// at this moment of the story, and then whatever the case changes about it.
// tests/conformance/README.md lists the members of a description.
Result<std::string> MakeUploadBody(json::Value description, const ServerSetup& setup, Story& story);

// Whether the description is of an upload to the older API, which has another path.
bool IsOlderApi(json::Value description);

}  // namespace enks::conformance
