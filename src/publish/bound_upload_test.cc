#include "publish/bound_upload.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "attestation/scheme.h"

// Section 16 of spec/device-attestation.md, "Binding", from the bytes of a request on.
namespace enks::publish {
namespace {

constexpr std::string_view kBody =
    R"({"temporaryExposureKeys":[)"
    R"({"key":"ISIjJCUmJygpKissLS4vMA==","rollingStartNumber":2649312,"rollingPeriod":144,)"
    R"("transmissionRisk":2},)"
    R"({"key":"AQIDBAUGBwgJCgsMDQ4PEA==","rollingStartNumber":2649168,"rollingPeriod":144}],)"
    R"("healthAuthorityID":"com.example.health","verificationPayload":"jwt","hmacKey":"AAECAw==",)"
    R"("symptomOnsetInterval":2649024,"traveler":false,"revisionToken":"dG9rZW4=",)"
    R"("deviceAttestation":{"scheme":"app-attest","token":"t","keyId":"k","challenge":"Y2hhbA=="},)"
    R"("padding":"p"})";
constexpr std::string_view kOlderBody =
    R"({"temporaryExposureKeys":[{"key":"ISIjJCUmJygpKissLS4vMA==","rollingStartNumber":2649312,)"
    R"("rollingPeriod":144,"transmissionRisk":2}],"regions":["US","CA"],"appPackageName":"app",)"
    R"("verificationPayload":"jwt","hmackey":"AAECAw==","symptomOnsetInterval":2649024,)"
    R"("revisionToken":"dG9rZW4=","padding":"p","platform":"ios","deviceVerificationPayload":"t"})";

crypto::Sha256Digest BindingOf(std::string_view body, Api api = Api::kV1) {
  const auto read = ReadUploadRequest({"application/json", body, false}, api);
  EXPECT_TRUE(std::holds_alternative<UploadRequest>(read)) << body;
  const auto binding = attestation::BindingOf(attestation::Scheme::kAppAttest,
                                              BoundUploadOf(std::get<UploadRequest>(read)));
  EXPECT_TRUE(binding.has_value()) << body;
  return binding.value_or(crypto::Sha256Digest());
}

std::string Changed(std::string_view body, std::string_view from, std::string_view to) {
  std::string changed(body);
  const std::size_t at = changed.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return changed.replace(at, from.size(), to);
}

TEST(BoundUpload, AChangeOfAnyMemberIsAnotherBinding) {
  const std::vector<std::pair<const char*, const char*>> changes = {
      {"ISIj", "ISIk"},
      {"2649312", "2649456"},
      {R"("rollingPeriod":144)", R"("rollingPeriod":143)"},
      {R"("transmissionRisk":2)", R"("transmissionRisk":3)"},
      {R"("rollingPeriod":144}])", R"("rollingPeriod":144,"transmissionRisk":1}])"},
      {"com.example.health", "com.example.Health"},
      {R"("verificationPayload":"jwt")", R"("verificationPayload":"jwu")"},
      {R"("hmacKey":"AAECAw==")", R"("hmacKey":"AAECBA==")"},
      {"2649024", "2649025"},
      {R"("traveler":false)", R"("traveler":true)"},
      {"dG9rZW4=", "dG9rZW8="},
      {"Y2hhbA==", "Y2hhbQ=="},
  };
  for (const auto& [from, to] : changes) {
    EXPECT_NE(BindingOf(Changed(kBody, from, to)), BindingOf(kBody)) << from;
  }
}

TEST(BoundUpload, AChangeOfAnyMemberOfTheOlderApiIsAnotherBinding) {
  const std::vector<std::pair<const char*, const char*>> changes = {
      {"ISIj", "ISIk"},
      {"2649312", "2649456"},
      {R"("US","CA")", R"("US","MX")"},
      {R"("appPackageName":"app")", R"("appPackageName":"App")"},
      {R"("verificationPayload":"jwt")", R"("verificationPayload":"jwu")"},
      {R"("hmackey":"AAECAw==")", R"("hmackey":"AAECBA==")"},
      {"2649024", "2649025"},
      {"dG9rZW4=", "dG9rZW8="},
  };
  for (const auto& [from, to] : changes) {
    EXPECT_NE(BindingOf(Changed(kOlderBody, from, to), Api::kV1Alpha1),
              BindingOf(kOlderBody, Api::kV1Alpha1))
        << from;
  }
}

TEST(BoundUpload, PaddingOrderAndTheAttestationItselfAreNoPartOfIt) {
  const std::vector<std::pair<const char*, const char*>> changes = {
      {R"("padding":"p")", R"("padding":"another, and longer")"},
      {R"(,"padding":"p")", ""},
      {R"("token":"t","keyId":"k")", R"("keyId":"l","token":"u")"},
      {R"("rollingStartNumber":2649312,"rollingPeriod":144)",
       R"("rollingPeriod":144,"rollingStartNumber":2649312)"},
      {R"("symptomOnsetInterval":2649024,"traveler":false)",
       R"("traveler":false,"symptomOnsetInterval":2649024)"},
      {R"("traveler":false,)", ""},
      {R"("traveler":false)", R"("traveler":null)"},
      {R"("rollingPeriod":144}])", R"("rollingPeriod":144,"transmissionRisk":0}])"},
      {"ISIjJCUmJygpKissLS4vMA==", "ISIjJCUmJygpKissLS4vMA"},
      {R"("jwt")", R"("\u006awt")"},
  };
  for (const auto& [from, to] : changes) {
    EXPECT_EQ(BindingOf(Changed(kBody, from, to)), BindingOf(kBody)) << from;
  }
  EXPECT_EQ(BindingOf(Changed(kOlderBody, R"("US","CA")", R"("ca","us")"), Api::kV1Alpha1),
            BindingOf(kOlderBody, Api::kV1Alpha1));
}

TEST(BoundUpload, TheOrderOfKeysIsNoPartOfIt) {
  constexpr std::string_view kFirst =
      R"({"key":"ISIjJCUmJygpKissLS4vMA==","rollingStartNumber":2649312,"rollingPeriod":144,)"
      R"("transmissionRisk":2})";
  constexpr std::string_view kSecond =
      R"({"key":"AQIDBAUGBwgJCgsMDQ4PEA==","rollingStartNumber":2649168,"rollingPeriod":144})";
  const std::string as_sent = std::string(kFirst) + "," + std::string(kSecond);
  const std::string turned = std::string(kSecond) + "," + std::string(kFirst);
  EXPECT_EQ(BindingOf(Changed(kBody, as_sent, turned)), BindingOf(kBody));
}

}  // namespace
}  // namespace enks::publish
