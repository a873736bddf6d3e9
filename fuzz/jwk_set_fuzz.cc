#include <set>

#include "authority/jwk_set.h"
#include "base/check.h"
#include "crypto/ecdsa.h"
#include "input.h"

namespace enks::fuzz {

// What the web server of a health authority, or whoever stands in for it, answers.
void Run(base::ByteView bytes) {
  const auto set = authority::ReadJwkSet(base::AsText(bytes));
  if (!set.ok()) return;
  ENKS_CHECK(!set->keys.empty());
  ENKS_CHECK(set->keys.size() + set->skipped.size() <= authority::kJwkSetKeysMax);
  std::set<std::string> kids;
  for (const authority::PublishedKey& key : set->keys) {
    ENKS_CHECK(!key.kid.empty() && key.kid.size() <= authority::kKidBytesMax);
    ENKS_CHECK(kids.insert(key.kid).second);
    const auto parsed = crypto::EcdsaPublicKey::FromPem(key.public_key_pem);
    ENKS_CHECK(parsed.ok() && parsed->ToPem() == key.public_key_pem);
  }
}

}  // namespace enks::fuzz
