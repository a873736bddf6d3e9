#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/runs/testing/key_writer_fixture.h"

// What becomes of uploads when the database fails, at each point in turn.
namespace enks::store::runs {
namespace {

using exposure::Refusal;
using testing::CountStored;
using testing::kHour;
using testing::kRelease;
using testing::StoredKeys;
using testing::WatchedDatabase;
using Engine = StoreLocation::Engine;
using Moment = WatchedDatabase::Moment;

// More calls than a commit of the tests below makes.
constexpr int kCallsMax = 24;

class KeyWriterFailureTest : public testing::KeyWriterFixture {
 protected:
  KeyWriterFailureTest() {
    StoreLimits limits;
    limits.run_keys_max = 20;
    Start(limits);
    EXPECT_TRUE(Store(NewUpload()).ok());
  }

  // Two uploads that share a commit, split a run, begin another and bring a new origin.
  void SubmitTwo() {
    first_ = NewUpload();
    second_ = NewUpload(14, kRelease + kHour);
    second_.origin.app = "org.example.app" + std::to_string(++apps_);
    database_.Hold();
    outcomes_.clear();
    outcomes_.push_back(Submit(first_));
    database_.AwaitHeld();
    outcomes_.push_back(Submit(second_));
  }

  // Whether nothing or all of both is stored.
  enum class Trace { kNothing, kAll, kPart };
  Trace TraceOf() {
    const std::size_t count = CountStored(*reader_, first_) + CountStored(*reader_, second_);
    if (count == 0) return Trace::kNothing;
    return count == first_.keys.size() + second_.keys.size() ? Trace::kAll : Trace::kPart;
  }

  void ExpectTheWriterRecovered() {
    const KeyUpload next = NewUpload();
    const Outcome outcome = Store(next);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_EQ(outcome->inserted, 14);
    EXPECT_EQ(CountStored(*reader_, next), 14U);
    EXPECT_EQ(Store(next)->inserted, 0);
    // What an index of its own says must be what the writer's says.
    EXPECT_EQ(writer_->stats().keys_indexed,
              static_cast<std::int64_t>(StoredKeys(*reader_, KeyPass::kPrimary).size()));
  }

  KeyUpload first_;
  KeyUpload second_;
  std::vector<std::future<Outcome>> outcomes_;
  int apps_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Engines, KeyWriterFailureTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         testing::NameOfEngine);

TEST_P(KeyWriterFailureTest, WhenACallFailsNothingIsStoredAndTheNextCommitSucceeds) {
  int failures = 0;
  for (int skip = 0; skip < kCallsMax; ++skip) {
    SCOPED_TRACE(skip);
    SubmitTwo();
    database_.FailAfter(skip, Moment::kBefore, absl::InternalError("injected"));
    database_.Release();
    const Outcome first = outcomes_[0].get();
    const Outcome second = outcomes_[1].get();
    const bool failed = database_.failed();
    database_.StopFailing();
    EXPECT_EQ(first.ok(), second.ok());
    EXPECT_EQ(first.ok(), !failed);
    EXPECT_EQ(TraceOf(), failed ? Trace::kNothing : Trace::kAll);
    if (failed) {
      EXPECT_EQ(first.status().code(), absl::StatusCode::kUnavailable);
    }
    failures += failed ? 1 : 0;
    ExpectTheWriterRecovered();
  }
  EXPECT_GE(failures, 10);
  EXPECT_LT(failures, kCallsMax);  // every call of the commit had its turn
}

TEST_P(KeyWriterFailureTest, WhenAnAnswerIsLostUploadsAreStoredWholeOrNotAndTheWriterKnowsWhich) {
  int lost_commits = 0;
  for (int skip = 0; skip < kCallsMax; ++skip) {
    SCOPED_TRACE(skip);
    SubmitTwo();
    database_.FailAfter(skip, Moment::kAfter, absl::UnavailableError("injected"));
    database_.Release();
    const Outcome first = outcomes_[0].get();
    const Outcome second = outcomes_[1].get();
    const bool failed = database_.failed();
    database_.StopFailing();
    EXPECT_EQ(first.ok(), second.ok());
    EXPECT_EQ(first.ok(), !failed);
    const Trace trace = TraceOf();
    EXPECT_NE(trace, Trace::kPart);
    if (first.ok()) {
      EXPECT_EQ(trace, Trace::kAll);
    }
    ExpectTheWriterRecovered();
    if (failed && trace == Trace::kAll) {
      ++lost_commits;
      EXPECT_EQ(Store(first_)->inserted, 0);
    }
  }
  EXPECT_EQ(lost_commits, 1);  // the answer to COMMIT itself
}

TEST_P(KeyWriterFailureTest, AConflictAtAnyCallIsTriedAgainAndNobodyNotices) {
  int conflicts = 0;
  for (int skip = 0; skip < kCallsMax; ++skip) {
    SCOPED_TRACE(skip);
    SubmitTwo();
    database_.FailAfter(skip, Moment::kBefore, absl::AbortedError("injected"));
    database_.Release();
    EXPECT_TRUE(outcomes_[0].get().ok());
    EXPECT_TRUE(outcomes_[1].get().ok());
    conflicts += database_.failed() ? 1 : 0;
    database_.StopFailing();
    EXPECT_EQ(TraceOf(), Trace::kAll);
    ExpectTheWriterRecovered();
  }
  EXPECT_GE(conflicts, 10);
}

TEST_P(KeyWriterFailureTest, AConflictThatDoesNotEndIsGivenUpAndLogged) {
  SubmitTwo();
  database_.FailAfter(3, Moment::kBefore, absl::AbortedError("injected"), /*lasting=*/true);
  database_.Release();
  EXPECT_EQ(outcomes_[0].get().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(outcomes_[1].get().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(log_.Text(), ::testing::HasSubstr("keeps the database locked"));
  database_.StopFailing();
  EXPECT_EQ(TraceOf(), Trace::kNothing);
  ExpectTheWriterRecovered();
}

TEST_P(KeyWriterFailureTest, WhileTheDatabaseIsOutOfReachUploadsAreTurnedAwayOneByOne) {
  SubmitTwo();
  database_.FailAfter(0, Moment::kBefore, absl::UnavailableError("injected"), /*lasting=*/true);
  database_.Release();
  EXPECT_EQ(outcomes_[0].get().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(outcomes_[1].get().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Store(NewUpload()).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Store(NewUpload()).status().code(), absl::StatusCode::kUnavailable);
  database_.StopFailing();
  ExpectTheWriterRecovered();
}

TEST_P(KeyWriterFailureTest, StartSaysWhenTheKeysCannotBeRead) {
  writer_.reset();
  int failures = 0;
  for (int skip = 0; skip < 10; ++skip) {
    database_.FailAfter(skip, Moment::kBefore, absl::UnavailableError("injected"));
    const auto started = KeyWriter::Start(database_, {}, random_, log_);
    EXPECT_EQ(started.ok(), !database_.failed()) << skip;
    failures += database_.failed() ? 1 : 0;
    database_.StopFailing();
  }
  EXPECT_EQ(failures, 7);  // connect, begin, state, two counts, the runs, commit
}

}  // namespace
}  // namespace enks::store::runs
