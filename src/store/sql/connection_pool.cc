#include "store/sql/connection_pool.h"

#include <chrono>
#include <utility>

namespace enks::store::sql {
namespace {

// Longer than any statement on the small tables takes; a caller that waits longer should rather be
// told that the database is overloaded.
constexpr std::chrono::seconds kWaitMax{10};

}  // namespace

ConnectionPool::Lease::Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
    : pool_(pool), connection_(std::move(connection)) {}

ConnectionPool::Lease::~Lease() {
  if (connection_ != nullptr) pool_.GiveBack(std::move(connection_));
}

Result<ConnectionPool::Lease> ConnectionPool::Take() {
  {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_for(lock, kWaitMax, [this] { return taken_ < count_max_; })) {
      return absl::UnavailableError("all connections to the database are busy");
    }
    ++taken_;
    if (!idle_.empty()) {
      Lease lease(*this, std::move(idle_.back()));
      idle_.pop_back();
      return lease;
    }
  }
  auto connected = database_.Connect();
  if (connected.ok()) return Lease(*this, *std::move(connected));
  GiveBack(nullptr);
  return connected.status();
}

void ConnectionPool::GiveBack(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    --taken_;
    if (connection != nullptr) idle_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

}  // namespace enks::store::sql
