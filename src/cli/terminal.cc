#include "cli/terminal.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>

namespace enks::cli {
namespace {

constexpr const char* kYes = "yes\n";

}  // namespace

Result<bool> Confirm(const Context& context, const char* question, const char* instead) {
  if (isatty(STDIN_FILENO) == 0) {
    return absl::FailedPreconditionError(
        fmt::format("there is no terminal to ask at; {}", instead));
  }
  fmt::print(context.err, "{} Type yes: ", question);
  std::fflush(context.err);
  std::array<char, 16> answer{};
  if (std::fgets(answer.data(), static_cast<int>(answer.size()), stdin) == nullptr) return false;
  return std::strcmp(answer.data(), kYes) == 0;
}

std::string OperatorName(const Context& context) {
  const uid_t user = getuid();
  const auto before_sudo = context.environment.find("SUDO_USER");
  if (user == 0 && before_sudo != context.environment.end() && !before_sudo->second.empty()) {
    return before_sudo->second;
  }
  const passwd* entry = getpwuid(user);  // the program has no other thread that asks
  return entry != nullptr ? entry->pw_name : fmt::format("user {}", user);
}

}  // namespace enks::cli
