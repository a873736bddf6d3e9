#include "phone/report.h"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>

namespace enks::phone {
namespace {

// Lists of phones are cut, for a report that nobody can read helps nobody.
constexpr std::size_t kListedPhonesMax = 20;

template <typename... Args>
void Append(std::string& text, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
}

std::string List(const std::vector<int>& phones) {
  const std::size_t shown = std::min(phones.size(), kListedPhonesMax);
  return fmt::format("{}{}", fmt::join(std::span(phones).first(shown), " "),
                     shown < phones.size() ? " ..." : "");
}

void AppendFault(std::int64_t count, const char* what, std::string& text) {
  if (count != 0) Append(text, "FAULT     {} {}\n", count, what);
}

void AppendFaults(const Report& report, std::string& text) {
  for (const auto& [code, count] : report.refused) {
    Append(text, "FAULT     {} uploads refused: {}\n", count, code);
  }
  AppendFault(report.partial, "uploads taken in part although all of their keys were valid", text);
  AppendFault(report.unavailable, "uploads without an answer", text);
  AppendFault(report.forged_accepted, "uploads with forged certificates accepted", text);
  AppendFault(report.pretences_not_refused,
              "uploads without a genuine attestation not refused for that", text);
  AppendFault(report.cover_failed, "cover requests not answered 200", text);
  AppendFault(report.index_failures, "looks at the index without an answer", text);
  AppendFault(report.files_missing, "downloads of listed files that are not there", text);
  AppendFault(report.files_unavailable, "downloads without an answer", text);
  AppendFault(report.files_refused, "downloads refused by phones", text);
  AppendFault(report.files_duplicate, "downloads of the same file under another name", text);
  AppendFault(report.late_lines, "index lines that came too late to be followed", text);
  AppendFault(report.malformed_lines, "index lines that are no names", text);
  AppendFault(report.never_exported, "keys never exported", text);
  AppendFault(report.revisions_never_exported, "revised keys never exported", text);
  AppendFault(report.exported_twice, "keys exported twice", text);
  AppendFault(report.embargo_breaches, "keys exported while still valid", text);
  AppendFault(report.exported_altered, "keys exported with other values than they were shared with",
              text);
  if (!report.missing.empty()) Append(text, "FAULT     not warned: {}\n", List(report.missing));
  if (!report.surplus.empty()) Append(text, "FAULT     wrongly warned: {}\n", List(report.surplus));
  if (report.expected == 0) {
    Append(text,
           "FAULT     nobody had to be warned, so nothing was proved: try more phones or another "
           "seed\n");
  }
}

std::int64_t KeysInFiles(const Report& report) {
  std::int64_t keys = 0;
  for (const SeenFile& file : report.files) keys += file.keys + file.revised_keys;
  return keys;
}

std::uint64_t BytesInFiles(const Report& report) {
  std::uint64_t bytes = 0;
  for (const SeenFile& file : report.files) bytes += file.zip_bytes;
  return bytes;
}

}  // namespace

bool Report::Passed() const {
  std::string faults;
  AppendFaults(*this, faults);
  return faults.empty();
}

std::string FormatReport(const Report& report) {
  std::string text;
  Append(text, "phones    {}, encounters {}, diagnosed {}\n", report.phones, report.encounters,
         report.diagnoses);
  Append(text,
         "uploads   {} taken, {} revised, {} partial, {} forged and refused, {} cover; {} keys\n",
         report.uploads, report.revisions, report.partial, report.forged_refused, report.cover_sent,
         report.keys_shared);
  if (report.attested > 0 || report.pretences_refused > 0) {
    Append(text, "devices   {} uploads attested, {} without a genuine attestation refused\n",
           report.attested, report.pretences_refused);
  }
  Append(text, "files     {} with {} keys in {} bytes, downloaded {} times\n", report.files.size(),
         KeysInFiles(report), BytesInFiles(report), report.downloads);
  Append(text, "warnings  {} phones; must be {}, may be {} more\n", report.notified,
         report.expected, report.undecided);
  AppendFaults(report, text);
  if (report.Passed()) Append(text, "passed    nobody missing, nobody wrongly warned\n");
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
  report.exported_altered = ledger.exported_altered();
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
