#include "cli/stop_signals.h"

#include <signal.h>
#include <time.h>

namespace enks::cli {
namespace {

sigset_t StopSet() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t signals = StopSet();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

bool StopSignals::WaitFor(std::chrono::nanoseconds time) {
  if (came_) return true;
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  const timespec limit{.tv_sec = whole.count(), .tv_nsec = (time - whole).count()};
  const sigset_t signals = StopSet();
  came_ = sigtimedwait(&signals, nullptr, &limit) > 0;
  return came_;
}

}  // namespace enks::cli
