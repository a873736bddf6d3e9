#include "conformance/case_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "conformance/json_access.h"

namespace enks::conformance {
namespace {

using json::Value;

constexpr std::uint64_t kCaseFileBytesMax = 1 << 20;

Result<std::string> TextMember(Value object, std::string_view name) {
  const Value value = Find(object, name);
  if (IsText(value)) return value.Text();
  return absl::InvalidArgumentError(fmt::format("\"{}\" has to be a text", name));
}

Result<Step> ReadStep(Value value) {
  ENKS_TRY(AllowMembers(value, {"request", "answer", "reference_answer"}));
  const Step step{.request = Find(value, "request"),
                  .answer = Find(value, "answer"),
                  .reference_answer = Find(value, "reference_answer")};
  if (!IsObject(step.request) || !IsObject(step.answer)) {
    return absl::InvalidArgumentError("a step needs a request and an answer");
  }
  for (const Value answer : {step.answer, step.reference_answer}) {
    ENKS_TRY(AllowMembers(answer, {"status", "headers", "body", "body_text"}));
  }
  return step;
}

}  // namespace

CaseFile::CaseFile(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)), document_(text_) {}

Result<std::unique_ptr<CaseFile>> CaseFile::Parse(const std::string& name, std::string text) {
  // The constructor is private, so that nobody holds a file that was not read.
  struct Maker : CaseFile {
    Maker(const std::string& name, std::string text) : CaseFile(name, std::move(text)) {}
  };
  std::unique_ptr<CaseFile> file = std::make_unique<Maker>(name, std::move(text));
  const Status status = file->Read();
  if (status.ok()) return file;
  return absl::InvalidArgumentError(fmt::format("{}: {}", name, MessageOf(status)));
}

Status CaseFile::Read() {
  if (document_.outcome() != json::ParseOutcome::kOk || document_.HasMore()) {
    return absl::InvalidArgumentError(fmt::format("no JSON, near byte {}", document_.position()));
  }
  ENKS_TRY(ReadHead(document_.Root()));
  std::set<std::string> names;
  for (const Value value : ElementsOf(Find(document_.Root(), "cases"))) {
    const Status status = ReadCase(value);
    if (!status.ok()) {
      return absl::InvalidArgumentError(
          fmt::format("case {}: {}", cases_.size() + 1, MessageOf(status)));
    }
    if (!names.insert(cases_.back().name).second) {
      return absl::InvalidArgumentError("two cases are called: " + cases_.back().name);
    }
  }
  if (cases_.empty()) return absl::InvalidArgumentError("holds no cases");
  return absl::OkStatus();
}

Status CaseFile::ReadHead(Value root) {
  ENKS_TRY(AllowMembers(root, {"sheet", "topic", "padding_bytes", "answer_headers", "cases"}));
  ENKS_ASSIGN(sheet_, TextMember(root, "sheet"));
  ENKS_ASSIGN(topic_, TextMember(root, "topic"));
  const std::vector<Value> range = ElementsOf(Find(root, "padding_bytes"));
  if (range.size() != 2 || !IntegerOf(range[0]) || !IntegerOf(range[1])) {
    return absl::InvalidArgumentError("\"padding_bytes\" has to be [LEAST, MOST]");
  }
  padding_ = {*IntegerOf(range[0]), *IntegerOf(range[1])};
  answer_headers_ = Find(root, "answer_headers");
  return absl::OkStatus();
}

Status CaseFile::ReadCase(Value value) {
  ENKS_TRY(AllowMembers(value, {"name", "divergence", "known_failure", "steps"}));
  Case read;
  ENKS_ASSIGN(read.name, TextMember(value, "name"));
  if (Find(value, "divergence").Exists()) {
    ENKS_ASSIGN(read.divergence, TextMember(value, "divergence"));
  }
  if (Find(value, "known_failure").Exists()) {
    ENKS_ASSIGN(read.known_failure, TextMember(value, "known_failure"));
  }
  for (const Value step : ElementsOf(Find(value, "steps"))) {
    ENKS_ASSIGN(Step next, ReadStep(step));
    read.steps.push_back(next);
  }
  if (read.steps.empty()) return absl::InvalidArgumentError("has no steps");
  const bool answers_differ = std::ranges::any_of(
      read.steps, [](const Step& step) { return step.reference_answer.Exists(); });
  if (answers_differ && read.divergence.empty()) {
    return absl::InvalidArgumentError("has an answer of the reference, but names no divergence");
  }
  cases_.push_back(std::move(read));
  return absl::OkStatus();
}

Result<CaseFiles> ReadCaseFiles(base::Files& files, const std::filesystem::path& kit) {
  const std::filesystem::path folder = kit / "cases";
  ENKS_ASSIGN(const std::vector<std::string> names, files.List(folder));
  CaseFiles read;
  for (const std::string& name : names) {
    if (!name.ends_with(".json")) continue;
    ENKS_ASSIGN(const base::Bytes bytes, files.Read(folder / name, kCaseFileBytesMax));
    ENKS_ASSIGN(auto file, CaseFile::Parse(name, std::string(base::AsText(bytes))));
    read.push_back(std::move(file));
  }
  if (read.empty()) return absl::NotFoundError(folder.string() + " holds no cases");
  return read;
}

}  // namespace enks::conformance
