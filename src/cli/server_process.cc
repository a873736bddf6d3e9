#include "cli/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string_view>
#include <system_error>

#include "server/reference_environment.h"

extern char** environ;

namespace enks::cli {
namespace {

constexpr const char* kThisProgram = "/proc/self/exe";

Result<std::string> ProgramPath() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink(kThisProgram, error);
  if (error) return absl::UnavailableError("cannot find this program: " + error.message());
  return path.string();
}

// Our environment without what settings are read from. These variables win over the settings file,
// so a server that inherited them would work on the database they name, not on its own.
std::vector<char*> ServerEnvironment() {
  std::vector<char*> kept;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!server::IsSettingsVariable(text.substr(0, text.find('=')))) kept.push_back(*entry);
  }
  kept.push_back(nullptr);
  return kept;
}

// What a spawned process inherits; freed when this goes.
class SpawnPlan {
 public:
  explicit SpawnPlan(const std::filesystem::path& log_file) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, log_file.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
    posix_spawnattr_init(&attributes_);
    // Its signals are its own: it must end on those that its parent holds back.
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  Result<pid_t> Spawn(const std::string& program, char* const* arguments) {
    pid_t pid = 0;
    const std::vector<char*> environment = ServerEnvironment();
    const int error =
        posix_spawn(&pid, program.c_str(), &actions_, &attributes_, arguments, environment.data());
    if (error == 0) return pid;
    return absl::UnavailableError("cannot start " + program + ": " +
                                  std::generic_category().message(error));
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

Result<ServerProcess> ServerProcess::Start(const std::vector<std::string>& arguments,
                                           const std::filesystem::path& log_file) {
  ENKS_ASSIGN(std::string program, ProgramPath());
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  SpawnPlan plan(log_file);
  ENKS_ASSIGN(const pid_t pid, plan.Spawn(program, pointers.data()));
  return ServerProcess(pid);
}

bool ServerProcess::Running() {
  if (pid_ == 0 || waitpid(pid_, nullptr, WNOHANG) == 0) return pid_ != 0;
  pid_ = 0;
  return false;
}

ServerProcess::~ServerProcess() {
  if (pid_ == 0) return;
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

}  // namespace enks::cli
