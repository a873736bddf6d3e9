#include "cli/demo_server.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "phone/state_text.h"

namespace enks::cli {
namespace {

constexpr std::uint64_t kLogBytesMax = 16u << 20;

}  // namespace

DemoServer::PidFile::~PidFile() {
  if (!kept) files.Remove(path).IgnoreError();
}

DemoServer::DemoServer(ServerProcess process, std::filesystem::path log_file,
                       const server::Settings& settings, base::Files& files)
    : files_(files),
      log_file_(std::move(log_file)),
      pid_file_{.files = files, .path = settings.data_folder / "server.pid"},
      process_(std::move(process)) {}

Result<std::unique_ptr<DemoServer>> DemoServer::Start(const server::Settings& settings,
                                                      base::Files& files) {
  const std::filesystem::path log_file = settings.data_folder / "server.log";
  // What an earlier server wrote must not be taken for the words of this one.
  ENKS_TRY(files.Remove(log_file));
  ENKS_ASSIGN(ServerProcess process,
              ServerProcess::Start({"serve", "--data", settings.data_folder.string()}, log_file));
  const pid_t pid = process.pid();
  auto server = std::make_unique<DemoServer>(std::move(process), log_file, settings, files);
  ENKS_TRY(files.Write(server->pid_file_.path, base::AsBytes(fmt::format("{}\n", pid)),
                       base::FileMode::kPublic));
  return server;
}

bool DemoServer::Listens(const std::string& base_url) {
  const std::string log = Log();
  for (const std::string_view line : phone::SplitAt('\n', log)) {
    if (line.starts_with("public ") && line.ends_with(" " + base_url)) return Running();
  }
  return false;
}

std::string DemoServer::Log() const {
  const auto log = files_.Read(log_file_, kLogBytesMax);
  return log.ok() ? std::string(base::AsText(*log)) : "";
}

void DemoServer::Keep() {
  pid_file_.kept = true;
  process_.Keep();
}

}  // namespace enks::cli
