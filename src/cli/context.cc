#include "cli/context.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/time_text.h"
#include "secrets/file_key_manager.h"

namespace enks::cli {
namespace {

constexpr std::uint64_t kTextFileBytesMax = 64 * 1024;

Result<std::pair<std::string, std::string>> SplitOverride(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return absl::InvalidArgumentError(fmt::format("--set {}: write NAME=VALUE", text));
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

}  // namespace

std::string DefaultFolder(const Context& context) {
  const auto variable = context.environment.find("ENKS_DATA");
  return variable == context.environment.end() ? "enks-data" : variable->second;
}

void AddDataOptions(Command command, DataOptions& options, const Context& context) {
  options.folder = DefaultFolder(context);
  command
      .AddOption("-d,--data", options.folder,
                 "Folder of the installation: settings, keys, database, files")
      .ShowDefault();
  command
      .AddOption("-s,--set", options.overrides,
                 "Override a setting: NAME=VALUE (see `enks settings`)")
      .TypeName("NAME=VALUE");
}

Result<server::LoadedSettings> LoadInstallation(const Context& context,
                                                const DataOptions& options) {
  server::SettingsSources sources;
  sources.data_folder = options.folder;
  sources.file = sources.data_folder / server::kSettingsFileName;
  sources.environment = context.environment;
  for (const std::string& text : options.overrides) {
    ENKS_ASSIGN(auto entry, SplitOverride(text));
    sources.overrides.push_back(std::move(entry));
  }
  return server::LoadSettings(sources, context.files);
}

Result<Installation> OpenInstallation(const Context& context, const DataOptions& options) {
  Installation opened;
  ENKS_ASSIGN(server::LoadedSettings loaded, LoadInstallation(context, options));
  opened.settings = std::move(loaded.settings);
  ENKS_ASSIGN(const store::StoreLocation location, opened.settings.Location());
  opened.log = std::make_unique<base::StderrLog>(base::LogLevel::kWarning, base::LogFormat::kHuman,
                                                 context.clock);
  ENKS_ASSIGN(opened.store,
              store::OpenStore(location, opened.settings.store, context.clock, *opened.log));
  opened.keys = secrets::MakeFileKeyManager(opened.settings.Resolve(opened.settings.key_folder),
                                            context.files, context.random);
  return opened;
}

void Require(const Status& status) {
  if (!status.ok()) throw Failure(status);
}

base::UnixTime ReadTime(const Context& context, const std::string& text, const char* option) {
  if (text == "now") return context.clock.Now();
  const auto time = base::ParseTime(text);
  if (!time) {
    Require(absl::InvalidArgumentError(fmt::format(
        "{} {}: write a time as 2026-11-22T06:00:00Z, 2026-11-22 or now", option, text)));
  }
  return *time;
}

std::string StoredAppName(std::string name) {
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

std::string ReadTextFile(const Context& context, const std::string& path) {
  const base::Bytes bytes = Require(context.files.Read(path, kTextFileBytesMax));
  return std::string(base::AsText(bytes));
}

}  // namespace enks::cli
