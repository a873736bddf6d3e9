#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "exposure/revision.h"
#include "secrets/sealer.h"
#include "store/store.h"
#include "tokens/token_codec.h"

namespace enks::tokens {

struct TokenOptions {
  std::string sealing_key = "file://revision-token";  // REVISION_TOKEN_KEY_ID
  base::Bytes additional;        // REVISION_TOKEN_AAD: sealed beside every token, the same for all
  std::size_t entries_min = 28;  // REVISION_TOKEN_MIN_LENGTH
  bool bind_to_app = true;       // a token opens only for the app it was made for
  // A key seals from this age on, so that every process has read it by then; until then the one
  // before it goes on. At least two times the interval at which processes read the keys.
  std::chrono::seconds settling{120};
};

// What came with an upload as its revision token. No text is an error: what cannot be used is
// absent or unreadable, and that matters only if stored keys are sent (spec/publish.md section 5,
// step 6).
struct SentToken {
  std::optional<std::vector<exposure::RevisableKey>> entries;
  bool unreadable = false;  // something was sent that does not open
};

// Makes and opens revision tokens with the keys of the database. Thread-safe; nothing but Refresh()
// blocks. What it is handed outlives it.
class RevisionTokens {
 public:
  // `random` is fit for secrets.
  RevisionTokens(TokenOptions options, store::Store& store,
                 secrets::SealingKeyManager& sealing_keys, const base::Clock& clock,
                 base::Random& random);

  // Reads the keys anew and makes the first if there is none. Blocks on the database. On failure
  // the old ones stay in use (divergence R3).
  Status Refresh();

  // The text as sent, in any base64. `app` is the app's name in lower case.
  SentToken Open(std::string_view text, std::string_view app) const;

  // The token for these entries in base64, which `app` can open; the empty string if there are no
  // entries, or no keys because Refresh() never succeeded: the upload stands, only without a token.
  std::string Seal(const std::vector<exposure::RevisableKey>& entries, std::string_view app) const;

 private:
  // The keys at one moment. Immutable, so any thread may read it without a lock.
  struct Ring {
    std::vector<store::RevisionKey> rows;  // newest first
    TokenKeys keys;
  };

  std::shared_ptr<const Ring> Current() const;
  Result<std::vector<store::RevisionKey>> ReadOrMakeFirst();
  Result<std::shared_ptr<const Ring>> OpenRing(std::vector<store::RevisionKey> rows);
  const store::RevisionKey& EffectiveKey(const Ring& ring) const;
  base::Bytes Bound(std::string_view app) const;

  const TokenOptions options_;
  store::Store& store_;
  secrets::SealingKeyManager& sealing_keys_;
  const base::Clock& clock_;
  base::Random& random_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Ring> current_;  // guarded by mutex_; null until Refresh() succeeds
};

}  // namespace enks::tokens
