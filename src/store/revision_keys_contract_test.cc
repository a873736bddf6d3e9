#include <string>
#include <thread>

#include "store/testing/store_contract.h"

// store.h on the keys of revision tokens.
namespace enks::store {
namespace {

class RevisionKeysTest : public testing::StoreContractTest {
 protected:
  static RevisionKey Key(std::uint8_t mark) {
    RevisionKey key;
    key.additional = base::Bytes(16, mark);
    key.sealed = base::Bytes{mark, 0, mark};
    key.created_at = kStart;
    return key;
  }
  std::string Ids() {
    std::string ids;
    const auto keys = *store_->RevisionKeys();
    for (const RevisionKey& key : keys) ids += std::to_string(key.id) + " ";
    return ids;
  }
};
INSTANTIATE_ON_BOTH_ENGINES(RevisionKeysTest);

TEST_P(RevisionKeysTest, AKeyComesBackAsItWasAdded) {
  const std::int64_t id = *store_->AddRevisionKey(Key(7), 0);
  const auto keys = *store_->RevisionKeys();
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].id, id);
  EXPECT_EQ(keys[0].additional, Key(7).additional);
  EXPECT_EQ(keys[0].sealed, Key(7).sealed);
  EXPECT_EQ(keys[0].created_at, kStart);
}

TEST_P(RevisionKeysTest, TheNewestComesFirst) {
  const std::int64_t first = *store_->AddRevisionKey(Key(1), 0);
  const std::int64_t second = *store_->AddRevisionKey(Key(2), first);
  EXPECT_EQ(Ids(), std::to_string(second) + " " + std::to_string(first) + " ");
}

TEST_P(RevisionKeysTest, OnlyTheSuccessorOfTheNewestKeyIsAdded) {
  const std::int64_t first = *store_->AddRevisionKey(Key(1), 0);
  EXPECT_TRUE(absl::IsAborted(store_->AddRevisionKey(Key(2), 0).status()));
  EXPECT_TRUE(absl::IsAborted(store_->AddRevisionKey(Key(2), first + 1).status()));
  EXPECT_EQ(Ids(), std::to_string(first) + " ");
}

TEST_P(RevisionKeysTest, OfManyThatAddAtOnceOneSucceeds) {
  std::vector<Status> outcomes(8);
  std::vector<std::thread> threads;
  for (Status& outcome : outcomes) {
    threads.emplace_back([&] { outcome = store_->AddRevisionKey(Key(1), 0).status(); });
  }
  for (std::thread& thread : threads) thread.join();
  int added = 0;
  for (const Status& outcome : outcomes) {
    if (outcome.ok()) ++added;
    EXPECT_TRUE(outcome.ok() || absl::IsAborted(outcome)) << outcome;
  }
  EXPECT_EQ(added, 1);
  EXPECT_EQ(store_->RevisionKeys()->size(), 1U);
}

TEST_P(RevisionKeysTest, ADestroyedKeyIsGoneAndItsIdIsNotGivenAgain) {
  const std::int64_t id = *store_->AddRevisionKey(Key(1), 0);
  EXPECT_TRUE(store_->DestroyRevisionKey(id).ok());
  EXPECT_EQ(Ids(), "");
  const std::int64_t next = *store_->AddRevisionKey(Key(2), 0);
  EXPECT_GT(next, id);
  EXPECT_EQ(Ids(), std::to_string(next) + " ");
}

TEST_P(RevisionKeysTest, WhatIsNotThereCannotBeDestroyed) {
  EXPECT_TRUE(absl::IsNotFound(store_->DestroyRevisionKey(1)));
  const std::int64_t id = *store_->AddRevisionKey(Key(1), 0);
  EXPECT_TRUE(store_->DestroyRevisionKey(id).ok());
  EXPECT_TRUE(absl::IsNotFound(store_->DestroyRevisionKey(id)));
}

}  // namespace
}  // namespace enks::store
