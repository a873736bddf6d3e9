#pragma once

#include <sys/types.h>

#include <functional>

namespace enks::store::testing {

// Runs a function in a child process, for tests of several processes at one database. The function
// returns whether all went well. Start it while no other thread of ours runs.
class OtherProcess {
 public:
  explicit OtherProcess(const std::function<bool()>& body);
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  ~OtherProcess();

  // Waits for its end; true if the function returned true.
  bool Succeeded();

 private:
  pid_t child_;
};

}  // namespace enks::store::testing
