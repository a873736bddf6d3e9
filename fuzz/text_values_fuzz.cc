#include "base/bytes.h"
#include "base/check.h"
#include "base/duration.h"
#include "base/time_text.h"
#include "input.h"

namespace enks::fuzz {

// Values that are read are written as a text that is read as the same value.
void Run(base::ByteView bytes) {
  const std::string_view text = base::AsText(bytes);
  if (const auto duration = base::ParseDuration(text)) {
    ENKS_CHECK(base::ParseDuration(base::FormatDuration(*duration)) == duration);
  }
  if (const auto time = base::ParseTime(text)) {
    ENKS_CHECK(base::ParseTime(base::FormatTime(*time)) == time);
  }
  if (const auto decoded = base::FromHex(text)) {
    ENKS_CHECK(base::FromHex(base::ToHex(*decoded)) == decoded);
  }
}

}  // namespace enks::fuzz
