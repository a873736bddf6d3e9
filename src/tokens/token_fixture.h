#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/log.h"
#include "base/random.h"
#include "base/test_folder.h"
#include "base/virtual_clock.h"
#include "secrets/file_key_manager.h"
#include "store/open.h"
#include "store/testing/scratch_database.h"
#include "tokens/revision_tokens.h"

namespace enks::tokens {

// A database and a sealing key, for the tests of this folder.
class TokenFixture : public ::testing::Test {
 protected:
  TokenFixture()
      : store_(*store::OpenStore(scratch_.location(), store::StoreLimits(), clock_, log_)) {
    EXPECT_TRUE(sealing_keys_->CreateSealingKey(TokenOptions().sealing_key).ok());
    sealer_ = *sealing_keys_->OpenSealer(TokenOptions().sealing_key);
  }

  // Ids of the keys in the database, the newest first.
  std::string Ids() {
    std::string ids;
    const auto keys = *store_->RevisionKeys();
    for (const store::RevisionKey& key : keys) {
      ids += (ids.empty() ? "" : " ") + std::to_string(key.id);
    }
    return ids;
  }

  static constexpr base::UnixTime kStart{std::chrono::seconds(1606003200)};  // 2020-11-22T00:00Z

  base::VirtualClock clock_{kStart};
  base::MemoryLog log_;
  base::SeededRandom random_{1};
  base::SystemFiles files_;
  base::TestFolder folder_;
  const std::unique_ptr<secrets::FileKeyManager> sealing_keys_ =
      secrets::MakeFileKeyManager(folder_.path(), files_, random_);
  store::testing::ScratchDatabase scratch_{store::StoreLocation::Engine::kSqlite};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<secrets::Sealer> sealer_;
};

}  // namespace enks::tokens
