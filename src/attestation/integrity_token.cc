#include "attestation/integrity_token.h"

#include <fmt/format.h>

#include <optional>

#include "attestation/evidence.h"
#include "attestation/jose.h"
#include "crypto/aes.h"
#include "crypto/key_wrap.h"

namespace enks::attestation {
namespace {

constexpr std::size_t kContentKeyBytes = 32;

enum class Fit : std::uint8_t { kNot, kBrokenContent, kDecrypted };

struct Decrypted {
  Fit fit = Fit::kNot;
  std::string text;
};

// A key that unwraps the content key is the one that the token was made for: by chance that
// happens once in 2^64 times.
Decrypted Decrypt(const CompactJwe& jwe, const IntegrityKeys& keys) {
  const auto content_key =
      crypto::Aes256KeyUnwrap(keys.decryption_key().Expose(), jwe.encrypted_key);
  if (!content_key) return {};
  const auto text =
      crypto::Aes256GcmOpen(content_key->Expose(), jwe.sealed, base::AsBytes(jwe.protected_text));
  if (!text) return {.fit = Fit::kBrokenContent, .text = {}};
  return {.fit = Fit::kDecrypted, .text = std::string(base::AsText(*text))};
}

// The verdict inside a decrypted token, or why it is not one of Google's.
Result<std::string> ReadSigned(std::string_view text, const IntegrityKeys& keys) {
  ENKS_ASSIGN(CompactJws jws, ReadCompactJws(text));
  if (jws.header.algorithm != "ES256") {
    return absl::InvalidArgumentError("the alg inside is not ES256");
  }
  if (!keys.verification_key().VerifyRaw(crypto::Sha256(base::AsBytes(jws.signed_text)),
                                         jws.signature)) {
    return absl::InvalidArgumentError("the signature is not one of the verification key");
  }
  return std::move(jws.payload);
}

// Keeps what the best of the pairs came to.
class Attempts {
 public:
  void Try(const CompactJwe& jwe, const IntegrityKeys& keys) {
    const Decrypted decrypted = Decrypt(jwe, keys);
    best_ = std::max(best_, decrypted.fit);
    if (decrypted.fit != Fit::kDecrypted) return;
    auto verdict = ReadSigned(decrypted.text, keys);
    if (verdict.ok()) {
      verdict_ = *std::move(verdict);
    } else {
      why_ = MessageOf(verdict.status());
    }
  }
  Fit best() const { return best_; }
  bool IsOpen() const { return verdict_.has_value(); }
  std::string TakeVerdict() && { return *std::move(verdict_); }
  const std::string& why() const { return why_; }

 private:
  Fit best_ = Fit::kNot;
  std::optional<std::string> verdict_;
  std::string why_;
};

// Step 1, and the length of step 2: what every token looks like, whoever it is for.
std::optional<CompactJwe> ReadToken(std::string_view token, Checks& checks) {
  const bool fits = token.size() <= kTokenCharactersMax;
  if (!checks.Needs("size", fits, Reason::kMalformed,
                    [&] { return fmt::format("{} characters", token.size()); })) {
    return std::nullopt;
  }
  auto jwe = ReadCompactJwe(token);
  if (!checks.Needs("token", jwe.ok(), Reason::kMalformed,
                    [&] { return jwe.ok() ? "a JWE" : std::string(MessageOf(jwe.status())); })) {
    return std::nullopt;
  }
  // Pinned before any key is touched.
  const bool is_pinned = jwe->header.algorithm == "A256KW" && jwe->header.encryption == "A256GCM";
  if (!checks.Needs("algorithms", is_pinned, Reason::kMalformed, [&] {
        return fmt::format("alg is {}, enc is {}; wanted are A256KW and A256GCM",
                           jwe->header.algorithm, jwe->header.encryption);
      })) {
    return std::nullopt;
  }
  const std::size_t wrapped = jwe->encrypted_key.size();
  if (!checks.Needs("wrapped key", wrapped == kContentKeyBytes + crypto::kKeyWrapOverheadBytes,
                    Reason::kMalformed, [&] { return fmt::format("{} bytes", wrapped); })) {
    return std::nullopt;
  }
  return *std::move(jwe);
}

}  // namespace

OpenedToken OpenIntegrityToken(std::string_view token, std::span<const IntegrityKeys> keys,
                               Checks& checks) {
  const auto jwe = ReadToken(token, checks);
  if (!jwe) return {};
  Attempts attempts;
  for (const IntegrityKeys& pair : keys) {
    if (!attempts.IsOpen()) attempts.Try(*jwe, pair);
  }
  if (attempts.best() == Fit::kNot) return {.opening = TokenOpening::kForGoogle, .verdict = {}};
  if (!checks.Needs("decryption", attempts.best() == Fit::kDecrypted, Reason::kMalformed, [&] {
        return attempts.best() == Fit::kDecrypted ? "opened with the app's key"
                                                  : "made for the app's key, but changed";
      })) {
    return {};
  }
  if (!checks.Needs("signature", attempts.IsOpen(), Reason::kSignatureInvalid, [&] {
        return attempts.IsOpen() ? "made by the verification key" : attempts.why();
      })) {
    return {};
  }
  return {.opening = TokenOpening::kOpened, .verdict = std::move(attempts).TakeVerdict()};
}

}  // namespace enks::attestation
