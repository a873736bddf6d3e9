#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "base/log.h"
#include "base/virtual_clock.h"
#include "store/open.h"
#include "store/testing/scratch_database.h"

namespace enks::store::testing {

// The stage for tests of store.h: a store on an empty migrated database of either engine. Use it as
// class XTest : public StoreContractTest, then INSTANTIATE_ON_BOTH_ENGINES(XTest).
class StoreContractTest : public ::testing::TestWithParam<StoreLocation::Engine> {
 protected:
  StoreContractTest() : scratch_(GetParam()), store_(Open()) {}

  // A second store on the same database, as another process has it.
  std::unique_ptr<Store> Open() {
    auto store = OpenStore(scratch_.location(), StoreLimits(), clock_, log_);
    EXPECT_TRUE(store.ok()) << store.status();
    return *std::move(store);
  }

  // 2020-11-22T00:00Z.
  static constexpr base::UnixTime kStart{std::chrono::seconds(1606003200)};

  base::VirtualClock clock_{kStart};
  base::MemoryLog log_;
  ScratchDatabase scratch_;
  std::unique_ptr<Store> store_;
};

}  // namespace enks::store::testing

#define INSTANTIATE_ON_BOTH_ENGINES(Suite)                                \
  INSTANTIATE_TEST_SUITE_P(                                               \
      Engines, Suite,                                                     \
      ::testing::Values(::enks::store::StoreLocation::Engine::kSqlite,    \
                        ::enks::store::StoreLocation::Engine::kPostgres), \
      [](const auto& test) { return ::enks::store::testing::EngineName(test.param); })
