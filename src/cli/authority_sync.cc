#include "cli/authority_sync.h"

#include <fmt/format.h>

#include <memory>
#include <vector>

#include "base/time_text.h"
#include "jwks/key_sync.h"

namespace enks::cli {
namespace {

struct Options {
  DataOptions data;
  std::int64_t id = 0;  // 0: all
};

void Print(std::FILE* out, const jwks::AuthoritySync& outcome) {
  fmt::print(out, "{} {}\n", outcome.authority_id, outcome.name);
  for (const jwks::Finding& finding : outcome.findings) {
    fmt::print(out, "  key {} {} ({} {})\n", finding.version, jwks::Meaning(finding.kind),
               jwks::TimeName(finding.kind), base::FormatTime(finding.at));
  }
  for (const std::string& reason : outcome.skipped) fmt::print(out, "  not used: {}\n", reason);
  if (!outcome.status.ok()) {
    fmt::print(out, "  nothing was changed: {}\n", MessageOf(outcome.status));
  } else if (outcome.findings.empty()) {
    fmt::print(out, "  its keys are as its document says\n");
  }
}

std::vector<store::HealthAuthority> Chosen(jwks::KeySync& sync, std::int64_t id) {
  auto authorities = Require(sync.Authorities());
  if (id == 0) return authorities;
  std::erase_if(authorities, [id](const auto& authority) { return authority.id != id; });
  if (authorities.empty()) {
    Require(absl::NotFoundError(fmt::format(
        "there is no health authority {} with a JWKS address; `enks authority change {} "
        "--jwks-uri https://…` gives it one",
        id, id)));
  }
  return authorities;
}

void Sync(Context& context, const Options& options) {
  auto opened = Require(OpenInstallation(context, options.data));
  const auto fetcher = jwks::MakeHttpFetcher(opened.settings.jwks.Limits());
  jwks::KeySync sync(opened.settings.jwks.rules, *opened.store, *fetcher, context.clock);
  const auto authorities = Chosen(sync, options.id);
  if (authorities.empty()) {
    fmt::print(context.out, "No health authority has a JWKS address.\n");
    return;
  }
  int failed = 0;
  for (const store::HealthAuthority& authority : authorities) {
    const jwks::AuthoritySync outcome = sync.Sync(authority);
    Print(context.out, outcome);
    failed += outcome.status.ok() ? 0 : 1;
  }
  if (failed > 0) {
    Require(absl::UnavailableError(fmt::format("{} of {} health authorities could not be synced",
                                               failed, authorities.size())));
  }
}

}  // namespace

void AddAuthoritySync(Command group, Context& context) {
  auto options = std::make_shared<Options>();
  Command command = group.AddCommand(
      "sync", "Read JWKS documents once, as servers do all the time, and say what changed");
  AddDataOptions(command, options->data, context);
  command.AddOption("id", options->id, "Number shown by `enks authority list`; none: all");
  command.Action([&context, options] { Sync(context, *options); });
}

}  // namespace enks::cli
