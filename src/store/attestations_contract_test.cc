#include <atomic>
#include <thread>
#include <vector>

#include "store/testing/store_contract.h"

// attestations.h: what is remembered of device attestations.
namespace enks::store {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr std::int64_t kDay = 20'000;

AttestationMark Mark(std::uint8_t token, std::uint8_t upload, UnixTime expires) {
  return {.token = base::Bytes(32, token), .upload = base::Bytes(32, upload), .expires = expires};
}

AttestedKey Key(std::uint8_t id) {
  return {.id = base::Bytes(32, id),
          .public_key = base::Bytes{1, 0, id},
          .app_id = "TEAM.app",
          .counter = 4'294'967'294U,
          .last_used_day = kDay};
}

class AttestationsTest : public testing::StoreContractTest {};
INSTANTIATE_ON_BOTH_ENGINES(AttestationsTest);

TEST_P(AttestationsTest, AMarkStaysWhatItWasFirst) {
  EXPECT_EQ(store_->RememberAttestation(Mark(1, 7, kStart))->upload, base::Bytes(32, 7));
  EXPECT_EQ(store_->RememberAttestation(Mark(1, 7, kStart))->upload, base::Bytes(32, 7));
  EXPECT_EQ(store_->RememberAttestation(Mark(1, 8, kStart))->upload, base::Bytes(32, 7));
  EXPECT_EQ(store_->RememberAttestation(Mark(2, 8, kStart))->upload, base::Bytes(32, 8));
}

TEST_P(AttestationsTest, TellsANewMarkFromARepetition) {
  EXPECT_TRUE(store_->RememberAttestation(Mark(1, 7, kStart))->is_new);
  EXPECT_FALSE(store_->RememberAttestation(Mark(1, 7, kStart))->is_new);
}

TEST_P(AttestationsTest, AMarkThatIsForgottenWasNeverThere) {
  ASSERT_TRUE(store_->RememberAttestation(Mark(1, 7, kStart)).ok());
  EXPECT_TRUE(store_->ForgetAttestation(base::Bytes(32, 1)).ok());
  EXPECT_TRUE(store_->ForgetAttestation(base::Bytes(32, 1)).ok());
  EXPECT_EQ(store_->RememberAttestation(Mark(1, 8, kStart))->upload, base::Bytes(32, 8));
}

TEST_P(AttestationsTest, OfManyAtOnceOneIsTheFirst) {
  constexpr std::uint8_t kThreads = 8;
  std::atomic<int> first = 0;
  std::vector<std::thread> threads;
  for (std::uint8_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      const auto held = store_->RememberAttestation(Mark(1, i, kStart));
      ASSERT_TRUE(held.ok()) << held.status();
      if (held->is_new) ++first;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(first, 1);
}

TEST_P(AttestationsTest, ADayHasOneSecret) {
  EXPECT_EQ(*store_->AttestationSecret(kDay, base::Bytes(32, 1)), base::Bytes(32, 1));
  EXPECT_EQ(*store_->AttestationSecret(kDay, base::Bytes(32, 2)), base::Bytes(32, 1));
  EXPECT_EQ(*store_->AttestationSecret(kDay + 1, base::Bytes(32, 2)), base::Bytes(32, 2));
}

TEST_P(AttestationsTest, AKeyComesBackAsItWasAdded) {
  EXPECT_EQ(*store_->FindAttestedKey(Key(1).id), std::nullopt);
  ASSERT_TRUE(store_->AddAttestedKey(Key(1)).ok());
  EXPECT_EQ(*store_->FindAttestedKey(Key(1).id), Key(1));
  EXPECT_TRUE(absl::IsAlreadyExists(store_->AddAttestedKey(Key(1))));
}

TEST_P(AttestationsTest, ACounterOnlyGrows) {
  ASSERT_TRUE(store_->AddAttestedKey(Key(1)).ok());
  const base::Bytes id = Key(1).id;
  EXPECT_TRUE(absl::IsAborted(store_->AdvanceAttestedKey(id, 4'294'967'293U, kDay + 1)));
  EXPECT_TRUE(absl::IsAborted(store_->AdvanceAttestedKey(id, 4'294'967'294U, kDay + 1)));
  EXPECT_EQ(*store_->FindAttestedKey(id), Key(1));
  EXPECT_TRUE(store_->AdvanceAttestedKey(id, 4'294'967'295U, kDay + 1).ok());
  EXPECT_EQ((*store_->FindAttestedKey(id))->counter, 4'294'967'295U);
  EXPECT_EQ((*store_->FindAttestedKey(id))->last_used_day, kDay + 1);
  EXPECT_TRUE(absl::IsNotFound(store_->AdvanceAttestedKey(base::Bytes(32, 9), 1, kDay)));
}

TEST_P(AttestationsTest, WhatIsOldIsDeletedAndNothingElse) {
  const UnixTime now{days(kDay) + hours(5)};
  ASSERT_TRUE(store_->RememberAttestation(Mark(1, 1, now)).ok());
  ASSERT_TRUE(store_->RememberAttestation(Mark(2, 1, now + hours(1))).ok());
  for (const std::int64_t day : {kDay - 2, kDay - 1, kDay}) {
    ASSERT_TRUE(store_->AttestationSecret(day, base::Bytes(32, 1)).ok());
  }
  AttestedKey idle = Key(1);
  idle.last_used_day = kDay - 31;
  ASSERT_TRUE(store_->AddAttestedKey(idle).ok());
  AttestedKey used = Key(2);
  used.last_used_day = kDay - 30;
  ASSERT_TRUE(store_->AddAttestedKey(used).ok());

  EXPECT_EQ(*store_->DeleteOldAttestations(now, days(30)), 2);
  EXPECT_EQ(store_->RememberAttestation(Mark(1, 9, now))->upload, base::Bytes(32, 9));
  EXPECT_EQ(store_->RememberAttestation(Mark(2, 9, now))->upload, base::Bytes(32, 1));
  EXPECT_EQ(*store_->AttestationSecret(kDay - 2, base::Bytes(32, 2)), base::Bytes(32, 2));
  EXPECT_EQ(*store_->AttestationSecret(kDay - 1, base::Bytes(32, 2)), base::Bytes(32, 1));
  EXPECT_EQ(*store_->FindAttestedKey(idle.id), std::nullopt);
  EXPECT_EQ(*store_->FindAttestedKey(used.id), used);
}

}  // namespace
}  // namespace enks::store
