#include "base/base64.h"
#include "base/check.h"
#include "input.h"

namespace enks::fuzz {

// What is written is read back; what is read differs from what is written only in spelling.
void Run(base::ByteView bytes) {
  const base::Bytes original(bytes.begin(), bytes.end());
  ENKS_CHECK(base::FromAnyBase64(base::ToBase64(bytes)) == original);
  ENKS_CHECK(base::FromAnyBase64(base::ToBase64Url(bytes)) == original);
  ENKS_CHECK(base::FromBase64UrlUnpadded(base::ToBase64Url(bytes)) == original);

  const std::string_view text = base::AsText(bytes);
  const auto strict = base::FromBase64UrlUnpadded(text);
  const auto lenient = base::FromAnyBase64(text);
  if (strict) ENKS_CHECK(strict == lenient);
  if (lenient) ENKS_CHECK(lenient->size() <= text.size() * 3 / 4);
}

}  // namespace enks::fuzz
