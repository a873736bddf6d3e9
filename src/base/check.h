#pragma once

namespace enks::base {

// Prints "broken invariant" with the place to standard error and aborts the process.
[[noreturn]] void FailCheck(const char* condition, const char* file, int line);

}  // namespace enks::base

// Ends the process when an invariant of our own code is broken, in release builds too. Input from
// outside must never be able to trip one: answer that with a Status or an outcome.
#define ENKS_CHECK(condition)                                                  \
  do {                                                                         \
    if (!(condition)) ::enks::base::FailCheck(#condition, __FILE__, __LINE__); \
  } while (false)
