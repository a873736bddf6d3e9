#pragma once

#include <string>

#include "conformance/setup.h"
#include "conformance/story.h"
#include "http/message.h"
#include "json/document.h"

namespace enks::conformance {

// A request as it goes to the server.
struct OutgoingRequest {
  std::string method;
  std::string path;
  http::Headers headers;
  std::string body;
};

// Makes the request that a step describes: an `upload`, or a body as text, in parts or in base64;
// with a signed token for statistics where it has a `bearer`.
Result<OutgoingRequest> MakeRequest(json::Value description, const ServerSetup& setup,
                                    Story& story);

}  // namespace enks::conformance
