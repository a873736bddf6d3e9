#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace enks::base {

void FailCheck(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "enks: broken invariant `%s` at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace enks::base
