#include "phone/report.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <numeric>

namespace enks::phone {
namespace {

// Lists of phones are cut, for a report that nobody can read helps nobody.
constexpr std::size_t kListedPhonesMax = 20;

std::string List(const std::vector<int>& phones) {
  const std::size_t shown = std::min(phones.size(), kListedPhonesMax);
  const auto end = phones.begin() + static_cast<std::ptrdiff_t>(shown);
  const char* more = shown < phones.size() ? " ..." : "";
  return absl::StrCat("[", absl::StrJoin(phones.begin(), end, " "), more, "]");
}

void AppendFault(std::int64_t count, const char* what, std::string& text) {
  if (count != 0) absl::StrAppend(&text, "FAULT     ", count, " ", what, "\n");
}

void AppendFaults(const Report& report, std::string& text) {
  for (const auto& [code, count] : report.refused) {
    absl::StrAppend(&text, "FAULT     ", count, " uploads refused: ", code, "\n");
  }
  AppendFault(report.unavailable, "uploads without an answer", text);
  AppendFault(report.forged_accepted, "uploads with forged certificates accepted", text);
  AppendFault(report.cover_failed, "cover requests not answered 200", text);
  AppendFault(report.files_refused, "downloads refused by phones", text);
  AppendFault(report.late_lines, "index lines that came too late to be followed", text);
  AppendFault(report.malformed_lines, "index lines that are no names", text);
  AppendFault(report.never_exported, "keys never exported", text);
  AppendFault(report.revisions_never_exported, "revised keys never exported", text);
  AppendFault(report.exported_twice, "keys exported twice", text);
  AppendFault(report.embargo_breaches, "keys exported while still valid", text);
  if (!report.missing.empty()) {
    absl::StrAppend(&text, "FAULT     not warned: phones ", List(report.missing), "\n");
  }
  if (!report.surplus.empty()) {
    absl::StrAppend(&text, "FAULT     wrongly warned: phones ", List(report.surplus), "\n");
  }
}

}  // namespace

bool Report::Passed() const {
  std::string faults;
  AppendFaults(*this, faults);
  return faults.empty();
}

std::string FormatReport(const Report& report) {
  const std::int64_t keys = std::accumulate(
      report.files.begin(), report.files.end(), std::int64_t{0},
      [](std::int64_t sum, const SeenFile& file) { return sum + file.keys + file.revised_keys; });
  const std::uint64_t bytes =
      std::accumulate(report.files.begin(), report.files.end(), std::uint64_t{0},
                      [](std::uint64_t sum, const SeenFile& file) { return sum + file.zip_bytes; });
  std::string text = absl::StrCat("phones    ", report.phones, ", encounters ", report.encounters,
                                  ", diagnosed ", report.diagnoses, "\n");
  absl::StrAppend(&text, "uploads   ", report.uploads, " taken, ", report.revisions, " revised, ",
                  report.partial, " partial, ", report.forged_refused, " forged and refused, ",
                  report.cover_sent, " cover; ", report.keys_shared, " keys\n");
  absl::StrAppend(&text, "files     ", report.files.size(), " with ", keys, " keys in ", bytes,
                  " bytes, downloaded ", report.downloads, " times\n");
  absl::StrAppend(&text, "warnings  ", report.notified, " phones; must be ", report.expected,
                  ", may be ", report.undecided, " more\n");
  AppendFaults(report, text);
  if (report.Passed()) absl::StrAppend(&text, "passed    nobody missing, nobody wrongly warned\n");
  return text;
}

void Judge(Population& population, const Ledger& ledger, std::chrono::seconds delivery_max,
           Report& report) {
  const std::vector<Verdict> verdicts =
      FindTruth(population.size(), population.encounters(), ledger.SharedKeys(delivery_max));
  report.phones = population.size();
  report.encounters = static_cast<std::int64_t>(population.encounters().size());
  report.keys_shared = ledger.KeysShared();
  report.never_exported = ledger.NeverExported();
  report.revisions_never_exported = ledger.RevisionsNeverExported();
  report.exported_twice = ledger.ExportedTwice();
  report.embargo_breaches = ledger.embargo_breaches();
  for (int i = 0; i < population.size(); ++i) {
    const Verdict verdict = verdicts[static_cast<std::size_t>(i)];
    const bool notified = population.phone(i).exposures().Notifies();
    if (notified) ++report.notified;
    if (verdict == Verdict::kMust) ++report.expected;
    if (verdict == Verdict::kMay) ++report.undecided;
    if (verdict == Verdict::kMust && !notified) report.missing.push_back(i);
    if (verdict == Verdict::kMustNot && notified) report.surplus.push_back(i);
  }
}

}  // namespace enks::phone
