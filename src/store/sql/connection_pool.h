#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "store/sql/connection.h"

namespace enks::store::sql {

// Connections of one database, made when needed and kept, at most `count_max` at once. There is no
// question to the server when one is taken: a connection whose server went away heals at its next
// Begin. Thread-safe. Every Lease must be gone before the pool is.
class ConnectionPool {
 public:
  ConnectionPool(Database& database, std::size_t count_max)
      : database_(database), count_max_(count_max) {}
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  // A connection that its holder alone uses; it goes back when the Lease goes.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection);
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Connection& operator*() const { return *connection_; }

   private:
    ConnectionPool& pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Waits for a free connection, a few seconds at most: then kUnavailable.
  Result<Lease> Take();

 private:
  void GiveBack(std::unique_ptr<Connection> connection);

  Database& database_;
  const std::size_t count_max_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
  std::size_t taken_ = 0;                          // guarded by mutex_
};

}  // namespace enks::store::sql
