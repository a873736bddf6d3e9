// The endpoint over a real store: what phones send is what exports will read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "publish/testing/endpoint_fixture.h"
#include "store/open.h"
#include "store/testing/scratch_database.h"

namespace enks::publish {
namespace {

using exposure::KeyData;
using exposure::ReportType;
using exposure::SubmittedKey;
using testing::ElementsAre;
using testing::HasSubstr;

class EndpointStoreTest : public EndpointFixture {
 protected:
  void SetUp() override {
    auto opened = store::OpenStore(database_.location(), {}, clock_, log_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    const auto id = store_->AddHealthAuthority(issuer_.Authority());
    ASSERT_TRUE(id.ok()) << id.status();
    ASSERT_TRUE(store_->SaveHealthAuthorityKey(*id, issuer_.Key()).ok());
    for (const bool bypass : {false, true}) {
      store::AuthorizedApp app = App(bypass ? "com.example.trusted" : "com.example.app");
      app.health_authority_ids = {*id};
      app.bypass_revision_token = bypass;
      ASSERT_TRUE(store_->AddAuthorizedApp(app).ok());
    }
    Start(*store_);
  }

  // Sends, and waits for the store's thread to answer.
  Answer SendAndWait(const UploadText& upload) {
    std::promise<http::Response> promise;
    endpoint_->Handle(RequestOf(upload.Json()),
                      [&](http::Response response) { promise.set_value(std::move(response)); });
    return WithoutPadding(promise.get_future().get());
  }

  store::KeyHistory Explained(std::uint8_t number) {
    const auto history = store_->Explain(*KeyData::From(base::Bytes(16, number)));
    EXPECT_TRUE(history.ok()) << history.status();
    return history.value_or(store::KeyHistory{});
  }

  store::testing::ScratchDatabase database_{store::StoreLocation::Engine::kSqlite};
  std::unique_ptr<store::Store> store_;
};

TEST_F(EndpointStoreTest, StoresWhatWasSentWithAllThatIsDerivedFromIt) {
  UploadText upload = Certified({YesterdaysKey(1), YesterdaysKey(2)}, ReportType::kLikely);
  upload.symptom_onset = kToday - 2 * 144;
  upload.traveler = true;
  EXPECT_EQ(SendAndWait(upload).body,
            R"({"revisionToken":"T","insertedExposures":2,"padding":"P"})");

  const store::KeyHistory history = Explained(1);
  EXPECT_EQ(history.rolling_start.number, YesterdaysKey(1).rolling_start);
  EXPECT_EQ(history.rolling_period, 6);
  EXPECT_EQ(history.transmission_risk, 4);
  EXPECT_EQ(history.report_type, ReportType::kLikely);
  EXPECT_EQ(history.days_since_onset, 1);
  EXPECT_EQ(history.release_at, exposure::TruncateTo(kNow, std::chrono::hours(1)));
  EXPECT_EQ(history.origin.app, "com.example.app");
  EXPECT_THAT(history.origin.regions, ElementsAre("US", "US-WA"));
  EXPECT_TRUE(history.origin.traveler);
  EXPECT_EQ(history.origin.certificate_key_version, "v1");
  EXPECT_FALSE(history.revision);
}

TEST_F(EndpointStoreTest, HoldsKeysInUseBackUntilTheyEnded) {
  SubmittedKey key = YesterdaysKey(1);
  key.rolling_start = kToday;
  key.rolling_period = 144;
  EXPECT_EQ(SendAndWait(Certified({key})).status, 200);
  EXPECT_EQ(Explained(1).release_at, exposure::StartOf({kToday + 144}) + std::chrono::hours(1));
}

TEST_F(EndpointStoreTest, RefusesStoredKeysWithoutATokenAndStoresNothingOfThatUpload) {
  EXPECT_EQ(SendAndWait(Certified({YesterdaysKey(1)})).status, 200);
  const Answer answer = SendAndWait(Certified({YesterdaysKey(1), YesterdaysKey(2)}));
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr(R"("code":"missing_revision_token")"));
  EXPECT_EQ(*store_->CountKeys(), 1);
}

TEST_F(EndpointStoreTest, RevisesAKeyOnce) {
  UploadText upload = Certified({YesterdaysKey(1)}, ReportType::kLikely);
  upload.health_authority_id = "com.example.trusted";
  EXPECT_EQ(SendAndWait(upload).status, 200);
  clock_.Advance(std::chrono::minutes(5));
  UploadText revision = Certified({YesterdaysKey(1)}, ReportType::kConfirmed);
  revision.health_authority_id = "com.example.trusted";
  EXPECT_EQ(SendAndWait(revision).body, R"({"revisionToken":"T","padding":"P"})");
  ASSERT_TRUE(Explained(1).revision);
  EXPECT_EQ(Explained(1).revision->report_type, ReportType::kConfirmed);
  EXPECT_EQ(Explained(1).revision->transmission_risk, 2);

  revision.certificate = issuer_.Certificate(revision.keys, ReportType::kNegative);
  EXPECT_THAT(SendAndWait(revision).body, HasSubstr(R"("code":"key_already_revised")"));
}

TEST_F(EndpointStoreTest, RefusesAnotherPeriodOfAStoredKeyOnlyWhereTokensAreNeeded) {
  EXPECT_EQ(SendAndWait(Certified({YesterdaysKey(1)}, ReportType::kLikely)).status, 200);
  SubmittedKey changed = YesterdaysKey(1);
  changed.rolling_period = 5;
  UploadText upload = Certified({changed});
  EXPECT_THAT(SendAndWait(upload).body, HasSubstr(R"("code":"missing_revision_token")"));
  upload.health_authority_id = "com.example.trusted";
  EXPECT_EQ(SendAndWait(upload).status, 200);
  EXPECT_EQ(Explained(1).rolling_period, 6);
}

TEST_F(EndpointStoreTest, TheTokenOfAnUploadLetsItsPhoneReviseItsKeys) {
  const auto first =
      SendAndWait(Certified({YesterdaysKey(1), YesterdaysKey(2)}, ReportType::kLikely));
  UploadText revision = Certified({YesterdaysKey(1), YesterdaysKey(3)}, ReportType::kConfirmed);
  revision.revision_token = first.revision_token;
  const auto second = SendAndWait(revision);
  EXPECT_EQ(second.body, R"({"revisionToken":"T","insertedExposures":1,"padding":"P"})");
  EXPECT_EQ(Explained(1).revision->report_type, ReportType::kConfirmed);
  // The new token covers all three keys.
  UploadText last = Certified({YesterdaysKey(2), YesterdaysKey(3)}, ReportType::kConfirmed);
  last.revision_token = second.revision_token;
  EXPECT_EQ(SendAndWait(last).status, 200);
  EXPECT_EQ(Explained(2).revision->report_type, ReportType::kConfirmed);
}

TEST_F(EndpointStoreTest, ATokenOfOtherKeysDoesNotReviseThese) {
  SendAndWait(Certified({YesterdaysKey(1)}, ReportType::kLikely));
  const auto other = SendAndWait(Certified({YesterdaysKey(2)}, ReportType::kLikely));
  UploadText upload = Certified({YesterdaysKey(1)}, ReportType::kConfirmed);
  upload.revision_token = other.revision_token;
  EXPECT_THAT(SendAndWait(upload).body, HasSubstr(R"("code":"invalid_revision_token")"));
  EXPECT_FALSE(Explained(1).revision);
}

TEST_F(EndpointStoreTest, ATokenOfAnotherAppDoesNotReviseItsKeys) {
  UploadText first = Certified({YesterdaysKey(1)}, ReportType::kLikely);
  first.health_authority_id = "com.example.trusted";
  const auto answer = SendAndWait(first);
  UploadText upload = Certified({YesterdaysKey(1)}, ReportType::kConfirmed);
  upload.revision_token = answer.revision_token;
  EXPECT_THAT(SendAndWait(upload).body, HasSubstr(R"("code":"invalid_revision_token")"));
}

// The answer was lost on the way: the phone sends the same once more.
TEST_F(EndpointStoreTest, AnUploadWhoseAnswerWasLostIsRepeatedWithoutAToken) {
  const UploadText upload = Certified({YesterdaysKey(1)}, ReportType::kLikely);
  SendAndWait(upload);  // stored, but the answer does not arrive
  const auto again = SendAndWait(upload);
  EXPECT_EQ(again.body, R"({"revisionToken":"T","padding":"P"})");
  UploadText revision = Certified({YesterdaysKey(1)}, ReportType::kConfirmed);
  revision.revision_token = again.revision_token;
  EXPECT_EQ(SendAndWait(revision).status, 200);
  EXPECT_EQ(Explained(1).revision->report_type, ReportType::kConfirmed);
  // A revision whose answer was lost, too.
  EXPECT_EQ(SendAndWait(revision).body, R"({"revisionToken":"T","padding":"P"})");
}

TEST_F(EndpointStoreTest, ARepeatedUploadWithTheTokenOfAnEarlierOneGetsTheTokenOfBoth) {
  const auto first = SendAndWait(Certified({YesterdaysKey(1)}, ReportType::kLikely));
  UploadText next = Certified({YesterdaysKey(1), YesterdaysKey(2)}, ReportType::kLikely);
  next.revision_token = first.revision_token;
  SendAndWait(next);  // stored, but the answer does not arrive
  const auto again = SendAndWait(next);
  EXPECT_EQ(again.body, R"({"revisionToken":"T","padding":"P"})");
  UploadText revision = Certified({YesterdaysKey(1), YesterdaysKey(2)}, ReportType::kConfirmed);
  revision.revision_token = again.revision_token;
  EXPECT_EQ(SendAndWait(revision).status, 200);
  EXPECT_EQ(Explained(2).revision->report_type, ReportType::kConfirmed);
}

TEST_F(EndpointStoreTest, AnUploadIsCountedForItsAuthorityByPlatformAndOnset) {
  UploadText upload = Certified({YesterdaysKey(1)});
  upload.symptom_onset = kToday - 3 * 144;
  http::Request request = RequestOf(upload.Json());
  request.headers.emplace_back("User-Agent", "App/1.0 (Android 11)");
  std::promise<http::Response> promise;
  endpoint_->Handle(request, [&](http::Response response) { promise.set_value(response); });
  EXPECT_EQ(promise.get_future().get().status, 200);
  const auto hours = *store_->Statistics(1);
  ASSERT_EQ(hours.size(), 1U);
  EXPECT_EQ(hours[0].start, exposure::TruncateTo(kNow, std::chrono::hours(1)));
  EXPECT_EQ(hours[0].counts.uploads[1], 1);
  EXPECT_EQ(hours[0].counts.key_ages[1], 1);
  EXPECT_EQ(hours[0].counts.onset_ages[3], 1);
}

TEST_F(EndpointStoreTest, DoesNotStoreUnknownNegativeKeys) {
  EXPECT_EQ(SendAndWait(Certified({YesterdaysKey(1)}, ReportType::kNegative)).body,
            R"({"padding":"P"})");
  EXPECT_EQ(*store_->CountKeys(), 0);
}

TEST_F(EndpointStoreTest, AnswersUploadsFromManyThreadsEachOnce) {
  constexpr int kThreads = 4;
  constexpr int kUploadsEach = 12;
  base::SystemRandom random;  // safe for threads, unlike the fixture's
  endpoint_ = Make(*store_, *directory_, random);
  std::vector<std::string> bodies;
  for (int i = 0; i < kThreads * kUploadsEach; ++i) {
    bodies.push_back(Certified({YesterdaysKey(static_cast<std::uint8_t>(i % 24))}).Json());
  }
  std::atomic<int> accepted = 0;
  std::atomic<int> inserted = 0;
  std::vector<std::promise<void>> answered(bodies.size());
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = thread; i < bodies.size(); i += kThreads) {
        endpoint_->Handle(RequestOf(bodies[i]), [&, i](http::Response response) {
          accepted += response.status == 200 ? 1 : 0;
          inserted += response.body.find(R"("insertedExposures":1)") != std::string::npos ? 1 : 0;
          answered[i].set_value();
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::promise<void>& each : answered) each.get_future().wait();
  EXPECT_EQ(accepted, kThreads * kUploadsEach);
  EXPECT_EQ(inserted, 24);  // each key once, whichever of its uploads came first
  EXPECT_EQ(*store_->CountKeys(), 24);
}

}  // namespace
}  // namespace enks::publish
