#include "publish/sent_token.h"

#include "base/base64.h"

namespace enks::publish {

SentToken OpenSentToken(std::string_view text) {
  if (text.empty() || !base::FromAnyBase64(text)) return {};
  return {std::nullopt, true};
}

}  // namespace enks::publish
