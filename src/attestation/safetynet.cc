#include "attestation/safetynet.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "attestation/app_signature.h"
#include "attestation/evidence.h"
#include "attestation/jose.h"
#include "attestation/strict_json.h"
#include "base/base64.h"

namespace enks::attestation {
namespace {

using crypto::Certificate;

constexpr std::string_view kHost = "attest.android.com";
constexpr std::string_view kCommonName = "2.5.4.3";
constexpr std::string_view kHardwareBacked = "HARDWARE_BACKED";

// The claims that are checked. A device that fails lacks the app's name and digests.
struct Claims {
  std::string nonce;
  std::optional<std::int64_t> timestamp_ms;
  std::string package;
  std::vector<std::string> certificate_digests;
  bool cts_profile_match = false;
  bool basic_integrity = false;
  std::string evaluation_type;
  bool has_error = false;
};

Result<Claims> ReadClaims(std::string_view payload) {
  const json::Document document(payload);
  ENKS_TRY(CheckStrictObject(document));
  MemberReader members(document.Root());
  Claims claims;
  claims.nonce = members.Text("nonce").value_or("");
  claims.timestamp_ms = members.Integer("timestampMs");
  claims.package = members.Text("apkPackageName").value_or("");
  claims.certificate_digests =
      members.Texts("apkCertificateDigestSha256").value_or(std::vector<std::string>());
  claims.cts_profile_match = members.Bool("ctsProfileMatch").value_or(false);
  claims.basic_integrity = members.Bool("basicIntegrity").value_or(false);
  claims.evaluation_type = members.Text("evaluationType").value_or("");
  claims.has_error = members.Has("error");
  if (members.HasWrongTypes()) return absl::InvalidArgumentError("a claim of a wrong type");
  if (!claims.timestamp_ms) return absl::InvalidArgumentError("no claim timestampMs");
  return claims;
}

Result<std::vector<Certificate>> ReadChain(const std::vector<base::Bytes>& x5c) {
  std::vector<Certificate> chain;
  for (const base::Bytes& der : x5c) {
    ENKS_ASSIGN(Certificate certificate, Certificate::FromDer(der));
    chain.push_back(std::move(certificate));
  }
  return chain;
}

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// RFC 6125 section 6.4.4: the common name counts only where there are no alternative names. A
// wildcard is no name of this host.
bool IsForHost(const Certificate& leaf) {
  const std::vector<std::string> names =
      leaf.HasAlternativeNames() ? leaf.DnsNames() : leaf.SubjectValues(kCommonName);
  return std::ranges::any_of(
      names, [](const std::string& name) { return EqualIgnoringCase(name, kHost); });
}

// Steps 2 to 5: whether Google signed the token.
bool CheckSignature(const CompactJws& jws, const crypto::ChainVerifier& anchors, base::UnixTime now,
                    Checks& checks) {
  const auto chain = ReadChain(*jws.header.x5c);
  if (!checks.Needs("certificates", chain.ok(), Reason::kMalformed, [&] {
        return chain.ok() ? fmt::format("{} certificates", chain->size())
                          : std::string(MessageOf(chain.status()));
      })) {
    return false;
  }
  const Certificate& leaf = chain->front();
  const std::vector<Certificate> others(chain->begin() + 1, chain->end());
  const Status trusted = anchors.Verify(leaf, others, now, kX5cCertificatesMax);
  if (!checks.Holds("certificate chain", trusted.ok(), Reason::kChainInvalid, [&] {
        return trusted.ok() ? "leads from " + leaf.Subject() + " to a trust anchor"
                            : std::string(MessageOf(trusted));
      })) {
    return false;
  }
  if (!checks.Holds("host", IsForHost(leaf), Reason::kChainInvalid, [&] {
        return fmt::format("the certificate is for {}, wanted is {}",
                           fmt::join(leaf.DnsNames(), ", "), kHost);
      })) {
    return false;
  }
  const auto key = leaf.Key();
  // RS256 and nothing else: the algorithm must be pinned for the key, too.
  const bool is_signed = key.ok() && key->kind() == crypto::PublicKey::Kind::kRsa &&
                         key->VerifySha256(base::AsBytes(jws.signed_text), jws.signature);
  return checks.Holds("signature", is_signed, Reason::kSignatureInvalid, [&] {
    return is_signed ? "made by the key of the certificate"
                     : "not made by the key of the certificate, or that key is not RSA";
  });
}

bool CheckNonce(const Claims& claims, std::string_view nonce, Checks& checks) {
  const auto claimed = base::FromAnyBase64(claims.nonce);
  // Without an expected nonce an attestation without one would match.
  const bool matches =
      !nonce.empty() && claimed && crypto::EqualInConstantTime(*claimed, base::AsBytes(nonce));
  return checks.Holds("nonce", matches, Reason::kBindingMismatch, [&] {
    return fmt::format("the claim is {}, wanted is {}", claims.nonce,
                       base::ToBase64(base::AsBytes(nonce)));
  });
}

// Steps 9 and 10.
bool CheckApp(const Claims& claims, const SafetyNetPolicy& policy, Checks& checks) {
  const bool is_package =
      std::ranges::find(policy.packages, claims.package) != policy.packages.end();
  if (!checks.Holds("package", is_package, Reason::kAppMismatch, [&] {
        return fmt::format("the app is \"{}\", wanted is one of {}", claims.package,
                           fmt::join(policy.packages, ", "));
      })) {
    return false;
  }
  const bool is_signed_by_us =
      AreSigningDigests(claims.certificate_digests, policy.certificate_digests);
  return checks.Holds("signing certificate", is_signed_by_us, Reason::kAppMismatch, [&] {
    return fmt::format("the app is signed with [{}], the policy allows {} certificates",
                       fmt::join(claims.certificate_digests, ", "),
                       policy.certificate_digests.size());
  });
}

bool NamesHardware(std::string_view evaluation_type) {
  while (!evaluation_type.empty()) {
    const std::size_t comma = std::min(evaluation_type.find(','), evaluation_type.size());
    std::string_view name = evaluation_type.substr(0, comma);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (name == kHardwareBacked) return true;
    evaluation_type.remove_prefix(std::min(comma + 1, evaluation_type.size()));
  }
  return false;
}

// Steps 11 and 12.
bool CheckIntegrity(const Claims& claims, const SafetyNetPolicy& policy, Checks& checks) {
  const bool has_cts = !policy.requires_cts_profile || claims.cts_profile_match;
  if (!checks.Holds("ctsProfileMatch", has_cts, Reason::kVerdictInsufficient, [&] {
        return fmt::format("is {}, required: {}", claims.cts_profile_match,
                           policy.requires_cts_profile);
      })) {
    return false;
  }
  const bool has_basic = !policy.requires_basic_integrity || claims.basic_integrity;
  if (!checks.Holds("basicIntegrity", has_basic, Reason::kVerdictInsufficient, [&] {
        return fmt::format("is {}, required: {}", claims.basic_integrity,
                           policy.requires_basic_integrity);
      })) {
    return false;
  }
  const bool has_hardware =
      !policy.requires_hardware_backed || NamesHardware(claims.evaluation_type);
  return checks.Holds("evaluationType", has_hardware, Reason::kVerdictInsufficient, [&] {
    return fmt::format("is \"{}\", {} required: {}", claims.evaluation_type, kHardwareBacked,
                       policy.requires_hardware_backed);
  });
}

// Step 1. Nothing if the token cannot be read.
std::optional<CompactJws> ReadToken(std::string_view token, Checks& checks) {
  const bool fits = token.size() <= kTokenCharactersMax;
  if (!checks.Needs("size", fits, Reason::kMalformed,
                    [&] { return fmt::format("{} characters", token.size()); })) {
    return std::nullopt;
  }
  auto jws = ReadCompactJws(token);
  if (!checks.Needs("token", jws.ok(), Reason::kMalformed,
                    [&] { return jws.ok() ? "a JWS" : std::string(MessageOf(jws.status())); })) {
    return std::nullopt;
  }
  if (!checks.Needs("algorithm", jws->header.algorithm == "RS256", Reason::kMalformed,
                    [&] { return "alg is " + jws->header.algorithm + ", wanted is RS256"; })) {
    return std::nullopt;
  }
  if (!checks.Needs("x5c", jws->header.x5c.has_value(), Reason::kMalformed,
                    [&] { return jws->header.x5c ? "there" : "missing"; })) {
    return std::nullopt;
  }
  return *std::move(jws);
}

}  // namespace

void VerifySafetyNet(std::string_view token, std::string_view nonce, const SafetyNetPolicy& policy,
                     const crypto::ChainVerifier& anchors, base::UnixTime now, Checks& checks) {
  const auto jws = ReadToken(token, checks);
  if (!jws || !CheckSignature(*jws, anchors, now, checks)) return;
  const auto claims = ReadClaims(jws->payload);
  if (!checks.Needs("claims", claims.ok(), Reason::kMalformed, [&] {
        return claims.ok() ? "can be read" : std::string(MessageOf(claims.status()));
      })) {
    return;
  }
  // "error: present when the service failed; then integrity claims mean nothing".
  if (!checks.Holds("error", !claims->has_error, Reason::kVerdictInsufficient,
                    [&] { return claims->has_error ? "there is one" : "none"; })) {
    return;
  }
  const MadeAt made_at{std::chrono::milliseconds(*claims->timestamp_ms)};
  CheckNonce(*claims, nonce, checks) && CheckFreshness(made_at, now, policy.window, checks) &&
      CheckApp(*claims, policy, checks) && CheckIntegrity(*claims, policy, checks);
}

}  // namespace enks::attestation
