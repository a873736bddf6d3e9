#include "attestation/token_memory.h"

#include <string>

namespace enks::attestation {
namespace {

using base::Bytes;
using base::ByteView;

constexpr std::string_view kUploadLabel = "upload";

// HMAC(secret, label || 0x00 || digest).
Bytes Keyed(ByteView secret, std::string_view label, const crypto::Sha256Digest& digest) {
  std::string message(label);
  message.push_back('\0');
  message.append(base::AsText(digest));
  const crypto::Sha256Digest mac = crypto::HmacSha256(secret, base::AsBytes(message));
  return {mac.begin(), mac.end()};
}

// The hour in which `time` lies is over then.
base::UnixTime EndOfHour(base::UnixTime time) {
  return std::chrono::floor<std::chrono::hours>(time) + std::chrono::hours(1);
}

}  // namespace

// Each mark is kept under the secrets of the day and of the day before. So two processes on either
// side of midnight, or one before and after it, have a secret in common.
Result<TokenMemory::Sight> TokenMemory::Note(std::string_view kind, ByteView token,
                                             const crypto::Sha256Digest& upload, base::UnixTime now,
                                             std::chrono::seconds lifetime) {
  const SecretsOfDays::Snapshot secrets = secrets_.Current(now);
  if (!secrets.contains(DayOf(now))) {
    return absl::UnavailableError("the secrets of attestations could not be read yet");
  }
  const crypto::Sha256Digest digest = crypto::Sha256(token);
  Sight sight = Sight::kFirst;
  for (const auto& [day, secret] : secrets) {
    const store::AttestationMark mark{Keyed(secret, kind, digest),
                                      Keyed(secret, kUploadLabel, upload),
                                      EndOfHour(now + lifetime)};
    ENKS_ASSIGN(const store::HeldMark held, records_.RememberAttestation(mark));
    if (held.upload != mark.upload) return Sight::kOtherUpload;
    if (!held.is_new) sight = Sight::kSameUpload;
  }
  return sight;
}

Status TokenMemory::Forget(std::string_view kind, ByteView token, base::UnixTime now) {
  const crypto::Sha256Digest digest = crypto::Sha256(token);
  for (const auto& [day, secret] : secrets_.Current(now)) {
    ENKS_TRY(records_.ForgetAttestation(Keyed(secret, kind, digest)));
  }
  return absl::OkStatus();
}

}  // namespace enks::attestation
