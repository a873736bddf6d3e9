#include "store/testing/other_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/check.h"

namespace enks::store::testing {

OtherProcess::OtherProcess(const std::function<bool()>& body) : child_(::fork()) {
  ENKS_CHECK(child_ >= 0);
  // _exit: the child must not end what belongs to its parent (the test server) on its way out.
  if (child_ == 0) ::_exit(body() ? 0 : 1);
}

OtherProcess::~OtherProcess() {
  Succeeded();
}

bool OtherProcess::Succeeded() {
  if (child_ < 0) return false;
  const pid_t child = std::exchange(child_, -1);
  int ended = 0;
  while (::waitpid(child, &ended, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(ended) && WEXITSTATUS(ended) == 0;
}

}  // namespace enks::store::testing
