// v1alpha1 at `/`: spec/publish.md section 11.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/testing/memory_fixture.h"

namespace enks::publish {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class EndpointV1Alpha1Test : public EndpointTest {
 protected:
  void SetUp() override {
    EndpointTest::SetUp();
    endpoint_ = MakePublishEndpoint(
        options_, {*directory_, store_, tokens_, clock_, random_, log_, metrics_, gate_, {}},
        Api::kV1Alpha1);
  }

  // An upload of one certified key for these regions, as JSON text.
  Answer Upload(const std::string& regions) {
    const UploadText upload = Certified({YesterdaysKey(1)});
    return Send(RequestOf(fmt::format(
        R"({{"temporaryExposureKeys":[{{"key":"{}","rollingStartNumber":{},"rollingPeriod":{}}}],)"
        R"("appPackageName":"com.example.app","verificationPayload":"{}","hmackey":"{}",)"
        R"("regions":{}}})",
        upload.keys[0].key_base64, upload.keys[0].rolling_start, upload.keys[0].rolling_period,
        upload.certificate, upload.hmac_key, regions)));
  }
};

TEST_F(EndpointV1Alpha1Test, WithoutRegionsAKeyGetsThoseOfItsApp) {
  const Answer answer = Upload("[]");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"revisionToken":"T","insertedExposures":1,"error":"","padding":"P"})");
  EXPECT_THAT(store_.last_upload().origin.regions, ElementsAre("US", "US-WA"));
  EXPECT_FALSE(store_.last_upload().origin.traveler);
}

TEST_F(EndpointV1Alpha1Test, RegionsOfTheRequestTakeTheirPlace) {
  EXPECT_EQ(Upload(R"(["us-wa"])").status, 200);
  EXPECT_THAT(store_.last_upload().origin.regions, ElementsAre("US-WA"));
  EXPECT_FALSE(store_.last_upload().origin.traveler);
}

TEST_F(EndpointV1Alpha1Test, SeveralRegionsMakeATraveler) {
  EXPECT_EQ(Upload(R"(["US-WA","US"])").status, 200);
  EXPECT_THAT(store_.last_upload().origin.regions, ElementsAre("US", "US-WA"));
  EXPECT_TRUE(store_.last_upload().origin.traveler);
}

TEST_F(EndpointV1Alpha1Test, ARegionThatIsNotTheAppsIsUnauthorizedWithoutACode) {
  for (const char* regions : {R"(["US","CA"])", R"([""])"}) {
    const Answer answer = Upload(regions);
    EXPECT_EQ(answer.status, 401);
    EXPECT_THAT(answer.body, HasSubstr("com.example.app"));
    EXPECT_THAT(answer.body, testing::Not(HasSubstr("code")));
  }
  EXPECT_EQ(*store_.CountKeys(), 0);
}

}  // namespace
}  // namespace enks::publish
