#include "server/jobs.h"

#include <gtest/gtest.h>

#include "exports/testing/faulty_file_store.h"
#include "exports/testing/faulty_store.h"
#include "exports/testing/world.h"
#include "jwks/testing/listed_documents.h"
#include "jwks/testing/test_keys.h"
#include "server/file_store_remover.h"

namespace enks::server {
namespace {

using exports::testing::Faults;
using exports::testing::FaultyFileStore;
using exports::testing::FaultyStore;
using exports::testing::kStart;
using exports::testing::World;
using std::chrono::hours;

constexpr char kDocumentUrl[] = "https://health.example/jwks";

void AddAuthority(World& world) {
  store::HealthAuthority authority;
  authority.issuer = authority.audience = authority.name = "authority";
  authority.jwks_uri = kDocumentUrl;
  EXPECT_TRUE(world.store->AddHealthAuthority(authority).ok());
}

int CountErrors(const std::string& log) {
  int count = 0;
  for (auto at = log.find("\"ERROR\""); at != std::string::npos;
       at = log.find("\"ERROR\"", at + 1)) {
    ++count;
  }
  return count;
}

// Every job once, from a window that is over to its deletion, through a store and files that fail
// as `faults` says. How many of the jobs failed.
int RunAll(World& world, Faults& faults) {
  FaultyStore store(*world.store, faults);
  FaultyFileStore objects(*world.objects, faults);
  FileStoreRemover remover(objects);
  exports::ExportOptions options;
  options.file_min_records = 12;
  options.file_padding_range = 5;
  exports::ExportJob exports = world.Job(options, store, objects);
  retention::Cleaner cleaner({}, store, remover, world.clock, world.log);
  EXPECT_TRUE(world.keys->CreateSealingKey("file://tokens").ok());
  tokens::Rotator rotator({}, "file://tokens", store, *world.keys, world.clock, world.random,
                          world.log);
  jwks::testing::ListedDocuments documents;
  documents.documents.emplace(
      kDocumentUrl, jwks::testing::Document({jwks::testing::Jwk("v1", jwks::testing::Pem(1))}));
  jwks::SyncJob key_sync({}, store, documents, world.clock, world.log);
  metrics::Metrics metrics;
  Jobs jobs(exports, cleaner, rotator, key_sync, metrics, world.clock);
  int failed = 0;
  world.clock.Set(kStart + hours(3));
  failed += jobs.CreateBatches().ok() ? 0 : 1;
  failed += jobs.DoWork().ok() ? 0 : 1;
  world.clock.Set(kStart + hours(24 * 20));
  failed += jobs.CleanKeys().ok() ? 0 : 1;
  failed += jobs.CleanFiles().ok() ? 0 : 1;
  failed += jobs.RotateKeys().ok() ? 0 : 1;
  failed += jobs.SyncKeys().ok() ? 0 : 1;
  return failed;
}

// False if the jobs have no such step.
bool LogsAFaultOnceAt(int step) {
  World world;
  world.AddConfig(world.Config("root"));
  AddAuthority(world);
  world.Publish(7, kStart);
  Faults faults(step, Faults::Kind::kBefore);
  const int failed = RunAll(world, faults);
  EXPECT_EQ(CountErrors(world.log.Text()), failed) << "fault at step " << step << "\n"
                                                   << world.log.Text();
  return faults.happened();
}

TEST(JobsTest, WhatIsDoneIsLoggedAndNoError) {
  World world;
  world.AddConfig(world.Config("root"));
  AddAuthority(world);
  world.Publish(7, kStart);
  constexpr int kNever = 1'000'000;
  Faults none(kNever, Faults::Kind::kBefore);
  EXPECT_EQ(RunAll(world, none), 0);
  const std::string log = world.log.Text();
  EXPECT_EQ(CountErrors(log), 0) << log;
  for (const char* line : {"batches created", "batch exported", "old keys deleted",
                           "old export files deleted", "was added"}) {
    const auto first = log.find(line);
    EXPECT_NE(first, std::string::npos) << line;
    EXPECT_EQ(log.find(line, first + 1), std::string::npos) << line << " twice";
  }
}

TEST(JobsTest, AFailureAnywhereIsLoggedExactlyOnce) {
  constexpr int kStepsMax = 1000;
  int step = 1;
  while (step < kStepsMax && LogsAFaultOnceAt(step)) {
    ASSERT_FALSE(HasFailure());
    ++step;
  }
  EXPECT_GT(step, 20) << "the jobs have fewer steps than the test is meant to break";
  EXPECT_LT(step, kStepsMax);
}

}  // namespace
}  // namespace enks::server
