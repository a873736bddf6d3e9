#pragma once

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "cli/command.h"
#include "secrets/signer.h"
#include "server/settings_load.h"
#include "store/open.h"

namespace enks::cli {

// What a subcommand may use of the outside world; main() hands in the real one.
struct Context {
  const base::Clock& clock;
  base::Random& random;
  base::Files& files;
  std::map<std::string, std::string> environment;
  std::FILE* out;  // results
  std::FILE* err;  // progress and errors
};

// Options of every subcommand that works on an installation.
struct DataOptions {
  std::string folder;
  std::vector<std::string> overrides;  // NAME=VALUE
};

// The folder of an installation unless --data names one: ENKS_DATA, or else enks-data here.
std::string DefaultFolder(const Context& context);
void AddDataOptions(Command command, DataOptions& options, const Context& context);

// The settings of the installation; notes and errors as LoadSettings.
Result<server::LoadedSettings> LoadInstallation(const Context& context, const DataOptions& options);

// An opened installation, for subcommands that read or change its configuration.
struct Installation {
  server::Settings settings;
  std::unique_ptr<base::Log> log;  // the store writes to it
  std::unique_ptr<store::Store> store;
  std::unique_ptr<secrets::KeyManager> keys;
};
Result<Installation> OpenInstallation(const Context& context, const DataOptions& options);

// How the program ends.
enum class ExitStatus : int {
  kDone = 0,
  kFailed = 1,
  kWrongUsage = 2,
  kUndecided = 3,  // `enks attestation verify`: only somebody else can say
};

// Thrown by a command's action to end the program with a message on standard error, because an
// action returns nothing. program.cc catches it.
class Failure {
 public:
  explicit Failure(Status status, ExitStatus exit = ExitStatus::kFailed)
      : status_(std::move(status)), exit_(exit) {}
  const Status& status() const { return status_; }
  ExitStatus exit() const { return exit_; }

 private:
  Status status_;
  ExitStatus exit_;
};

// Throws Failure unless the status is OK.
void Require(const Status& status);
template <typename T>
T Require(Result<T> result) {
  Require(result.status());
  return *std::move(result);
}

// A time from the command line: RFC 3339, a date, or `now`. Throws Failure naming `option`.
base::UnixTime ReadTime(const Context& context, const std::string& text, const char* option);

// The name of an app as it is stored: in lower case.
std::string StoredAppName(std::string name);

// The text of a file such as a PEM key, at most 64 KiB. Throws Failure.
std::string ReadTextFile(const Context& context, const std::string& path);

}  // namespace enks::cli
