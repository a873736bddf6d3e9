#include <variant>

#include "base/check.h"
#include "input.h"
#include "publish/upload_request.h"

namespace enks::fuzz {
namespace {

using Outcome = std::variant<publish::UploadRequest, json::BodyFault>;

// An upload is never invented from nothing: each key takes at least its two braces.
void CheckOutcome(const Outcome& outcome, base::ByteView bytes) {
  if (const auto* request = std::get_if<publish::UploadRequest>(&outcome)) {
    ENKS_CHECK(request->keys.size() * 2 <= bytes.size());
  } else {
    ENKS_CHECK(!std::get<json::BodyFault>(outcome).detail.empty());
  }
}

}  // namespace

void Run(base::ByteView bytes) {
  for (const publish::Api api : {publish::Api::kV1, publish::Api::kV1Alpha1}) {
    json::Body body{.content_type = "application/json", .bytes = base::AsText(bytes)};
    CheckOutcome(publish::ReadUploadRequest(body, api), bytes);
    body.too_large = true;
    CheckOutcome(publish::ReadUploadRequest(body, api), bytes);
  }
}

}  // namespace enks::fuzz
