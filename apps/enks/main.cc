#include <unistd.h>

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "cli/commands.h"

namespace {

std::map<std::string, std::string> ReadEnvironment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace

int main(int argc, char** argv) {
  const enks::base::SystemClock clock;
  enks::base::SystemRandom random;
  enks::base::SystemFiles files;
  enks::cli::Context context{clock, random, files, ReadEnvironment(), stdout, stderr};
  return enks::cli::RunProgram(argc, argv, context);
}
