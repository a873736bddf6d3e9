#include "exports/signers.h"

#include <gtest/gtest.h>

#include "exports/testing/world.h"

namespace enks::exports {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::kStart;
using testing::World;

store::SignatureInfo Info(std::int64_t id, base::UnixTime from,
                          std::optional<base::UnixTime> thru = std::nullopt) {
  store::SignatureInfo info;
  info.id = id;
  info.from = from;
  info.thru = thru;
  return info;
}

std::vector<std::int64_t> Chosen(const std::vector<store::SignatureInfo>& infos,
                                 const std::vector<std::int64_t>& ids) {
  std::vector<std::int64_t> chosen;
  for (const auto& info : ChooseSigners(infos, ids, kStart)) chosen.push_back(info.id);
  return chosen;
}

using Ids = std::vector<std::int64_t>;

TEST(ChooseSigners, TakesThoseAskedForThatAreValidBothBoundsIncluded) {
  const std::vector<store::SignatureInfo> infos = {
      Info(1, kStart), Info(2, kStart + seconds(1)), Info(3, kStart - hours(1), kStart),
      Info(4, kStart - hours(2), kStart - seconds(1)), Info(5, kStart - hours(3))};
  EXPECT_EQ(Chosen(infos, {1, 2, 3, 4, 5}), (Ids{1, 3, 5}));
  EXPECT_EQ(Chosen(infos, {5, 77}), Ids{5});
  EXPECT_EQ(Chosen(infos, {2, 4}), Ids{});
  EXPECT_EQ(Chosen(infos, {}), Ids{});
}

TEST(ChooseSigners, NewestStartComesFirstWhateverTheIds) {
  const std::vector<store::SignatureInfo> infos = {
      Info(1, kStart - hours(1)), Info(2, kStart - hours(9)), Info(3, kStart - hours(5)),
      Info(4, kStart - hours(5))};
  EXPECT_EQ(Chosen(infos, {4, 3, 2, 1, 1}), (Ids{1, 4, 3, 2}));
}

TEST(ChooseSigners, TenAreEnough) {
  std::vector<store::SignatureInfo> infos;
  Ids ids;
  for (std::int64_t id = 1; id <= 11; ++id) {
    infos.push_back(Info(id, kStart - hours(100 - id)));
    ids.push_back(id);
  }
  EXPECT_EQ(Chosen(infos, ids), (Ids{11, 10, 9, 8, 7, 6, 5, 4, 3, 2}));
}

TEST(OpenSigners, AllValidSignersAreOpenedAndAMissingOneIsLogged) {
  World world;
  store::ExportBatch batch;
  batch.settings = world.Config("root");
  world.AddSigner("v2");
  batch.settings.signature_info_ids = {1, 2, 55};
  const auto opened = OpenSigners(batch, *world.store, *world.keys, kStart, world.log);
  ASSERT_TRUE(opened.ok()) << opened.status();
  ASSERT_EQ(opened->entries.size(), 2u);
  EXPECT_EQ(opened->entries[0].info.key_version, "v2");
  EXPECT_EQ(opened->entries[1].info.key_version, "v1");
  EXPECT_NE(world.log.Text().find("\"signature_info_id\":55"), std::string::npos);
}

TEST(OpenSigners, WithoutAValidOneOfTheBatchThoseOfItsConfigurationSign) {
  World world;
  store::ExportConfig config = world.AddConfig(world.Config("root"));
  const std::int64_t other = world.AddSigner("v2");
  store::ExportBatch batch;
  batch.settings = config;
  config.signature_info_ids = {other};
  ASSERT_TRUE(world.store->UpdateExportConfig(config).ok());
  auto opened = OpenSigners(batch, *world.store, *world.keys, kStart, world.log);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->entries.at(0).info.key_version, "v1");

  batch.settings.signature_info_ids = {};
  opened = OpenSigners(batch, *world.store, *world.keys, kStart, world.log);
  ASSERT_TRUE(opened.ok()) << opened.status();
  ASSERT_EQ(opened->entries.size(), 1u);
  EXPECT_EQ(opened->entries[0].info.key_version, "v2");

  batch.settings.id = config.id + 1;
  EXPECT_TRUE(absl::IsFailedPrecondition(
      OpenSigners(batch, *world.store, *world.keys, kStart, world.log).status()));
}

TEST(OpenSigners, NoneValidOrOneUnreadableIsAnError) {
  World world;
  store::ExportBatch batch;
  batch.settings = world.Config("root");
  EXPECT_TRUE(absl::IsFailedPrecondition(
      OpenSigners(batch, *world.store, *world.keys, kStart - hours(24 * 366), world.log).status()));

  store::SignatureInfo lost;
  lost.signing_key = "file://lost.pem";
  lost.key_id = "310";
  lost.key_version = "lost";
  lost.from = kStart - hours(1);
  batch.settings.signature_info_ids = {1, *world.store->AddSignatureInfo(lost)};
  EXPECT_TRUE(
      absl::IsNotFound(OpenSigners(batch, *world.store, *world.keys, kStart, world.log).status()));
}

}  // namespace
}  // namespace enks::exports
