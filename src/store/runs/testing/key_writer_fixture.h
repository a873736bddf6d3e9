#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <vector>

#include "base/log.h"
#include "base/random.h"
#include "store/runs/key_writer.h"
#include "store/runs/testing/uploads.h"
#include "store/runs/testing/watched_database.h"
#include "store/testing/scratch_database.h"

namespace enks::store::runs::testing {

// A scratch database of each engine with a key writer on it.
class KeyWriterFixture : public ::testing::TestWithParam<StoreLocation::Engine> {
 protected:
  using Outcome = Result<UploadOutcome>;

  KeyWriterFixture()
      : scratch_(GetParam()), database_(scratch_.Open()), reader_(*database_.Connect()) {}

  // Starts the writer, or another one in its place.
  void Start(const StoreLimits& limits = {}) {
    writer_.reset();
    writer_ = StartWriter(database_, limits);
  }

  std::unique_ptr<KeyWriter> StartWriter(sql::Database& database, const StoreLimits& limits = {},
                                         KeyLoading loading = KeyLoading::kNow) {
    auto writer = KeyWriter::Start(database, limits, random_, log_, loading);
    EXPECT_TRUE(writer.ok()) << writer.status();
    return *std::move(writer);
  }

  static std::future<Outcome> Submit(KeyWriter& writer, KeyUpload upload) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    std::future<Outcome> outcome = promise->get_future();
    writer.Submit(std::move(upload),
                  [promise](Outcome result) { promise->set_value(std::move(result)); });
    return outcome;
  }
  std::future<Outcome> Submit(KeyUpload upload) { return Submit(*writer_, std::move(upload)); }

  static Outcome Store(KeyWriter& writer, KeyUpload upload) {
    return Submit(writer, std::move(upload)).get();
  }
  Outcome Store(KeyUpload upload) { return Store(*writer_, std::move(upload)); }

  KeyUpload NewUpload(std::size_t count = 14, UnixTime release_at = kRelease) {
    return MakeUpload(random_, count, release_at);
  }

  // Runs a statement that changes the database behind the writer's back.
  std::int64_t Change(sql::Literal statement, std::initializer_list<sql::Value> values = {}) {
    auto rows = reader_->Execute(statement, values);
    EXPECT_TRUE(rows.ok()) << rows.status();
    return rows.value_or(0);
  }

  store::testing::ScratchDatabase scratch_;
  WatchedDatabase database_;
  std::unique_ptr<sql::Connection> reader_;  // for the test's own questions
  base::SeededRandom random_{1};
  base::MemoryLog log_;
  std::unique_ptr<KeyWriter> writer_;  // last: it uses the others
};

inline std::string NameOfEngine(const ::testing::TestParamInfo<StoreLocation::Engine>& engine) {
  return store::testing::EngineName(engine.param);
}

}  // namespace enks::store::runs::testing
