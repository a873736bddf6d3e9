#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"

namespace enks::bench {

// What every answer of a load must be. Anything else ends the program: a figure with failures in it
// is none.
struct ExpectedAnswer {
  int status = 200;
  std::string body_part;  // must occur in the body
};

enum class Requests {
  kOnce,      // the load ends early when there are no more
  kRepeated,  // the server does not mind having seen one
};

struct Load {
  std::uint16_t port = 0;
  int connections = 1;
  std::chrono::nanoseconds span{0};
  Requests requests = Requests::kOnce;
  ExpectedAnswer expected;
};

struct LoadResult {
  double seconds = 0;                // from the first request to the last answer
  std::vector<double> milliseconds;  // of each request, from its first byte to its answer's last
  double PerSecond() const { return static_cast<double>(milliseconds.size()) / seconds; }
};

// Sends whole, ready requests to 127.0.0.1 on keep-alive connections, each of which has one request
// on its way at any time (a closed loop), from one thread.
LoadResult RunLoad(const Load& load, const std::vector<std::string>& requests,
                   const base::Clock& clock);

}  // namespace enks::bench
