#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "exposure/revision.h"

namespace enks::publish {

// What the revision token of a request gives (spec/publish.md section 5, step 6). No text is an
// error: what cannot be used is absent or unreadable, and that matters only if stored keys are
// sent.
struct SentToken {
  std::optional<std::vector<exposure::RevisableKey>> entries;
  bool unreadable = false;  // something was sent that does not open
};

// Opens the token as sent, base64 text. This server makes no tokens yet, so whatever decodes was
// sealed by somebody else and does not open; the codec of spec/revision-token.md goes here.
SentToken OpenSentToken(std::string_view text);

}  // namespace enks::publish
