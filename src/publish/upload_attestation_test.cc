#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/upload_request.h"

// `deviceAttestation` of v1, and the two members of v1alpha1 that stand for it.
namespace enks::publish {
namespace {

using attestation::Scheme;
using testing::ElementsAre;

std::variant<UploadRequest, json::BodyFault> ReadBody(std::string_view bytes, Api api) {
  return ReadUploadRequest({"application/json", bytes, false}, api);
}

std::optional<attestation::Evidence> EvidenceIn(std::string_view bytes, Api api = Api::kV1) {
  auto read = ReadBody(bytes, api);
  const auto* upload = std::get_if<UploadRequest>(&read);
  EXPECT_NE(upload, nullptr) << std::get<json::BodyFault>(read).detail;
  return upload == nullptr ? std::nullopt : upload->attestation;
}

std::string FaultOf(std::string_view bytes, Api api = Api::kV1) {
  const auto read = ReadBody(bytes, api);
  const auto* fault = std::get_if<json::BodyFault>(&read);
  return fault == nullptr ? "none" : fault->detail;
}

TEST(UploadAttestation, ReadsEveryMember) {
  const auto evidence = EvidenceIn(
      R"({"deviceAttestation":{"scheme":"app-attest","token":"t","keyId":"k","assertion":"a",)"
      R"("chain":["c1","c2"],"signature":"s","challenge":"ch"}})");
  ASSERT_TRUE(evidence.has_value());
  EXPECT_EQ(evidence->scheme, Scheme::kAppAttest);
  EXPECT_EQ(evidence->token, "t");
  EXPECT_EQ(evidence->key_id, "k");
  EXPECT_EQ(evidence->assertion, "a");
  EXPECT_THAT(evidence->chain, ElementsAre("c1", "c2"));
  EXPECT_EQ(evidence->signature, "s");
  EXPECT_EQ(evidence->challenge, "ch");
}

TEST(UploadAttestation, IsNothingWhenItIsMissingOrNull) {
  EXPECT_FALSE(EvidenceIn("{}").has_value());
  EXPECT_FALSE(EvidenceIn(R"({"deviceAttestation":null})").has_value());
}

TEST(UploadAttestation, KnowsTheFiveSchemesByTheirExactIds) {
  for (const std::string_view id :
       {"safetynet", "play-integrity", "devicecheck", "app-attest", "android-key-attestation"}) {
    const std::string body = R"({"deviceAttestation":{"scheme":")" + std::string(id) + R"("}})";
    const auto evidence = EvidenceIn(body);
    ASSERT_TRUE(evidence.has_value());
    EXPECT_EQ(attestation::SchemeId(evidence->scheme), id);
  }
}

TEST(UploadAttestation, AnUnknownSchemeOrTypeOrMemberIsTheClientsFault) {
  EXPECT_NE(FaultOf(R"({"deviceAttestation":{"scheme":"SafetyNet"}})"), "none");
  EXPECT_NE(FaultOf(R"({"deviceAttestation":{}})"), "none");
  EXPECT_NE(FaultOf(R"({"deviceAttestation":"safetynet"})"), "none");
  EXPECT_NE(FaultOf(R"({"deviceAttestation":{"scheme":"safetynet","token":7}})"), "none");
  EXPECT_NE(FaultOf(R"({"deviceAttestation":{"scheme":"safetynet","verdict":"good"}})"), "none");
}

TEST(UploadAttestation, OfV1Alpha1IsTheMembersOfTheReference) {
  const auto evidence_of = [](const std::string& platform, const std::string& payload) {
    return EvidenceIn(
        R"({"platform":")" + platform + R"(","deviceVerificationPayload":")" + payload + R"("})",
        Api::kV1Alpha1);
  };
  EXPECT_EQ(evidence_of("android", "a.b.c")->scheme, Scheme::kSafetyNet);
  EXPECT_EQ(evidence_of("Android", "a.b.c.d.e")->scheme, Scheme::kPlayIntegrity);
  EXPECT_EQ(evidence_of("iOS", "dG9rZW4=")->scheme, Scheme::kDeviceCheck);
  EXPECT_EQ(evidence_of("ios", "dG9rZW4=")->token, "dG9rZW4=");
  EXPECT_FALSE(evidence_of("ios", "").has_value());
  EXPECT_FALSE(evidence_of("", "a.b.c").has_value());
  EXPECT_NE(FaultOf(R"({"deviceAttestation":{"scheme":"safetynet"}})", Api::kV1Alpha1), "none");
}

}  // namespace
}  // namespace enks::publish
