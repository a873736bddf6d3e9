#include "conformance/table.h"

#include <fmt/format.h>

#include <iterator>

namespace enks::conformance {
namespace {

constexpr const char* kIntroduction =
    "# Compatibility\n\n"
    "What enks answers, case by case, beside what the reference answers. Written by `enks "
    "conformance table` from the cases in `tests/conformance/`, which `enks conformance --url` "
    "runs against any server; the tests check that this page is what it writes. Sections are those "
    "of the sheets that [sources](sources.md) describes; ids of divergences lead to "
    "[divergences](divergences.md).\n";

// A text inside a table's cell.
std::string Cell(const std::string& text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c;
  }
  return cell;
}

std::string Standing(const Case& one) {
  if (!one.known_failure.empty()) return "not yet: " + one.known_failure;
  if (!one.divergence.empty()) return "differs on purpose: " + one.divergence;
  return "same";
}

}  // namespace

std::string CompatibilityTable(const CaseFiles& files) {
  std::string text = kIntroduction;
  auto out = std::back_inserter(text);
  for (const auto& file : files) {
    fmt::format_to(out, "\n## {}\n\n`spec/{}`\n\n| What has to hold | enks |\n|---|---|\n",
                   file->topic(), file->sheet());
    for (const Case& one : file->cases()) {
      fmt::format_to(out, "| {} | {} |\n", Cell(one.name), Cell(Standing(one)));
    }
  }
  return text;
}

}  // namespace enks::conformance
