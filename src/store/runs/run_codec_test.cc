#include "store/runs/run_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <zlib.h>

#include <algorithm>
#include <map>

#include "base/random.h"

namespace enks::store::runs {
namespace {

using base::Bytes;
using exposure::KeyData;
using exposure::ReportType;

KeyRecord AnyRecord() {
  KeyRecord record;
  const auto bytes =
      *rc::gen::container<std::array<std::uint8_t, 16>>(rc::gen::arbitrary<std::uint8_t>());
  record.key = KeyData(bytes);
  record.rolling_start.number = *rc::gen::arbitrary<std::int32_t>();
  record.rolling_period = *rc::gen::inRange(1, 145);
  record.transmission_risk = *rc::gen::inRange(0, 9);
  record.report_type = static_cast<ReportType>(*rc::gen::inRange(0, 5));
  record.original_report_type = static_cast<ReportType>(*rc::gen::inRange(0, 5));
  if (*rc::gen::arbitrary<bool>()) record.days_since_onset = *rc::gen::inRange(-32767, 32768);
  record.origin_id = *rc::gen::arbitrary<std::uint32_t>();
  return record;
}

// Distinct by key, in key order.
std::map<KeyData, KeyRecord> AnyRecords() {
  std::map<KeyData, KeyRecord> records;
  const int count = *rc::gen::inRange(0, 40);
  for (int i = 0; i < count; ++i) {
    const KeyRecord record = AnyRecord();
    records.emplace(record.key, record);
  }
  return records;
}

std::vector<KeyRecord> Values(const std::map<KeyData, KeyRecord>& records) {
  std::vector<KeyRecord> values;
  for (const auto& [key, record] : records) values.push_back(record);
  return values;
}

std::vector<KeyRecord> RecordsOf(const RunView& run) {
  std::vector<KeyRecord> records;
  for (std::size_t i = 0; i < run.size(); ++i) records.push_back(run.At(i));
  return records;
}

PackedRun SomeRun(std::size_t count) {
  base::SeededRandom random(1);
  std::vector<KeyRecord> records(count);
  for (KeyRecord& record : records) {
    std::array<std::uint8_t, 16> bytes;
    random.Fill(bytes);
    record.key = KeyData(bytes);
    record.rolling_period = 144;
    record.origin_id = 1;
  }
  return PackedRun::Of(std::move(records));
}

Bytes BytesOf(const PackedRun& run) {
  return Bytes(run.view().bytes().begin(), run.view().bytes().end());
}

// Gives damaged records a checksum that fits, so that the checks behind it are reached.
Bytes Sealed(Bytes bytes) {
  const std::size_t size = bytes.size() - kChecksumBytes;
  const auto checksum = static_cast<std::uint32_t>(crc32_z(0, bytes.data(), size));
  for (std::size_t i = 0; i < kChecksumBytes; ++i) {
    bytes[size + i] = static_cast<std::uint8_t>(checksum >> (8 * i));
  }
  return bytes;
}

bool IsRefused(const Bytes& bytes) {
  return absl::IsDataLoss(RunView::Read(kRunFormat, bytes).status());
}

TEST(RunCodec, WhatIsPackedIsReadBackInKeyOrder) {
  EXPECT_TRUE(rc::check([] {
    const auto records = AnyRecords();
    RC_PRE(!records.empty());
    std::vector<KeyRecord> shuffled = Values(records);
    base::SeededRandom random(*rc::gen::arbitrary<std::uint64_t>());
    base::Shuffle(shuffled, random);
    const Bytes bytes = BytesOf(PackedRun::Of(shuffled));
    RC_ASSERT(bytes.size() == records.size() * kRecordBytes + kChecksumBytes);
    const auto read = RunView::Read(kRunFormat, bytes);
    RC_ASSERT(read.ok());
    RC_ASSERT(RecordsOf(*read) == Values(records));
  }));
}

TEST(RunCodec, MergingTwoRunsIsPackingTheirRecordsTogether) {
  EXPECT_TRUE(rc::check([] {
    const auto all = AnyRecords();
    std::vector<KeyRecord> a;
    std::vector<KeyRecord> b;
    for (const auto& [key, record] : all) (*rc::gen::arbitrary<bool>() ? a : b).push_back(record);
    const PackedRun merged = PackedRun::Merge(PackedRun::Of(a).view(), PackedRun::Of(b).view());
    RC_ASSERT(BytesOf(merged) == BytesOf(PackedRun::Of(Values(all))));
  }));
}

TEST(RunCodec, DealingKeepsEveryRecordInTheFewestRunsThatAreNotTooLarge) {
  EXPECT_TRUE(rc::check([] {
    const auto all = AnyRecords();
    const auto keys_max = static_cast<std::size_t>(*rc::gen::inRange(1, 50));
    const auto hands = PackedRun::Of(Values(all)).Deal(keys_max);
    RC_ASSERT(hands.size() == (all.size() + keys_max - 1) / keys_max);
    std::map<KeyData, KeyRecord> dealt;
    for (const PackedRun& hand : hands) {
      RC_ASSERT(hand.size() <= keys_max);
      RC_ASSERT(RunView::Read(kRunFormat, hand.view().bytes()).ok());
      for (const KeyRecord& record : RecordsOf(hand.view())) dealt.emplace(record.key, record);
    }
    RC_ASSERT(dealt == all);
  }));
}

TEST(RunCodec, NeighboursInKeyOrderAreDealtToDifferentRuns) {
  const PackedRun run = SomeRun(5);
  const auto hands = run.Deal(4);
  ASSERT_EQ(hands.size(), 2U);
  EXPECT_EQ(hands[0].view().KeyAt(0), run.view().KeyAt(0));
  EXPECT_EQ(hands[1].view().KeyAt(0), run.view().KeyAt(1));
  EXPECT_EQ(hands[0].view().KeyAt(1), run.view().KeyAt(2));
}

TEST(RunCodec, FindsEveryRecordByItsKeyAndNoOther) {
  EXPECT_TRUE(rc::check([] {
    const auto records = AnyRecords();
    const KeyRecord other = AnyRecord();
    const PackedRun run = PackedRun::Of(Values(records));
    for (const auto& [key, record] : records) RC_ASSERT(run.view().Find(key) == record);
    RC_ASSERT(run.view().Find(other.key).has_value() == records.contains(other.key));
  }));
}

TEST(RunCodec, TheBytesAreThoseOfTheFormatPage) {
  KeyRecord record;
  std::array<std::uint8_t, 16> key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  record.key = KeyData(key);
  record.rolling_start.number = 2'833'200;
  record.rolling_period = 144;
  record.transmission_risk = 2;
  record.report_type = ReportType::kConfirmed;
  record.original_report_type = ReportType::kLikely;
  record.days_since_onset = -3;
  record.origin_id = 7;
  EXPECT_EQ(base::ToHex(PackedRun::Of({record}).view().bytes()),
            "000102030405060708090a0b0c0d0e0f"
            "303b2b00"
            "90"
            "02"
            "01"
            "02"
            "fdff"
            "07000000"
            "8de30c8d");
}

TEST(RunCodec, EveryTruncationIsRefused) {
  const Bytes bytes = BytesOf(SomeRun(3));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_TRUE(IsRefused(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))))
        << size;
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_TRUE(IsRefused(longer));
  EXPECT_FALSE(IsRefused(bytes));
}

TEST(RunCodec, EveryFlippedBitIsRefused) {
  const Bytes bytes = BytesOf(SomeRun(3));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes damaged = bytes;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << (bit % 8)));
    EXPECT_TRUE(IsRefused(damaged)) << bit;
  }
}

TEST(RunCodec, RecordsOutOfOrderOrTwiceAreRefusedThoughTheChecksumFits) {
  const Bytes bytes = BytesOf(SomeRun(2));
  Bytes swapped = bytes;
  std::swap_ranges(swapped.begin(), swapped.begin() + kRecordBytes, swapped.begin() + kRecordBytes);
  EXPECT_TRUE(IsRefused(Sealed(swapped)));
  Bytes twice = bytes;
  std::copy(twice.begin(), twice.begin() + kRecordBytes, twice.begin() + kRecordBytes);
  EXPECT_TRUE(IsRefused(Sealed(twice)));
  EXPECT_FALSE(IsRefused(Sealed(bytes)));
}

TEST(RunCodec, ValuesOutOfRangeAreRefusedAndThoseAtTheBoundsAreNot) {
  struct Case {
    std::size_t at;
    std::uint8_t value;
    bool refused;
  };
  for (const auto& [at, value, refused] : std::vector<Case>{{20, 0, true},
                                                            {20, 1, false},
                                                            {20, 144, false},
                                                            {20, 145, true},
                                                            {21, 8, false},
                                                            {21, 9, true},
                                                            {22, 4, false},
                                                            {22, 5, true},
                                                            {23, 4, false},
                                                            {23, 5, true}}) {
    Bytes bytes = BytesOf(SomeRun(1));
    bytes[at] = value;
    EXPECT_EQ(IsRefused(Sealed(bytes)), refused) << at << ' ' << int{value};
  }
}

TEST(RunCodec, AnUnknownFormatIsRefused) {
  const Bytes bytes = BytesOf(SomeRun(1));
  EXPECT_TRUE(absl::IsDataLoss(RunView::Read(0, bytes).status()));
  EXPECT_TRUE(absl::IsDataLoss(RunView::Read(2, bytes).status()));
}

TEST(RunCodec, ARunWithoutRecordsIsNeverStored) {
  EXPECT_TRUE(IsRefused(BytesOf(PackedRun::Of({}))));
  EXPECT_TRUE(PackedRun::Of({}).Deal(10).empty());
}

}  // namespace
}  // namespace enks::store::runs
