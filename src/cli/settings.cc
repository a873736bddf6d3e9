#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "server/settings_table.h"

namespace enks::cli {
namespace {

// The value, without the password of a database: what is shown gets into tickets and chats.
std::string Shown(const server::Setting& setting, const server::Settings& settings) {
  const std::string value = setting.get(settings);
  if (setting.name != "server.database" || !value.starts_with('"')) return value;
  return fmt::format("\"{}\"", store::ShownLocation(settings.database));
}

void PrintAll(const Context& context, const server::Settings& settings) {
  for (const server::Setting& setting : server::SettingsTable()) {
    fmt::print(context.out, "{} = {}\n    {}\n    Allowed: {}. Default: {}.\n    Variable: {}",
               setting.name, Shown(setting, settings), setting.help, setting.range,
               setting.get(server::Settings{}), setting.Variable());
    if (!setting.reference.empty()) fmt::print(context.out, " or {}", setting.reference);
    fmt::print(context.out, "\n");
  }
}

}  // namespace

void AddSettingsCommand(Command root, Context& context) {
  auto data = std::make_shared<DataOptions>();
  Command command = root.AddCommand(
      "settings", "Check the settings of an installation and explain each with its value");
  AddDataOptions(command, *data, context);
  command.Action([&context, data] {
    const auto loaded = Require(LoadInstallation(context, *data));
    PrintAll(context, loaded.settings);
    for (const std::string& note : loaded.notes) fmt::print(context.err, "note: {}\n", note);
    fmt::print(context.err, "\nThe settings are sound.\n");
  });
}

}  // namespace enks::cli
