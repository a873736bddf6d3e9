#include "phone/one_phone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone/test_server.h"

namespace enks::phone {
namespace {

using absl::StatusCode;
using testing::SizeIs;

TEST(OnePhone, UploadsItsDaysAndSaysWhatOthersWouldHaveHeard) {
  TestServer server([](const http::Request&) {
    return AnswerWith(200, R"({"insertedExposures":14,"revisionToken":"abc"})");
  });
  const auto client = http::Client::Create({});
  base::SeededRandom random(1);
  Uploader uploader(*client, server.Url("/v1/publish"), {}, random, [](std::chrono::seconds) {});
  const HealthAuthority authority({}, crypto::EcdsaPrivateKey::Generate());
  const UnixTime noon(std::chrono::seconds(1606824000));

  OneUpload options{.app_name = "app", .disclosure = {}};
  const auto result = UploadAsOnePhone(options, authority, uploader, noon, random);
  EXPECT_EQ(result.receipt.outcome, UploadOutcome::kAccepted);
  EXPECT_THAT(result.keys, SizeIs(14));
  ASSERT_THAT(result.heard, SizeIs(14));
  for (std::size_t i = 0; i < result.heard.size(); ++i) {
    EXPECT_TRUE(result.keys[i].Covers(result.heard[i].at));
    EXPECT_EQ(result.heard[i].beacon.identifier,
              IdentifierAt(DeriveKeys(result.keys[i].key), result.heard[i].at));
  }
  options.todays_key = TodaysKey::kTruncate;
  EXPECT_THAT(UploadAsOnePhone(options, authority, uploader, noon, random).keys, SizeIs(15));
}

TEST(Sightings, RefuseLinesThatAreNone) {
  const std::string good = std::string(32, 'a') + " " + std::string(8, 'b') + " 5";
  EXPECT_THAT(*ParseSightings(good + "\n\n" + good), SizeIs(2));
  for (const std::string& bad :
       {good + " 6", std::string(31, 'a') + " " + std::string(8, 'b') + " 5", std::string("x"),
        std::string(32, 'a') + " " + std::string(10, 'b') + " 5",
        std::string(32, 'a') + " " + std::string(8, 'b') + " 99999999999"}) {
    EXPECT_EQ(ParseSightings(bad).status().code(), StatusCode::kInvalidArgument) << bad;
  }
}

}  // namespace
}  // namespace enks::phone
