#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "publish/testing/memory_fixture.h"

// What an upload is answered when its app has devices attest themselves. How they do is the
// business of attestation/.
namespace enks::publish {
namespace {

using attestation::Admission;
using attestation::Reason;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// Admits or refuses as it is told, at once or when Answer() is called.
class ScriptedGate final : public attestation::Gate {
 public:
  bool Concerns(std::string_view app) const override { return app == concerned; }
  void Ask(attestation::Inquiry inquiry, Done done) override {
    asked.push_back(std::move(inquiry));
    if (answers_at_once) return done(admission);
    waiting = std::move(done);
  }

  std::string concerned = "com.example.app";
  Admission admission{.admitted = true};
  bool answers_at_once = true;
  std::vector<attestation::Inquiry> asked;
  Done waiting;
};

class EndpointAttestationTest : public EndpointTest {
 protected:
  void SetUp() override {
    gate_ = &scripted_;
    EndpointTest::SetUp();
  }
  Answer SendFor(Reason reason) {
    scripted_.admission = {.admitted = false, .reason = reason};
    return Send(Certified({YesterdaysKey(1)}));
  }

  ScriptedGate scripted_;
};

TEST_F(EndpointAttestationTest, AnAdmittedUploadIsStored) {
  EXPECT_EQ(Send(Certified({YesterdaysKey(1)})).status, 200);
  EXPECT_THAT(scripted_.asked, SizeIs(1));
  EXPECT_EQ(*store_.CountKeys(), 1);
}

TEST_F(EndpointAttestationTest, OtherAppsAreNotAskedAbout) {
  scripted_.concerned = "org.other";
  EXPECT_EQ(Send(Certified({YesterdaysKey(1)})).status, 200);
  EXPECT_THAT(scripted_.asked, IsEmpty());
}

TEST_F(EndpointAttestationTest, TheGateIsAskedOnlyWhenAllElseIsRight) {
  UploadText forged = Certified({YesterdaysKey(1)});
  forged.certificate = "forged";
  EXPECT_EQ(Send(forged).status, 401);
  exposure::SubmittedKey broken = YesterdaysKey(2);
  broken.key_base64 = "AA==";
  EXPECT_EQ(Send(Certified({broken})).status, 400);
  EXPECT_THAT(scripted_.asked, IsEmpty());
}

TEST_F(EndpointAttestationTest, TheGateIsToldWhatTheAttestationIsBoundTo) {
  UploadText upload = Certified({YesterdaysKey(1)});
  Send(upload);
  ASSERT_THAT(scripted_.asked, SizeIs(1));
  const attestation::Inquiry& inquiry = scripted_.asked[0];
  EXPECT_EQ(inquiry.app, "com.example.app");
  EXPECT_FALSE(inquiry.evidence.has_value());
  EXPECT_EQ(inquiry.upload.health_authority_id, upload.health_authority_id);
  EXPECT_EQ(inquiry.upload.app_package_name, "");
  EXPECT_EQ(inquiry.upload.verification_payload, upload.certificate);
  EXPECT_EQ(inquiry.upload.hmac_key, upload.hmac_key);
  ASSERT_THAT(inquiry.upload.keys, SizeIs(1));
  EXPECT_EQ(inquiry.upload.keys[0].key, upload.keys[0].key_base64);
  EXPECT_EQ(inquiry.upload.keys[0].rolling_start, upload.keys[0].rolling_start);
  EXPECT_EQ(inquiry.now, clock_.Now());
}

TEST_F(EndpointAttestationTest, EveryReasonHasTheSameAnswerButForAMissingOne) {
  const Answer invalid = SendFor(Reason::kMalformed);
  EXPECT_EQ(invalid.status, 401);
  EXPECT_EQ(invalid.body, R"({"error":"unable to validate device attestation",)"
                          R"("code":"device_attestation_invalid","padding":"P"})");
  for (const Reason reason : {Reason::kSchemeNotAllowed, Reason::kChainInvalid, Reason::kRevoked,
                              Reason::kSignatureInvalid, Reason::kBindingMismatch, Reason::kStale,
                              Reason::kFuture, Reason::kAppMismatch, Reason::kVerdictInsufficient,
                              Reason::kReplayed, Reason::kUpstreamRejected}) {
    const Answer answer = SendFor(reason);
    EXPECT_EQ(answer.status, invalid.status);
    EXPECT_EQ(answer.body, invalid.body);
  }
  const Answer missing = SendFor(Reason::kMissing);
  EXPECT_EQ(missing.status, 401);
  EXPECT_THAT(missing.body, HasSubstr(R"("code":"device_attestation_required")"));
  EXPECT_EQ(*store_.CountKeys(), 0);
}

TEST_F(EndpointAttestationTest, OurFaultsAreNotThePhones) {
  const Answer unavailable = SendFor(Reason::kUnavailable);
  EXPECT_EQ(unavailable.status, 503);
  EXPECT_THAT(unavailable.body, HasSubstr(R"("code":"device_attestation_unavailable")"));
  const Answer misconfigured = SendFor(Reason::kConfigError);
  EXPECT_EQ(misconfigured.status, 500);
  EXPECT_THAT(misconfigured.body, HasSubstr(R"("code":"internal_error")"));
  EXPECT_EQ(*store_.CountKeys(), 0);
}

TEST_F(EndpointAttestationTest, ARefusalThatIsToLookLikeASuccessDoes) {
  scripted_.admission = {
      .admitted = false, .reason = Reason::kReplayed, .looks_like_success = true};
  const Answer answer = Send(Certified({YesterdaysKey(1)}));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, Not(HasSubstr("error")));
  EXPECT_EQ(*store_.CountKeys(), 0);
}

TEST_F(EndpointAttestationTest, AnAnswerOfTheGateAfterTheEndpointIsGoneStillCounts) {
  scripted_.answers_at_once = false;
  std::optional<http::Response> answer;
  endpoint_->Handle(RequestOf(Certified({YesterdaysKey(1)}).Json()),
                    [&](http::Response response) { answer = std::move(response); });
  EXPECT_FALSE(answer.has_value());
  endpoint_.reset();
  scripted_.waiting({.admitted = true});
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(*store_.CountKeys(), 1);
}

}  // namespace
}  // namespace enks::publish
