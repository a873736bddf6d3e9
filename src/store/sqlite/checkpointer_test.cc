#include "store/sqlite/checkpointer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "store/sqlite/connection.h"
#include "store/testing/temporary_folder.h"

namespace enks::store::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kPatience{60};

class CheckpointerTest : public ::testing::Test {
 protected:
  CheckpointerTest() {
    EXPECT_TRUE(CreateIfMissing(path_).ok());
    checkpointer_ = std::make_unique<Checkpointer>(*OpenHandle(path_));
    connection_ = std::make_unique<Connection>(*OpenHandle(path_), *checkpointer_);
    Run("CREATE TABLE t (a BLOB)");
  }

  void Run(sql::Literal text, std::initializer_list<sql::Value> values = {}) {
    const auto changed = connection_->Execute(text, values, nullptr);
    EXPECT_TRUE(changed.ok()) << changed.status();
  }
  std::uintmax_t LogSize() const { return fs::file_size(path_.string() + "-wal"); }

  const testing::TemporaryFolder folder_;
  const fs::path path_ = folder_.path() / "keys.db";
  std::unique_ptr<Checkpointer> checkpointer_;
  std::unique_ptr<Connection> connection_;
};

// More than the 1000 pages at which SQLite by default moves them within COMMIT.
const std::string kMuch(6'000'000, 'x');

TEST_F(CheckpointerTest, PagesReachTheFileAfterTheCommitThatWroteThem) {
  Run("INSERT INTO t (a) VALUES ($1)", {base::AsBytes(kMuch)});
  EXPECT_LT(fs::file_size(path_), kMuch.size());
  EXPECT_GT(LogSize(), kMuch.size());
  const base::SystemClock clock;
  const auto deadline = clock.Monotonic() + kPatience;
  while (fs::file_size(path_) < kMuch.size() && clock.Monotonic() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_GT(fs::file_size(path_), kMuch.size());
}

TEST_F(CheckpointerTest, ItEndsAtOnceWhileThereIsWorkLeft) {
  Run("INSERT INTO t (a) VALUES ($1)", {base::AsBytes(kMuch)});
  connection_.reset();
  const base::SystemClock clock;
  const auto before = clock.Monotonic();
  checkpointer_.reset();
  EXPECT_LT(clock.Monotonic() - before, kPatience);
  EXPECT_GT(fs::file_size(path_), kMuch.size());  // the last one to close moves what is left
}

}  // namespace
}  // namespace enks::store::sqlite
