#include "scenario/simulation.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/log.h"
#include "base/time_text.h"
#include "store/testing/postgres_server.h"
#include "store/testing/temporary_folder.h"

namespace enks::scenario {
namespace {

using store::testing::PostgresServer;
using store::testing::Schema;
using store::testing::TemporaryFolder;

constexpr std::uint64_t kSeed = 20261122;

// A country of a thousand phones over fifteen days, in an epidemic: one in ten falls ill.
SimulationOptions ThousandPhones(std::uint64_t seed) {
  SimulationOptions options;
  options.world.plan.phones = 1000;
  options.world.plan.days = 15;
  options.world.plan.diagnosed_permille = 60;
  options.world.plan.contacts_per_day = 3;
  options.world.plan.seed = seed;
  options.world.plan.start = *base::ParseTime("2026-01-05");
  return options;
}

struct Story {
  phone::Report report;
  std::string log;
};

Story Simulate(SimulationOptions options, const std::string& database) {
  const TemporaryFolder folder;
  options.folder = folder.path();
  options.database = database;
  base::SystemFiles files;
  base::SystemRandom random;
  base::MemoryLog log;
  auto report = Simulate(options, files, random, log, [](base::UnixTime, const phone::Report&) {});
  EXPECT_TRUE(report.ok()) << report.status();
  return {report.ok() ? *report : phone::Report{}, log.Text()};
}

std::string FreshPostgres() {
  PostgresServer& server = PostgresServer::OfThisProgram();
  return "postgres:" + server.Target(server.CreateDatabase(Schema::kNone));
}

void ExpectTheWholeStory(const Story& story) {
  EXPECT_TRUE(story.report.Passed()) << phone::FormatReport(story.report) << story.log;
  // A story in which nothing happens would pass, too.
  EXPECT_EQ(story.report.phones, 1000);
  EXPECT_GT(story.report.uploads, 20) << phone::FormatReport(story.report);
  EXPECT_GT(story.report.revisions, 0) << phone::FormatReport(story.report);
  EXPECT_GT(story.report.forged_refused, 0) << phone::FormatReport(story.report);
  EXPECT_GT(story.report.expected, 200) << phone::FormatReport(story.report);
  EXPECT_LT(story.report.notified, 1000) << phone::FormatReport(story.report);
}

// What must not depend on the engine or on chance.
void ExpectTheSameMatches(const phone::Report& a, const phone::Report& b) {
  EXPECT_EQ(a.encounters, b.encounters);
  EXPECT_EQ(a.uploads, b.uploads);
  EXPECT_EQ(a.revisions, b.revisions);
  EXPECT_EQ(a.keys_shared, b.keys_shared);
  EXPECT_EQ(a.files.size(), b.files.size());
  EXPECT_EQ(a.expected, b.expected);
  EXPECT_EQ(a.notified, b.notified);
}

TEST(Simulation, AThousandPhonesMatchToTheLastOneOnBothEnginesWholeAndSplitTheSameForTheSameSeed) {
  const Story sqlite = Simulate(ThousandPhones(kSeed), "sqlite:enks.db");
  ExpectTheWholeStory(sqlite);
  const Story postgres = Simulate(ThousandPhones(kSeed), FreshPostgres());
  ExpectTheWholeStory(postgres);
  ExpectTheSameMatches(sqlite.report, postgres.report);
  SimulationOptions divided = ThousandPhones(kSeed);
  divided.division = Division::kPublishAndExport;
  const Story split = Simulate(divided, FreshPostgres());
  ExpectTheWholeStory(split);
  ExpectTheSameMatches(sqlite.report, split.report);
}

TEST(Simulation, AnotherSeedTellsAnotherStoryThatEndsAsWell) {
  const Story first = Simulate(ThousandPhones(kSeed), "sqlite:enks.db");
  const Story other = Simulate(ThousandPhones(kSeed + 1), "sqlite:enks.db");
  ExpectTheWholeStory(other);
  EXPECT_NE(first.report.notified, other.report.notified);
}

}  // namespace
}  // namespace enks::scenario
