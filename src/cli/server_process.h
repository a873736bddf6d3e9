#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace enks::cli {

// A server in a process of its own: this same program with other arguments, in a session of its
// own, so that it can outlive us. It takes its settings from its arguments and its file alone: no
// variable that names or changes a setting reaches it. Its output goes to a file. Ended when this
// goes, unless kept.
class ServerProcess {
 public:
  static Result<ServerProcess> Start(const std::vector<std::string>& arguments,
                                     const std::filesystem::path& log_file);
  ServerProcess(ServerProcess&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
  ServerProcess& operator=(ServerProcess&&) = delete;
  ~ServerProcess();

  pid_t pid() const { return pid_; }
  // False once the process has ended.
  bool Running();
  // Lets it run on.
  void Keep() { pid_ = 0; }

 private:
  explicit ServerProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

}  // namespace enks::cli
