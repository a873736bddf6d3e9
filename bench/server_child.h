#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace enks::bench {

// Two TCP ports of the loopback address that were free a moment ago.
struct Ports {
  std::uint16_t exposed = 0;
  std::uint16_t internal = 0;
};
Ports FreePorts();

// `enks serve` on an installation, in a process of its own, as in production. Ends with the object,
// and with this program, however that ends.
class ServerChild {
 public:
  // Returns once the server answers. Ends the program if it does not start; its log says why.
  ServerChild(const std::filesystem::path& program, const std::filesystem::path& data_folder,
              std::uint16_t public_port, const base::Clock& clock);
  ServerChild(const ServerChild&) = delete;
  ServerChild& operator=(const ServerChild&) = delete;
  ~ServerChild();

  // From the start of the process to its first healthy answer.
  double start_seconds() const { return start_seconds_; }

  // Of its whole life, all threads, kernel included.
  double CpuSeconds() const;
  double MemoryMb() const;  // resident now
  // The most that was resident at once since the start or the last ForgetPeak().
  double PeakMemoryMb() const;
  void ForgetPeak();

 private:
  std::string StatusOf(const char* file) const;
  double StatusMb(const char* name) const;
  void AwaitHealthy(std::uint16_t public_port, const base::Clock& clock);

  pid_t pid_ = -1;
  double start_seconds_ = 0;
};

}  // namespace enks::bench
