#pragma once

#include <memory>
#include <string>

#include "attestation/access_tokens.h"
#include "attestation/issuing/fake_google.h"
#include "attestation/play_decoder.h"
#include "base/check.h"
#include "base/virtual_clock.h"
#include "crypto/rsa.h"
#include "json/writer.h"

namespace enks::attestation::testing {

inline constexpr const char* kAccountEmail = "enks@project.iam.gserviceaccount.example";
inline constexpr const char* kPackage = "org.example.health";

// The file of a service account.
inline std::string AccountJson(const std::string& private_key, const std::string& token_uri) {
  json::Writer writer;
  writer.BeginObject().Name("type").Text("service_account");
  writer.Name("client_email").Text(kAccountEmail).Name("private_key").Text(private_key);
  writer.Name("token_uri").Text(token_uri).EndObject();
  return std::move(writer).Take();
}

// A fake Google and what asks it, with a clock that stands still.
struct GoogleWorld {
  explicit GoogleWorld(std::chrono::milliseconds timeout = std::chrono::milliseconds(5000))
      : google({kAccountEmail, kPackage, Key().PublicKey()}, clock),
        decoding(Make("google", google.Url(), timeout)),
        endpoint(Make("google-oauth", google.TokenUri(), timeout)),
        tokens(MakeTokens(Key().ToPem())),
        decoder(PlayDecoder::Create("app", tokens, *decoding, alarms)) {}

  // Made once: it takes a while.
  static const crypto::RsaPrivateKey& Key() {
    static const crypto::RsaPrivateKey key = crypto::RsaPrivateKey::Generate();
    return key;
  }
  std::unique_ptr<Upstream> Make(const std::string& name, const std::string& url,
                                 std::chrono::milliseconds timeout) {
    auto upstream = Upstream::Create({.name = name,
                                      .base_url = url,
                                      .timeout = timeout,
                                      .calls_max = 8,
                                      .circuit = {.failures = 1000}},
                                     clock, metrics);
    ENKS_CHECK(upstream.ok());
    return *std::move(upstream);
  }
  std::shared_ptr<AccessTokens> MakeTokens(const std::string& private_key) {
    auto account = secrets::ServiceAccount::FromJson(AccountJson(private_key, google.TokenUri()));
    ENKS_CHECK(account.ok());
    return AccessTokens::Create("app", std::string(kPlayIntegrityScope), *std::move(account),
                                *endpoint, alarms, clock);
  }

  base::VirtualClock clock{base::UnixTime(std::chrono::seconds(1'606'000'000))};
  base::MemoryLog log;
  metrics::Metrics metrics;
  Alarms alarms{log, metrics, clock};
  issuing::FakeGoogle google;
  std::unique_ptr<Upstream> decoding;
  std::unique_ptr<Upstream> endpoint;  // goes first, since its answers make it ask the other
  std::shared_ptr<AccessTokens> tokens;
  std::unique_ptr<PlayDecoder> decoder;
};

}  // namespace enks::attestation::testing
