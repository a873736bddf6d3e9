#include "authority/fuzzing.h"

#include "authority/certificate.h"
#include "base/check.h"

namespace enks::authority {
namespace {

constexpr std::int64_t kAuthorityId = 1;
constexpr base::UnixTime kNow{std::chrono::seconds(1'600'000'000)};

store::AuthorizedApp App() {
  store::AuthorizedApp app;
  app.name = "app.example";
  app.health_authority_ids = {kAuthorityId};
  return app;
}

DirectorySnapshot OneIssuer() {
  store::HealthAuthorityKey key;
  key.version = "v1";
  key.public_key_pem = crypto::EcdsaPrivateKey::Generate().PublicKey().ToPem();
  store::HealthAuthority authority;
  authority.id = kAuthorityId;
  authority.issuer = "iss.example";
  authority.audience = "aud.example";
  authority.keys = {key};
  return DirectorySnapshot({App()}, {authority});
}

}  // namespace

void FuzzCertificate(std::string_view bytes) {
  static const DirectorySnapshot directory = OneIssuer();
  static const store::AuthorizedApp app = App();
  const CertificateVerifier verifier(CertificateRules{});
  const CertificateVerdict verdict = verifier.Verify(bytes, "", {}, app, directory, kNow);
  ENKS_CHECK(!verdict.certificate && !verdict.reason.empty() && !verdict.reached_hmac);
}

}  // namespace enks::authority
