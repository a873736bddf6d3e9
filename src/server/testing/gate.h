#pragma once

#include <future>

namespace enks::server::testing {

// A door at which one thread waits until the test opens it. Used once.
class Gate {
 public:
  // For the thread under test.
  void Pass() {
    arrived_.set_value();
    opened_.get_future().wait();
  }

  // For the test.
  void WaitForArrival() { arrived_.get_future().wait(); }
  void Open() { opened_.set_value(); }

 private:
  std::promise<void> arrived_;
  std::promise<void> opened_;
};

}  // namespace enks::server::testing
