#include "authority/tek_mac.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "crypto/digest.h"

namespace enks::authority {
namespace {

using exposure::SubmittedKey;

// Pointers, so that no key is copied. Stable: keys with the same text keep the order they came in.
std::vector<const SubmittedKey*> Sorted(const std::vector<SubmittedKey>& keys) {
  std::vector<const SubmittedKey*> sorted;
  sorted.reserve(keys.size());
  for (const SubmittedKey& key : keys) sorted.push_back(&key);
  std::ranges::stable_sort(
      sorted, {}, [](const SubmittedKey* key) -> const std::string& { return key->key_base64; });
  return sorted;
}

base::Bytes Mac(const std::vector<SubmittedKey>& keys, TekMacForm form, base::ByteView hmac_key) {
  const crypto::Sha256Digest mac =
      crypto::HmacSha256(hmac_key, base::AsBytes(TekMacText(keys, form)));
  return {mac.begin(), mac.end()};
}

}  // namespace

std::string TekMacText(const std::vector<SubmittedKey>& keys, TekMacForm form) {
  std::string text;
  for (const SubmittedKey* key : Sorted(keys)) {
    absl::StrAppend(&text, text.empty() ? "" : ",", key->key_base64, ".", key->rolling_start, ".",
                    key->rolling_period);
    if (form == TekMacForm::kLong) absl::StrAppend(&text, ".", key->transmission_risk);
  }
  return text;
}

std::vector<base::Bytes> AllowedTekMacs(const std::vector<SubmittedKey>& keys,
                                        base::ByteView hmac_key) {
  if (keys.empty()) return {};
  std::vector<base::Bytes> macs = {Mac(keys, TekMacForm::kLong, hmac_key)};
  const bool is_without_risks =
      std::ranges::all_of(keys, [](const SubmittedKey& key) { return key.transmission_risk == 0; });
  if (is_without_risks) macs.push_back(Mac(keys, TekMacForm::kShort, hmac_key));
  return macs;
}

}  // namespace enks::authority
