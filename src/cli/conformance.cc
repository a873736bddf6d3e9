#include <fmt/format.h>

#include <map>
#include <memory>

#include "cli/commands.h"
#include "conformance/case_file.h"
#include "conformance/runner.h"
#include "conformance/setup.h"
#include "conformance/table.h"
#include "http/client.h"
#include "json/writer.h"

namespace enks::cli {
namespace {

using conformance::Verdict;

struct Options {
  DataOptions data;
  std::string kit = "tests/conformance";
  std::string url;
  std::string server = "enks";
  std::string only;
  bool json = false;
  bool has_run_subcommand = false;
};

using Counts = std::map<Verdict, int>;

std::string OutcomeJson(const conformance::CaseFile& file, const conformance::Case& one,
                        const conformance::Outcome& outcome) {
  json::Writer writer;
  writer.BeginObject().Name("sheet").Text(file.sheet()).Name("case").Text(one.name);
  writer.Name("verdict").Text(conformance::VerdictName(outcome.verdict));
  if (!one.divergence.empty()) writer.Name("divergence").Text(one.divergence);
  writer.Name("differences").BeginArray();
  for (const std::string& line : outcome.differences) writer.Text(line);
  writer.EndArray().EndObject();
  return std::move(writer).Take();
}

// A line for the case and, below it, one for each difference.
void Print(const Context& context, const Options& options, const conformance::CaseFile& file,
           const conformance::Case& one, const conformance::Outcome& outcome) {
  if (options.json) {
    fmt::print(context.out, "{}\n", OutcomeJson(file, one, outcome));
    return;
  }
  fmt::print(context.out, "{:<13}  {}: {}\n", conformance::VerdictName(outcome.verdict),
             file.sheet(), one.name);
  for (const std::string& line : outcome.differences) {
    fmt::print(context.out, "{:<13}    {}\n", "", line);
  }
}

bool IsAskedFor(const Options& options, const conformance::CaseFile& file,
                const conformance::Case& one) {
  const std::string line = file.sheet() + ": " + one.name;
  return line.find(options.only) != std::string::npos;
}

conformance::Server ReadServer(const std::string& text) {
  if (text == "enks") return conformance::Server::kEnks;
  if (text == "reference") return conformance::Server::kReference;
  throw Failure(absl::InvalidArgumentError("--as: write enks or reference"));
}

void Summarize(const Context& context, const Counts& counts) {
  int run = 0;
  int bad = 0;
  std::string text;
  for (const auto& [verdict, count] : counts) {
    run += count;
    if (!conformance::IsGood(verdict)) bad += count;
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", count, conformance::VerdictName(verdict));
  }
  fmt::print(context.err, "{} cases: {}\n", run, text);
  if (run == 0) throw Failure(absl::NotFoundError("no case was run"));
  if (bad > 0) {
    throw Failure(absl::FailedPreconditionError(fmt::format("{} cases do not hold", bad)));
  }
}

void RunCases(Context& context, const Options& options) {
  if (options.url.empty()) {
    throw Failure(
        absl::InvalidArgumentError("--url: where is the server? See `enks conformance --help`"));
  }
  const conformance::ServerSetup setup =
      Require(conformance::ReadSetup(context.files, options.kit));
  const auto files = Require(conformance::ReadCaseFiles(context.files, options.kit));
  const auto client = http::Client::Create({});
  conformance::Runner runner(*client, options.url, ReadServer(options.server), setup, context.clock,
                             context.random);
  Counts counts;
  for (const auto& file : files) {
    for (const conformance::Case& one : file->cases()) {
      if (!IsAskedFor(options, *file, one)) continue;
      const conformance::Outcome outcome = runner.Run(*file, one);
      ++counts[outcome.verdict];
      Print(context, options, *file, one, outcome);
    }
  }
  Summarize(context, counts);
}

void RegisterSetup(Context& context, const Options& options) {
  const conformance::ServerSetup setup =
      Require(conformance::ReadSetup(context.files, options.kit));
  auto opened = Require(OpenInstallation(context, options.data));
  Require(conformance::RegisterSetup(setup, *opened.store));
  fmt::print(context.out, "Registered {} health authorities and {} apps of the kit.\n",
             setup.authorities.size(), setup.apps.size());
}

void AddKitOption(Command command, Options& options) {
  command.AddOption("--cases", options.kit, "Folder of the kit: setup.json, authority.pem, cases/")
      .TypeName("FOLDER")
      .ShowDefault();
}

}  // namespace

void AddConformanceCommand(Command root, Context& context) {
  auto options = std::make_shared<Options>();
  Command run = root.AddCommand("conformance",
                                "Hold a running server against the golden requests and answers");
  run.Footer(
      "Never against a server that real people use: it stores keys, and needs a health authority "
      "whose\nprivate key everybody has. Example:\n"
      "  enks init --data /tmp/kit --region US --key-id 310\n"
      "  enks conformance setup --data /tmp/kit\n"
      "  enks serve --data /tmp/kit --set publish.v1alpha1=true\n"
      "  enks conformance --url http://127.0.0.1:8080");
  run.AddOption("--url", options->url, "Address of the server, http://HOST:PORT");
  AddKitOption(run, *options);
  run.AddOption("--as", options->server, "Whose answers to expect: enks or reference")
      .ShowDefault();
  run.AddOption("--only", options->only, "Run only cases whose line contains this");
  run.AddFlag("--json", options->json, "Print a JSON object a case");

  Command setup = run.AddCommand("setup", "Register the kit's authorities and apps here");
  AddDataOptions(setup, options->data, context);
  AddKitOption(setup, *options);
  setup.Action([&context, options] {
    options->has_run_subcommand = true;
    RegisterSetup(context, *options);
  });

  Command table = run.AddCommand("table", "Print docs/compatibility.md");
  AddKitOption(table, *options);
  table.Action([&context, options] {
    options->has_run_subcommand = true;
    const auto files = Require(conformance::ReadCaseFiles(context.files, options->kit));
    fmt::print(context.out, "{}", conformance::CompatibilityTable(files));
  });

  // Called after the subcommand's, if one is given.
  run.Action([&context, options] {
    if (!options->has_run_subcommand) RunCases(context, *options);
  });
}

}  // namespace enks::cli
