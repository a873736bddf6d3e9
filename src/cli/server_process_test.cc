#include "cli/server_process.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "base/test_folder.h"

namespace enks::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Sets a variable of this process and puts it back.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) {
    if (const char* const old = getenv(name)) old_ = old;
    setenv(name, value, 1);
  }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;
  ~ScopedVariable() { old_ ? setenv(name_, old_->c_str(), 1) : unsetenv(name_); }

 private:
  const char* const name_;
  std::optional<std::string> old_;
};

// Not a test of anything: what the process runs that the test below starts, which is this program
// again.
TEST(ServerProcessChild, DISABLED_PrintsItsEnvironment) {
  for (char** entry = environ; *entry != nullptr; ++entry) fmt::print("{}\n", *entry);
}

// What a started server finds in its environment.
std::string EnvironmentOfServer() {
  const base::TestFolder folder;
  const auto log_file = folder.path() / "server.log";
  auto server =
      ServerProcess::Start({"--gtest_also_run_disabled_tests",
                            "--gtest_filter=ServerProcessChild.DISABLED_PrintsItsEnvironment"},
                           log_file);
  EXPECT_TRUE(server.ok()) << server.status();
  if (!server.ok()) return "";
  siginfo_t ended{};
  waitid(P_PID, static_cast<id_t>(server->pid()), &ended, WEXITED | WNOWAIT);
  EXPECT_FALSE(server->Running());
  std::ostringstream text;
  text << std::ifstream(log_file).rdbuf();
  return text.str();
}

TEST(ServerProcessTest, AServerNeverSeesVariablesThatWouldChangeItsSettings) {
  const ScopedVariable own("ENKS_SERVER_DATABASE", "postgres:dbname=a-real-one");
  const ScopedVariable data("ENKS_DATA", "a-real-one");
  const ScopedVariable name("DB_NAME", "a-real-one");
  const ScopedVariable host("DB_HOST", "a-real-one");
  const ScopedVariable port("PORT", "a-real-one");
  const ScopedVariable ttl("CLEANUP_TTL", "a-real-one");
  const ScopedVariable other("SOMETHING_ELSE", "stays");
  const std::string environment = EnvironmentOfServer();
  EXPECT_THAT(environment, HasSubstr("SOMETHING_ELSE=stays\n"));
  EXPECT_THAT(environment, Not(HasSubstr("a-real-one")));
}

}  // namespace
}  // namespace enks::cli
