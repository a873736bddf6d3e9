#include <gtest/gtest.h>

#include <string>

#include "store/store.h"

namespace enks::store {
namespace {

using Engine = StoreLocation::Engine;

TEST(ParseStoreLocationTest, SqliteIsFollowedByAPath) {
  const auto location = *ParseStoreLocation("sqlite:/var/lib/enks/enks.db");
  EXPECT_EQ(location.engine, Engine::kSqlite);
  EXPECT_EQ(location.target, "/var/lib/enks/enks.db");
  EXPECT_EQ(ParseStoreLocation("sqlite:a:b")->target, "a:b");
}

TEST(ParseStoreLocationTest, PostgresIsFollowedByAConnectionStringOrIsAUri) {
  for (const auto& [text, target] :
       {std::pair("postgres:host=db dbname=enks", "host=db dbname=enks"),
        std::pair("postgres:postgresql://db/enks", "postgresql://db/enks"),
        std::pair("postgres://enks@db/enks", "postgres://enks@db/enks"),
        std::pair("postgresql://enks@db/enks", "postgresql://enks@db/enks"),
        std::pair("postgres:", "")}) {
    const auto location = ParseStoreLocation(text);
    ASSERT_TRUE(location.ok()) << text;
    EXPECT_EQ(location->engine, Engine::kPostgres);
    EXPECT_EQ(location->target, target);
  }
}

TEST(ParseStoreLocationTest, AnythingElseIsRefused) {
  for (const std::string& text :
       {std::string(), std::string("enks.db"), std::string("/enks.db"), std::string("SQLITE:a"),
        std::string("mysql://db"), std::string("sqlite:"), std::string("sqlite:a\0b", 10)}) {
    EXPECT_EQ(ParseStoreLocation(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(ParseStoreLocationTest, ARefusedConnectionStringIsNotQuoted) {
  for (const char* text : {"postgres:host=db hunter2", "postgres:password='hunter2",
                           "postgresql://enks:hunter2@db:notaport:1/enks?x"}) {
    const Status status = ParseStoreLocation(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(MessageOf(status).find("hunter2"), std::string_view::npos) << status;
  }
}

TEST(ShownLocation, HidesPasswordsInEitherForm) {
  EXPECT_EQ(ShownLocation("postgres://enks:hunter2@db/keys"),
            "postgres:user=enks password=*** dbname=keys host=db");
  EXPECT_EQ(ShownLocation("postgres:host=db password='hunter2' sslpassword=hunter2"),
            "postgres:password=*** host=db sslpassword=***");
}

TEST(ShownLocation, ShowsTheRestAsItIs) {
  EXPECT_EQ(ShownLocation("sqlite:enks.db"), "sqlite:enks.db");
  EXPECT_EQ(ShownLocation("postgres:host=db"), "postgres:host=db");
}

}  // namespace
}  // namespace enks::store
