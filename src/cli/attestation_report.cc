#include "cli/attestation_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "attestation/admission.h"
#include "base/time_text.h"
#include "json/writer.h"
#include "publish/admission_ending.h"
#include "publish/upload_answer.h"

namespace enks::cli {
namespace {

using attestation::Mode;
using attestation::Reason;
using attestation::Step;

std::string_view NameOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAccepted:
      return "accepted";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kUndecided:
      return "undecided";
  }
  return "";
}

// Explanations quote tokens: nothing of them may steer the terminal.
std::string Printable(std::string_view text) {
  std::string clean(text);
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return clean;
}

std::string Line(std::string_view mark, std::string_view step, std::string_view explanation) {
  return fmt::format("  {:<4}  {:<25}  {}\n", mark, step, Printable(explanation));
}

std::string StepLine(const Step& step) {
  if (step.failure == Reason::kNone) return Line("ok", step.name, step.explanation);
  return Line("FAIL", step.name,
              fmt::format("{} ({})", step.explanation, attestation::ReasonName(step.failure)));
}

std::string OutcomeText(const Report& report) {
  switch (report.outcome()) {
    case Outcome::kAccepted:
      return "Accepted.\n";
    case Outcome::kUndecided:
      return "Undecided: as far as can be told here, nothing is wrong with it.\n";
    case Outcome::kRefused:
      return fmt::format("Refused: {}: {}.\n", attestation::ReasonName(report.reason),
                         MeaningOf(report.reason));
  }
  return "";
}

void WriteStep(json::Writer& writer, std::string_view step, std::string_view result,
               std::string_view reason, std::string_view explanation) {
  writer.BeginObject().Name("step").Text(step).Name("result").Text(result);
  if (!reason.empty()) writer.Name("reason").Text(reason);
  writer.Name("explanation").Text(explanation).EndObject();
}

void WriteSteps(json::Writer& writer, const Report& report) {
  writer.Name("steps").BeginArray();
  for (const Step& step : report.steps) {
    const bool holds = step.failure == Reason::kNone;
    WriteStep(writer, step.name, holds ? "ok" : "failed",
              holds ? "" : attestation::ReasonName(step.failure), step.explanation);
  }
  for (const OpenQuestion& question : report.questions) {
    WriteStep(writer, question.step, "open", "", question.explanation);
  }
  writer.EndArray();
}

}  // namespace

Outcome Report::outcome() const {
  if (reason != Reason::kNone) return Outcome::kRefused;
  const bool decides = std::ranges::any_of(questions, [](const OpenQuestion& question) {
    return question.weight == OpenQuestion::Weight::kDecides;
  });
  return decides ? Outcome::kUndecided : Outcome::kAccepted;
}

std::string ReportText(const Report& report) {
  std::string text = fmt::format("{} for {}, at {}\n\n", attestation::SchemeId(report.scheme),
                                 report.app, base::FormatTime(report.now));
  for (const Step& step : report.steps) text += StepLine(step);
  for (const OpenQuestion& question : report.questions) {
    text += Line("?", question.step, question.explanation);
  }
  if (!report.binding.empty()) text += "\nTo be for this upload it must carry\n";
  for (const auto& [name, value] : report.binding) {
    text += fmt::format("  {:<17} {}\n", name, Printable(value));
  }
  return text + "\n" + OutcomeText(report) + report.consequence.text + "\n";
}

std::string ReportJson(const Report& report) {
  json::Writer writer;
  writer.BeginObject().Name("app").Text(report.app);
  writer.Name("scheme").Text(attestation::SchemeId(report.scheme));
  writer.Name("time").Text(base::FormatTime(report.now));
  writer.Name("outcome").Text(NameOf(report.outcome()));
  writer.Name("reason").Text(attestation::ReasonName(report.reason));
  WriteSteps(writer, report);
  writer.Name("binding").BeginObject();
  for (const auto& [name, value] : report.binding) writer.Name(name).Text(value);
  writer.EndObject().Name("consequence").BeginObject();
  writer.Name("text").Text(report.consequence.text);
  if (report.consequence.status != 0) {
    writer.Name("status").Int(report.consequence.status);
    writer.Name("body").Text(report.consequence.body);
  }
  writer.EndObject().EndObject();
  return std::move(writer).Take();
}

Consequence ConsequenceOf(const attestation::Policy& policy, const Report& report,
                          bool is_v1alpha1) {
  if (policy.mode == Mode::kOff) {
    return {"The policy is off: a server would not look at it.", 0, ""};
  }
  if (policy.mode == Mode::kObserve) {
    return {"The policy observes: a server would count this, and take the upload.", 0, ""};
  }
  attestation::Evidence evidence;
  evidence.scheme = report.scheme;
  if (!attestation::IsEnforced(policy, evidence)) {
    return {"Phones of this platform need not attest: a server would take the upload.", 0, ""};
  }
  if (report.outcome() == Outcome::kUndecided) {
    return {"What the phone is told depends on the answer.", 0, ""};
  }
  const attestation::Admission admission = attestation::Judge(policy, is_v1alpha1, report.reason);
  if (admission.admitted) return {"A server would take the upload.", 0, ""};
  const auto api = is_v1alpha1 ? publish::Api::kV1Alpha1 : publish::Api::kV1;
  const http::Response answer =
      publish::MakeAnswer(publish::Failure(publish::EndingOf(admission)), {}, api);
  return {fmt::format("The phone is told: {} {}", answer.status, answer.body), answer.status,
          answer.body};
}

}  // namespace enks::cli
