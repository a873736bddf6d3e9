#include "attestation/key_attestation_chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/base64.h"
#include "base/time_text.h"

namespace enks::attestation {
namespace {

using crypto::Certificate;

constexpr std::size_t kChainCertificatesMin = 3;
// How many characters of base64 are looked at; line ends and padding are paid for by the margin.
constexpr std::size_t kCertificateCharactersMax = 2 * kChainCertificateBytesMax;
constexpr std::string_view kProvisioningExtension = "1.3.6.1.4.1.11129.2.1.30";
constexpr std::string_view kOrganization = "2.5.4.10";
constexpr std::string_view kSerialNumber = "2.5.4.5";
constexpr std::string_view kTitle = "2.5.4.12";

std::optional<std::vector<Certificate>> ReadChain(const std::vector<std::string>& texts) {
  if (texts.size() < kChainCertificatesMin || texts.size() > kChainCertificatesMax) {
    return std::nullopt;
  }
  std::vector<Certificate> chain;
  for (const std::string& text : texts) {
    if (text.size() > kCertificateCharactersMax) return std::nullopt;
    const auto der = base::FromAnyBase64(text);
    if (!der || der->size() > kChainCertificateBytesMax) return std::nullopt;
    auto certificate = Certificate::FromDer(*der);
    if (!certificate.ok()) return std::nullopt;
    chain.push_back(*std::move(certificate));
  }
  return chain;
}

// Nothing in a chain says outright how it was provisioned. A remote one has Google's extension in
// the attestation certificate; in a factory one the certificate below the root is named by a
// serialNumber. What is neither is held to the stricter rule.
Provisioning ProvisioningOf(const std::vector<Certificate>& chain) {
  const bool has_extension = std::ranges::any_of(chain, [](const Certificate& certificate) {
    return certificate.CountExtensions(kProvisioningExtension) != 0;
  });
  const Certificate& below_root = chain[chain.size() - 2];
  const bool is_numbered = !below_root.SubjectValues(kSerialNumber).empty();
  return !has_extension && is_numbered ? Provisioning::kFactory : Provisioning::kRemote;
}

bool IsAnchor(const Certificate& root, const std::vector<crypto::PublicKey>& anchors) {
  const auto key = root.Key();
  return key.ok() && std::ranges::any_of(anchors, [&](const crypto::PublicKey& anchor) {
           return anchor.Spki() == key->Spki();
         });
}

// What is wrong with chain[i] as issued by chain[i + 1] (RFC 5280 section 6.1); empty if nothing.
// The caller comes from the anchor, so that a key works only after it was vouched for.
std::string_view FaultOfLink(const std::vector<Certificate>& chain, std::size_t i) {
  const Certificate& issuer = chain[i + 1];
  if (!issuer.Key().ok()) return "has a key of a kind or size that is not taken";
  if (!issuer.MayIssue()) return "may not issue certificates";
  // Of the i certificates below chain[i], all but the leaf are CAs.
  if (const auto length = issuer.PathLengthMax(); length && i > *length) {
    return "may not have that many certificates below it";
  }
  if (issuer.HasUnknownCriticalExtension()) return "has an unknown critical extension";
  if (!chain[i].NamesIssuer(issuer)) return "is not the issuer that the next one names";
  if (!chain[i].IsSignedBy(issuer)) return "has not signed the next one";
  return {};
}

bool CheckLinks(const std::vector<Certificate>& chain, Checks& checks) {
  std::string fault;
  for (std::size_t i = chain.size() - 1; i > 0 && fault.empty(); --i) {
    const std::string_view found = FaultOfLink(chain, i - 1);
    if (!found.empty()) fault = fmt::format("certificate {} of {} {}", i + 1, chain.size(), found);
  }
  if (fault.empty() && chain.front().HasUnknownCriticalExtension()) {
    fault = "the leaf has an unknown critical extension";
  }
  return checks.Holds("links of the chain", fault.empty(), Reason::kChainInvalid, [&] {
    return fault.empty() ? fmt::format("{} certificates", chain.size()) : fault;
  });
}

// The leaf's own dates are the phone's and mean nothing.
bool CheckValidity(const std::vector<Certificate>& chain, base::UnixTime now, Checks& checks) {
  const Provisioning provisioning = ProvisioningOf(chain);
  const auto bad = std::find_if(chain.begin() + 1, chain.end(), [&](const Certificate& each) {
    const bool has_expired = provisioning == Provisioning::kRemote && now > each.NotAfter();
    return now < each.NotBefore() || has_expired;
  });
  return checks.Holds("validity", bad == chain.end(), Reason::kChainInvalid, [&] {
    const std::string_view kind =
        provisioning == Provisioning::kFactory ? "factory (may have expired)" : "remote";
    if (bad == chain.end()) return fmt::format("{}: every certificate is valid", kind);
    return fmt::format("{}: certificate {} is valid from {} to {}", kind, bad - chain.begin() + 1,
                       base::FormatTime(bad->NotBefore()), base::FormatTime(bad->NotAfter()));
  });
}

}  // namespace

std::optional<std::vector<Certificate>> ReadKeyAttestationChain(const Evidence& evidence,
                                                                Checks& checks) {
  auto chain = ReadChain(evidence.chain);
  checks.Needs("certificates", chain.has_value(), Reason::kMalformed, [&] {
    return fmt::format("{} sent, wanted {} to {} in base64 of at most {} bytes each",
                       evidence.chain.size(), kChainCertificatesMin, kChainCertificatesMax,
                       kChainCertificateBytesMax);
  });
  return chain;
}

bool CheckKeyAttestationChain(const std::vector<Certificate>& chain,
                              const std::vector<crypto::PublicKey>& anchors, base::UnixTime now,
                              Checks& checks) {
  const Certificate& root = chain.back();
  return checks.Holds("root", root.IsSelfIssued(), Reason::kChainInvalid,
                      [&] { return fmt::format("{}, wanted one of itself", root.Subject()); }) &&
         // Nothing below works with a key that nobody vouches for.
         checks.Needs("anchor", IsAnchor(root, anchors), Reason::kChainInvalid,
                      [&] { return fmt::format("the key of {}", root.Subject()); }) &&
         checks.Holds("root's signature", root.IsSignedBy(root), Reason::kChainInvalid,
                      [] { return "wanted its own"; }) &&
         CheckLinks(chain, checks) && CheckValidity(chain, now, checks);
}

bool CheckDescribedOnce(const std::vector<Certificate>& chain, Checks& checks) {
  const auto describes = [](const Certificate& certificate) {
    return certificate.CountExtensions(kKeyDescriptionExtension) != 0;
  };
  const auto count = std::ranges::count_if(chain, describes);
  return checks.Needs(
      "described key", count == 1 && chain.front().CountExtensions(kKeyDescriptionExtension) == 1,
      Reason::kChainInvalid, [&] {
        return fmt::format("{} certificates describe a key, wanted the leaf and no other", count);
      });
}

bool IsStrongBoxChain(const std::vector<Certificate>& chain) {
  return std::any_of(chain.begin() + 1, chain.end() - 1, [](const Certificate& certificate) {
    const auto says = [&](std::string_view attribute) {
      const auto values = certificate.SubjectValues(attribute);
      return std::ranges::find(values, "StrongBox") != values.end();
    };
    return says(kOrganization) || says(kTitle);
  });
}

}  // namespace enks::attestation
