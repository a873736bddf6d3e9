#include "attestation/challenge.h"

#include <algorithm>

#include "base/base64.h"
#include "crypto/digest.h"

namespace enks::attestation {
namespace {

using base::Bytes;
using base::ByteView;

constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kNonceBytes = 16;
constexpr std::size_t kContentBytes = kTimeBytes + kNonceBytes;
constexpr std::size_t kTagBytes = 32;
// With its NUL: the domain of the MAC.
constexpr std::string_view kTagLabel("EN-attest-challenge/1\0", 22);

crypto::Sha256Digest TagOf(ByteView secret, ByteView content) {
  Bytes message(kTagLabel.begin(), kTagLabel.end());
  message.insert(message.end(), content.begin(), content.end());
  return crypto::HmacSha256(secret, message);
}

void AppendTime(base::UnixTime time, Bytes& out) {
  const auto seconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(seconds >> shift));
  }
}

std::uint64_t TimeIn(ByteView content) {
  std::uint64_t seconds = 0;
  for (const std::uint8_t byte : content.first(kTimeBytes)) seconds = seconds << 8 | byte;
  return seconds;
}

}  // namespace

std::optional<std::string> Challenges::Make(base::UnixTime now) {
  const SecretsOfDays::Snapshot secrets = secrets_.Current(now);
  const auto today = secrets.find(DayOf(now));
  if (today == secrets.end()) return std::nullopt;
  Bytes challenge;
  AppendTime(now, challenge);
  challenge.resize(kContentBytes);
  random_.Fill(std::span(challenge).subspan(kTimeBytes));
  const crypto::Sha256Digest tag = TagOf(today->second, challenge);
  challenge.insert(challenge.end(), tag.begin(), tag.end());
  return base::ToBase64(challenge);
}

CheckedChallenge Challenges::Check(std::string_view base64, base::UnixTime now) const {
  const auto challenge = base::FromAnyBase64(base64);
  if (!challenge || challenge->size() != kContentBytes + kTagBytes) return {Reason::kMalformed, {}};
  const ByteView content = ByteView(*challenge).first(kContentBytes);
  const ByteView tag = ByteView(*challenge).subspan(kContentBytes);
  // Another process may be past midnight already.
  const SecretsOfDays::Snapshot secrets = secrets_.Current(now + kChallengeLeeway);
  const SecretsOfDays::Snapshot older = secrets_.Current(now);
  if (!older.contains(DayOf(now))) return {Reason::kUnavailable, {}};
  const auto made_with = [&](const auto& entry) {
    return crypto::EqualInConstantTime(TagOf(entry.second, content), tag);
  };
  if (!std::ranges::any_of(secrets, made_with) && !std::ranges::any_of(older, made_with)) {
    return {Reason::kBindingMismatch, {}};
  }
  // Whoever has the secret wrote a sane time.
  const base::UnixTime made{std::chrono::seconds(TimeIn(content))};
  if (now - made > kChallengeAgeMax) return {Reason::kStale, {}};
  if (made - now > kChallengeLeeway) return {Reason::kFuture, {}};
  const ByteView nonce = content.subspan(kTimeBytes);
  return {Reason::kNone, Bytes(nonce.begin(), nonce.end())};
}

}  // namespace enks::attestation
