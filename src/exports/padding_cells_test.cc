#include "exports/padding_cells.h"

#include <gtest/gtest.h>

namespace enks::exports {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const base::UnixTime kMidnight{hours(24 * 19000)};

store::ExportConfig Config(std::int64_t id, hours period, std::vector<std::string> regions) {
  store::ExportConfig config;
  config.id = id;
  config.period = period;
  config.input_regions = std::move(regions);
  config.from = kMidnight;
  return config;
}

store::ExportBatch Batch(std::int64_t id, exposure::Window window, store::ExportConfig settings) {
  store::ExportBatch batch;
  batch.id = id;
  batch.settings = std::move(settings);
  batch.window = window;
  return batch;
}

KeyGroup Key(std::vector<std::string> regions, seconds after_midnight, bool traveler = false) {
  return {std::move(regions), traveler, kMidnight + after_midnight};
}

TEST(PaddingCells, OneConfigurationHasACellAWindow) {
  PaddingCells cells({Config(1, hours(4), {"US"})}, {});
  EXPECT_EQ(cells.CellOf(Key({"US"}, hours(0))), 0u);
  EXPECT_EQ(cells.CellOf(Key({"CA", "US"}, hours(4) - seconds(1), true)), 0u);
  EXPECT_EQ(cells.CellOf(Key({"US"}, hours(4))), 1u);
  EXPECT_EQ(cells.CellOf(Key({"US"}, hours(1))), 0u) << "and it keeps its number";
}

TEST(PaddingCells, AShorterPeriodCutsTheCellsOfTheRegionsItSelectsOnly) {
  PaddingCells cells({Config(1, hours(24), {"CA", "US"}), Config(2, hours(1), {"US"})}, {});
  EXPECT_NE(cells.CellOf(Key({"US"}, hours(1))), cells.CellOf(Key({"US"}, hours(2))));
  EXPECT_EQ(cells.CellOf(Key({"CA"}, hours(1))), cells.CellOf(Key({"CA"}, hours(2))));
}

TEST(PaddingCells, RegionsThatNoConfigurationSeparatesShareACell) {
  PaddingCells cells({Config(1, hours(1), {"CA", "MX", "US"}), Config(2, hours(1), {"US"})}, {});
  EXPECT_EQ(cells.CellOf(Key({"CA"}, hours(1))), cells.CellOf(Key({"MX"}, hours(1))));
  EXPECT_NE(cells.CellOf(Key({"CA"}, hours(1))), cells.CellOf(Key({"US"}, hours(1))));
  EXPECT_EQ(cells.CellOf(Key({"CA", "US"}, hours(1))), cells.CellOf(Key({"US"}, hours(1))));
}

TEST(PaddingCells, TravelersAreACellOfTheirOwnWhereAConfigurationTellsThemApart) {
  auto resident = Config(2, hours(1), {"US"});
  resident.only_non_travelers = true;
  PaddingCells cells({Config(1, hours(1), {"US"}), resident}, {});
  EXPECT_NE(cells.CellOf(Key({"US"}, hours(1), true)), cells.CellOf(Key({"US"}, hours(1), false)));
}

TEST(PaddingCells, AConfigurationCutsFromItsFirstWindowToItsEnd) {
  auto hourly = Config(2, hours(1), {"US"});
  hourly.from = kMidnight + hours(10) + minutes(30);
  hourly.thru = kMidnight + hours(12) + minutes(30);
  PaddingCells cells({Config(1, hours(24), {"US"}), hourly}, {});
  const auto cell_at = [&](seconds time) { return cells.CellOf(Key({"US"}, time)); };
  const auto uncut = cell_at(hours(0));
  EXPECT_EQ(cell_at(hours(10) - seconds(1)), uncut);
  EXPECT_NE(cell_at(hours(10)), uncut) << "the first window holds `from`";
  EXPECT_NE(cell_at(hours(11)), cell_at(hours(10)));
  EXPECT_NE(cell_at(hours(12)), uncut);
  EXPECT_EQ(cell_at(hours(12) + minutes(30)), uncut);
}

TEST(PaddingCells, BatchesOfSettingsThatWereEditedSinceStillCut) {
  const auto daily = Config(1, hours(24), {"US"});
  const auto before = Config(1, hours(24), {"CA"});
  const exposure::Window odd{kMidnight + hours(3), kMidnight + hours(5)};
  PaddingCells cells({daily}, {Batch(7, odd, before)});
  EXPECT_NE(cells.CellOf(Key({"CA", "US"}, hours(3))), cells.CellOf(Key({"US"}, hours(3))));
  EXPECT_NE(cells.CellOf(Key({"CA", "US"}, hours(3))), cells.CellOf(Key({"CA", "US"}, hours(5))));
  EXPECT_EQ(cells.CellOf(Key({"US"}, hours(3))), cells.CellOf(Key({"US"}, hours(5))));
}

}  // namespace
}  // namespace enks::exports
