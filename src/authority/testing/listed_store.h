#pragma once

#include <vector>

#include "store/testing/refusing_store.h"

namespace enks::authority {

// The rows of a database that answers, or fails, as a test says. Only what a directory asks for.
// May be asked from any thread; not to be changed meanwhile.
class ListedStore final : public store::testing::RefusingStore {
 public:
  std::vector<store::AuthorizedApp> apps;
  std::vector<store::HealthAuthority> authorities;
  Status apps_status;
  Status authorities_status;

  Result<std::vector<store::AuthorizedApp>> AuthorizedApps() override {
    if (!apps_status.ok()) return apps_status;
    return apps;
  }
  Result<std::vector<store::HealthAuthority>> HealthAuthorities() override {
    if (!authorities_status.ok()) return authorities_status;
    return authorities;
  }
};

}  // namespace enks::authority
