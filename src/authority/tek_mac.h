#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "exposure/rules.h"

namespace enks::authority {

// Whether the transmission risk is part of the text under the TEK HMAC.
enum class TekMacForm {
  kLong,   // key.start.period.risk
  kShort,  // key.start.period
};

// The text that the TEK HMAC covers (spec/verification-certificate.md section 2): an entry a key,
// in the bytewise order of the keys' base64 exactly as sent, joined by commas.
std::string TekMacText(const std::vector<exposure::SubmittedKey>& keys, TekMacForm form);

// The TEK HMACs a certificate may carry for these keys: the long form and, if every risk is 0, the
// short form. Empty when there are no keys.
std::vector<base::Bytes> AllowedTekMacs(const std::vector<exposure::SubmittedKey>& keys,
                                        base::ByteView hmac_key);

}  // namespace enks::authority
