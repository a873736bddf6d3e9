#include <gtest/gtest.h>

#include "base/virtual_clock.h"
#include "store/open.h"
#include "store/testing/scratch_database.h"

namespace enks::store {
namespace {

using Engine = StoreLocation::Engine;

class MaintenanceContractTest : public ::testing::TestWithParam<Engine> {
 protected:
  std::unique_ptr<Store> Open() {
    auto store = OpenStore(scratch_.location(), {}, clock_, log_);
    EXPECT_TRUE(store.ok()) << store.status();
    return *std::move(store);
  }

  testing::ScratchDatabase scratch_{GetParam()};
  base::VirtualClock clock_{UnixTime(std::chrono::seconds(1'700'000'000))};
  base::MemoryLog log_;
};

INSTANTIATE_TEST_SUITE_P(Engines, MaintenanceContractTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         [](const auto& engine) { return testing::EngineName(engine.param); });

TEST_P(MaintenanceContractTest, IsOffUntilSwitchedOnForEveryProcessAndStaysSo) {
  const auto store = Open();
  const auto other = Open();
  EXPECT_FALSE(*store->InMaintenance());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(store->SetMaintenance(true).ok());
    EXPECT_TRUE(*other->InMaintenance());
  }
  EXPECT_TRUE(*Open()->InMaintenance());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(other->SetMaintenance(false).ok());
    EXPECT_FALSE(*store->InMaintenance());
  }
}

}  // namespace
}  // namespace enks::store
