#include "store/runs/origin_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "store/sql/transaction.h"
#include "store/testing/scratch_database.h"

namespace enks::store::runs {
namespace {

using Engine = StoreLocation::Engine;

std::vector<Origin> DifferentOrigins() {
  Origin plain;
  plain.app = "app";
  plain.regions = {"CA", "US"};
  plain.health_authority_id = 1;
  plain.certificate_key_version = "v1";
  std::vector<Origin> origins(9, plain);
  origins[1].app = "app2";
  origins[2].regions = {"CA,US"};
  origins[3].regions = {};
  origins[4].traveler = true;
  origins[5].health_authority_id.reset();
  origins[6].health_authority_id = 0;
  origins[7].certificate_key_version = "\"v1\"";
  origins[8].generated = true;
  return origins;
}

TEST(IdentityOfOrigin, DiffersWheneverOriginsDo) {
  std::set<std::string> identities;
  for (const Origin& origin : DifferentOrigins()) identities.insert(IdentityOf(origin));
  EXPECT_EQ(identities.size(), DifferentOrigins().size());
}

TEST(Regions, ReadBackAsTheyWereWritten) {
  for (const std::vector<std::string>& regions :
       {std::vector<std::string>{}, {"US"}, {"CA", "US"}, {"A\"B", "C\\D", "<&>", "É"}}) {
    EXPECT_EQ(*RegionsFromText(RegionsToText(regions)), regions);
  }
}

TEST(Regions, AnyOtherTextIsDamage) {
  for (const char* text : {"", "null", "{}", "\"US\"", "[1]", "[\"US\"", "[\"US\"] x"}) {
    EXPECT_TRUE(absl::IsDataLoss(RegionsFromText(text).status())) << text;
  }
}

class OriginTableTest : public ::testing::TestWithParam<Engine> {
 protected:
  OriginTableTest()
      : scratch_(GetParam()), database_(scratch_.Open()), connection_(*database_->Connect()) {}

  std::map<std::uint32_t, Origin> StoredOrigins() {
    std::map<std::uint32_t, Origin> stored;
    EXPECT_TRUE(VisitOrigins(*connection_, [&](std::uint32_t id, const Origin& origin) -> Status {
                  stored.emplace(id, origin);
                  return absl::OkStatus();
                }).ok());
    return stored;
  }

  testing::ScratchDatabase scratch_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<sql::Connection> connection_;
};

INSTANTIATE_TEST_SUITE_P(Engines, OriginTableTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         [](const auto& engine) { return testing::EngineName(engine.param); });

TEST_P(OriginTableTest, EachOriginHasOneNumberAndIsReadBackByIt) {
  std::map<std::uint32_t, Origin> interned;
  for (const Origin& origin : DifferentOrigins()) {
    const auto id = InternOrigin(*connection_, origin);
    ASSERT_TRUE(id.ok()) << id.status();
    EXPECT_EQ(*InternOrigin(*connection_, origin), *id);
    EXPECT_EQ(*ReadOrigin(*connection_, *id), origin);
    interned.emplace(*id, origin);
  }
  EXPECT_EQ(StoredOrigins(), interned);
  EXPECT_EQ(interned.size(), DifferentOrigins().size());
}

TEST_P(OriginTableTest, ANumberWithoutARowIsDamage) {
  EXPECT_TRUE(absl::IsDataLoss(ReadOrigin(*connection_, 1).status()));
}

TEST_P(OriginTableTest, TheCacheForgetsWhatARolledBackTransactionMade) {
  OriginCache cache;
  const Origin origin = DifferentOrigins()[0];
  ASSERT_TRUE(connection_->Begin(sql::TransactionKind::kWrite).ok());
  const std::uint32_t lost = *cache.Intern(*connection_, origin);
  connection_->Rollback();
  cache.Clear();
  EXPECT_TRUE(absl::IsDataLoss(cache.Get(*connection_, lost).status()));
  const std::uint32_t id = *cache.Intern(*connection_, origin);
  EXPECT_EQ(StoredOrigins().at(id), origin);
}

TEST_P(OriginTableTest, TheCacheAsksTheDatabaseOnce) {
  OriginCache cache;
  const Origin origin = DifferentOrigins()[0];
  const std::uint32_t id = *cache.Intern(*connection_, origin);
  ASSERT_TRUE(connection_->Execute("DELETE FROM key_origin", {}).ok());
  EXPECT_EQ(*cache.Intern(*connection_, origin), id);
  EXPECT_EQ(*cache.Get(*connection_, id), origin);
}

}  // namespace
}  // namespace enks::store::runs
