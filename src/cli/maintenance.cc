#include <fmt/format.h>

#include <memory>

#include "base/duration.h"
#include "cli/commands.h"

namespace enks::cli {
namespace {

void Show(Context& context, store::Store& store) {
  fmt::print(context.out, "Maintenance is {}.\n", Require(store.InMaintenance()) ? "on" : "off");
}

void Set(Context& context, const DataOptions& data, bool on) {
  auto opened = Require(OpenInstallation(context, data));
  Require(opened.store->SetMaintenance(on));
  Show(context, *opened.store);
  fmt::print(context.out,
             "Every server on this database {} within {}. Exports, files and health go on.\n",
             on ? "tells phones to come later" : "takes uploads again",
             base::FormatDuration(opened.settings.jobs.refresh));
}

}  // namespace

void AddMaintenanceCommand(Command root, Context& context) {
  Command group = root.AddGroup(
      "maintenance", "Tell phones to come later (429) while servers run, or take uploads again");
  auto options = std::make_shared<DataOptions>();
  const auto sub = [&](const char* name, const char* help) {
    Command command = group.AddCommand(name, help);
    AddDataOptions(command, *options, context);
    return command;
  };
  sub("on", "Uploads are answered 429 from now on; phones try again later")
      .Action([&context, options] { Set(context, *options, true); });
  sub("off", "Uploads are taken again").Action([&context, options] {
    Set(context, *options, false);
  });
  sub("show", "Say whether it is on").Action([&context, options] {
    auto opened = Require(OpenInstallation(context, *options));
    Show(context, *opened.store);
  });
}

}  // namespace enks::cli
