#include "attestation/app_attest.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "attestation/app_attest_object.h"
#include "attestation/app_attest_receipt.h"
#include "base/base64.h"
#include "crypto/digest.h"

namespace enks::attestation {
namespace {

using base::Bytes;
using base::ByteView;

constexpr AppAttestEnvironment kProduction = {'a', 'p', 'p', 'a', 't', 't', 'e', 's', 't'};
constexpr AppAttestEnvironment kDevelopment = {'a', 'p', 'p', 'a', 't', 't', 'e', 's',
                                               't', 'd', 'e', 'v', 'e', 'l', 'o', 'p'};

// One attestation on its way through the procedure. Each step says whether to go on.
class Verification {
 public:
  Verification(const Evidence& evidence, ByteView client_data_hash, const AppAttestPolicy& policy,
               const AppAttestAnchors& anchors, base::UnixTime now, Checks& checks)
      : evidence_(evidence),
        client_data_hash_(client_data_hash),
        policy_(policy),
        anchors_(anchors),
        now_(now),
        checks_(checks) {}

  std::optional<AppAttestKey> Run() {
    const bool is_through = ReadObject() && ReadLeaf() && CheckChain() && CheckNonce() &&
                            CheckKeyId() && CheckApp() && CheckCounter() && CheckEnvironment() &&
                            CheckCredential() && CheckReceipt();
    if (!is_through || checks_.reason() != Reason::kNone) return std::nullopt;
    return AppAttestKey{*std::move(key_), app_id_};
  }

 private:
  bool ReadObject();
  bool ReadLeaf();
  bool CheckChain();
  bool CheckNonce();
  bool CheckKeyId();
  bool CheckApp();
  bool CheckCounter();
  bool CheckEnvironment();
  bool CheckCredential();
  bool CheckReceipt();

  const crypto::Certificate& Leaf() const { return object_.chain.front(); }

  const Evidence& evidence_;
  const ByteView client_data_hash_;
  const AppAttestPolicy& policy_;
  const AppAttestAnchors& anchors_;
  const base::UnixTime now_;
  Checks& checks_;

  AppAttestObject object_;
  Bytes key_id_;
  std::optional<crypto::PublicKey> key_;  // of the leaf
  crypto::Sha256Digest nonce_{};          // in the leaf
  std::string app_id_;                    // the one of the policy that fits
};

Result<AppAttestObject> ReadToken(std::string_view token) {
  if (token.size() > kTokenCharactersMax) return absl::InvalidArgumentError("too long");
  const auto bytes = base::FromAnyBase64(token);
  if (!bytes) return absl::InvalidArgumentError("not base64");
  return ReadAppAttestObject(*bytes);
}

bool Verification::ReadObject() {
  auto object = ReadToken(evidence_.token);
  if (!checks_.Needs("attestation object", object.ok(), Reason::kMalformed, [&] {
        return object.ok() ? fmt::format("{} certificates and {} bytes of authenticator data",
                                         object->chain.size(), object->authenticator_data.size())
                           : std::string(MessageOf(object.status()));
      })) {
    return false;
  }
  object_ = *std::move(object);
  const auto key_id = evidence_.key_id.size() > kTokenCharactersMax
                          ? std::nullopt
                          : base::FromAnyBase64(evidence_.key_id);
  if (!checks_.Needs("key id's form", key_id && key_id->size() == object_.credential_id.size(),
                     Reason::kMalformed, [] { return "wanted base64 of 32 bytes"; })) {
    return false;
  }
  key_id_ = *key_id;
  return true;
}

bool Verification::ReadLeaf() {
  auto key = Leaf().Key();
  const auto nonce = NonceOf(Leaf());
  const bool is_p256 = key.ok() && key->kind() == crypto::PublicKey::Kind::kEcP256;
  if (!checks_.Needs("leaf's form", is_p256 && nonce.ok(), Reason::kMalformed, [&] {
        return nonce.ok() ? fmt::format("a P-256 key: {}", is_p256)
                          : std::string(MessageOf(nonce.status()));
      })) {
    return false;
  }
  key_ = *std::move(key);
  nonce_ = *nonce;
  return true;
}

bool Verification::CheckChain() {
  const std::vector<crypto::Certificate> others(object_.chain.begin() + 1, object_.chain.end());
  const Status chain = anchors_.attestation.Verify(Leaf(), others, now_);
  return checks_.Holds("certificate chain", chain.ok(), Reason::kChainInvalid, [&] {
    return chain.ok() ? "leads to an anchor of App Attest" : std::string(MessageOf(chain));
  });
}

// "nonce = SHA-256(authData || clientDataHash)".
bool Verification::CheckNonce() {
  crypto::Sha256Stream stream;
  stream.Update(object_.authenticator_data);
  stream.Update(client_data_hash_);
  const crypto::Sha256Digest wanted = stream.Finish();
  return checks_.Holds(
      "nonce", crypto::EqualInConstantTime(nonce_, wanted), Reason::kBindingMismatch, [&] {
        return fmt::format("{} in the leaf, wanted {}", base::ToHex(nonce_), base::ToHex(wanted));
      });
}

bool Verification::CheckKeyId() {
  const crypto::Sha256Digest wanted = crypto::Sha256(key_->Point());
  return checks_.Holds("key id", crypto::EqualInConstantTime(key_id_, wanted),
                       Reason::kBindingMismatch, [&] {
                         return fmt::format("{} was sent, the leaf's key has {}",
                                            base::ToHex(key_id_), base::ToHex(wanted));
                       });
}

bool Verification::CheckApp() {
  const auto app = std::ranges::find_if(policy_.app_ids, [&](const std::string& app_id) {
    return crypto::Sha256(base::AsBytes(app_id)) == object_.head.app_id_hash;
  });
  const bool is_known = app != policy_.app_ids.end();
  if (is_known) app_id_ = *app;
  return checks_.Holds("app", is_known, Reason::kAppMismatch, [&] {
    return is_known ? app_id_
                    : fmt::format("an App ID with SHA-256 {}, which the policy does not name",
                                  base::ToHex(object_.head.app_id_hash));
  });
}

// A key that has signed before its attestation was made is no fresh one.
bool Verification::CheckCounter() {
  return checks_.Holds("flags", (object_.head.flags & kAttestedDataFlag) != 0, Reason::kMalformed,
                       [&] { return fmt::format("{:#04x}, wanted 0x40", object_.head.flags); }) &&
         checks_.Holds("counter", object_.head.counter == 0, Reason::kReplayed,
                       [&] { return fmt::format("{}, wanted 0", object_.head.counter); });
}

bool Verification::CheckEnvironment() {
  const bool is_production = object_.environment == kProduction;
  const bool is_development = object_.environment == kDevelopment;
  return checks_.Holds("environment",
                       is_production || (is_development && policy_.allow_development),
                       Reason::kAppMismatch, [&] {
                         if (is_production) return "production";
                         return is_development ? "development" : "neither of the two known ones";
                       });
}

bool Verification::CheckCredential() {
  return checks_.Holds("credential id", crypto::EqualInConstantTime(object_.credential_id, key_id_),
                       Reason::kBindingMismatch,
                       [&] {
                         return fmt::format("{} in the authenticator data",
                                            base::ToHex(object_.credential_id));
                       }) &&
         checks_.Holds("credential key", object_.point == key_->Point(), Reason::kBindingMismatch,
                       [] { return "the COSE key should be the leaf's"; });
}

bool Verification::CheckReceipt() {
  if (!policy_.require_receipt) return true;
  return CheckAppAttestReceipt(object_.receipt, {app_id_, *key_, client_data_hash_},
                               anchors_.receipt, now_, policy_.window, checks_);
}

}  // namespace

std::optional<AppAttestKey> VerifyAppAttest(const Evidence& evidence, ByteView client_data_hash,
                                            const AppAttestPolicy& policy,
                                            const AppAttestAnchors& anchors, base::UnixTime now,
                                            Checks& checks) {
  return Verification(evidence, client_data_hash, policy, anchors, now, checks).Run();
}

}  // namespace enks::attestation
