#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/phone_commands.h"
#include "cli/stop_signals.h"
#include "scenario/simulation.h"

namespace enks::cli {
namespace {

struct SimulateOptions {
  scenario::SimulationOptions simulation;
  std::string start = "2026-01-05";
  bool attest = false;
};

// A folder that goes with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "enks-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      Require(absl::UnavailableError("cannot make a temporary folder like " + name));
    }
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void Simulate(Context& context, SimulateOptions options) {
  options.simulation.world.plan.start = ReadTime(context, options.start, "--start");
  Require(phone::CheckPlan(options.simulation.world.plan));
  StopSignals stop;  // first, so that the folder goes, too, when the user has seen enough
  const TemporaryFolder folder;
  options.simulation.folder = folder.path();
  if (options.attest) options.simulation.attestation = scenario::DeviceAttestation::kEnforced;
  base::StderrLog log(base::LogLevel::kError, base::LogFormat::kHuman, context.clock);
  base::UnixTime shown;
  const auto progress = [&](base::UnixTime now, const phone::Report& so_far) {
    if (stop.Came()) throw Failure(absl::CancelledError("the simulation was stopped"));
    if (now - shown < std::chrono::hours(24)) return;
    shown = now;
    fmt::print(context.err, "  {}  {:>5} uploads  {:>5} files\n",
               base::FormatTime(now).substr(0, 10), so_far.uploads, so_far.files.size());
  };
  const phone::Report report =
      Require(scenario::Simulate(options.simulation, context.files, context.random, log, progress));
  fmt::print(context.out, "{}", phone::FormatReport(report));
  if (!report.Passed()) {
    throw Failure(absl::InternalError("the simulation found something wrong; see above"));
  }
}

void AddSimulate(Command group, Context& context) {
  auto options = std::make_shared<SimulateOptions>();
  phone::PlanOptions& plan = options->simulation.world.plan;
  plan.phones = 1000;
  plan.days = 15;
  Command command = group.AddCommand(
      "simulate", "Days of many phones against a server in this process, under a virtual clock");
  command.Footer("Example: enks phone simulate --phones 2000 --days 15 --seed 7");
  command.AddOption("--phones", plan.phones, "How many phones").ShowDefault();
  command.AddOption("--days", plan.days, "How many virtual days").ShowDefault();
  command.AddOption("--seed", plan.seed, "The same seed tells the same story").ShowDefault();
  command.AddOption("--contacts", plan.contacts_per_day, "Contacts of a phone a day").ShowDefault();
  command.AddOption("--start", options->start, "First day").ShowDefault();
  command
      .AddOption("--database", options->simulation.database,
                 "SQLite in a temporary folder, or a PostgreSQL connection to an empty "
                 "database")
      .ShowDefault();
  command.AddFlag("--attest", options->attest,
                  "The app attests its devices, in five ways, to simulated vendors; impostors try");
  command.Action([&context, options] { Simulate(context, *options); });
}

}  // namespace

void AddPhoneCommand(Command root, Context& context) {
  Command group =
      root.AddGroup("phone", "Simulated phones: try a server, end to end, without owning a phone");
  AddSimulate(group, context);
  AddPhoneDemo(group, context);
  AddPhoneByHand(group, context);
}

}  // namespace enks::cli
