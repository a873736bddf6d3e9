#include "conformance/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <variant>

#include "base/base64.h"
#include "conformance/json_access.h"
#include "conformance/text_form.h"
#include "exposure/interval.h"
#include "exposure/tek.h"
#include "json/writer.h"

namespace enks::conformance {
namespace {

using json::Kind;
using json::Value;
using Resolved = std::variant<std::int64_t, std::string>;

constexpr std::array<std::uint8_t, 3> kTelling = {0xfb, 0xff, 0xbf};  // "+/+/"
constexpr std::int64_t kRepeatsMax = 100'000;

Status Wrong(Value value, std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("{}: {}", value.Raw().substr(0, 60), what));
}

bool IsExpression(Value value) {
  return IsObject(value) && value.First().Exists() && value.First().Text().starts_with('$');
}

std::int64_t IntervalToday(const Story& story) {
  return exposure::IntervalAt(exposure::UtcMidnight(story.now())).number;
}

Result<std::string> Repeat(Value value) {
  const Value text = Find(value, "$repeat");
  const auto times = IntegerOf(Find(value, "times"));
  if (!IsText(text) || !times || *times < 0 || *times > kRepeatsMax) {
    return Wrong(value, "write {\"$repeat\": TEXT, \"times\": N}");
  }
  std::string repeated;
  for (std::int64_t i = 0; i < *times; ++i) repeated += text.Text();
  return repeated;
}

// Expressions whose one argument is a number.
Result<Resolved> EvaluateNumber(Value value, const std::string& name, std::int64_t number,
                                const Story& story) {
  const std::int64_t plus = IntegerOf(Find(value, "plus")).value_or(0);
  if (name == "$seconds") return Resolved(story.now().time_since_epoch().count() + number);
  if (name == "$interval") {
    return Resolved(std::int64_t{exposure::IntervalAt(story.now()).number} + number);
  }
  if (name == "$day") {
    return Resolved(IntervalToday(story) + number * exposure::kRollingPeriodMax + plus);
  }
  if (name == "$token") {
    ENKS_ASSIGN(std::string token, story.Token(number));
    ENKS_ASSIGN(std::string formed, InForm(std::move(token), Find(value, "form")));
    return Resolved(std::move(formed));
  }
  return Wrong(value, "no expression of the kit");
}

Result<Resolved> Evaluate(Value value, Story& story) {
  ENKS_TRY(AllowMembers(value, {"$seconds", "$interval", "$day", "plus", "$token", "form", "$tek",
                                "$repeat", "times"}));
  const std::string name = value.First().Text();
  const Value argument = value.First().Next();
  if (name == "$tek" && IsText(argument)) return Resolved(story.Tek(argument.Text()));
  if (name == "$repeat") {
    ENKS_ASSIGN(std::string text, Repeat(value));
    return Resolved(std::move(text));
  }
  const auto number = IntegerOf(argument);
  if (!number) return Wrong(value, "no expression of the kit");
  return EvaluateNumber(value, name, *number, story);
}

Status Write(Value value, Story& story, json::Writer& writer);

Status WriteContainer(Value value, Story& story, json::Writer& writer) {
  if (value.kind() == Kind::kArray) {
    writer.BeginArray();
    for (const Value element : ElementsOf(value)) ENKS_TRY(Write(element, story, writer));
    writer.EndArray();
    return absl::OkStatus();
  }
  writer.BeginObject();
  ENKS_TRY(ForEachMember(value, [&](const std::string& name, Value member) {
    writer.Name(name);
    return Write(member, story, writer);
  }));
  writer.EndObject();
  return absl::OkStatus();
}

Status Write(Value value, Story& story, json::Writer& writer) {
  if (IsExpression(value)) {
    ENKS_ASSIGN(const Resolved resolved, Evaluate(value, story));
    if (const auto* number = std::get_if<std::int64_t>(&resolved)) {
      writer.Int(*number);
    } else {
      writer.Text(std::get<std::string>(resolved));
    }
    return absl::OkStatus();
  }
  switch (value.kind()) {
    case Kind::kNull:
      writer.Null();
      return absl::OkStatus();
    case Kind::kFalse:
    case Kind::kTrue:
      writer.Bool(value.kind() == Kind::kTrue);
      return absl::OkStatus();
    case Kind::kString:
      writer.Text(value.Text());
      return absl::OkStatus();
    case Kind::kNumber:
      if (!IntegerOf(value)) return Wrong(value, "other numbers belong into a body as text");
      writer.Int(*IntegerOf(value));
      return absl::OkStatus();
    case Kind::kArray:
    case Kind::kObject:
      return WriteContainer(value, story, writer);
  }
  return absl::OkStatus();
}

}  // namespace

const std::string& Story::Tek(const std::string& label) {
  std::string& tek = teks_[label];
  if (tek.empty()) tek = base::ToBase64(DrawBytes(exposure::KeyData::kSize));
  return tek;
}

base::Bytes Story::DrawBytes(std::size_t size) {
  base::Bytes bytes(size);
  random_.Fill(bytes);
  std::copy_n(kTelling.begin(), std::min(size, kTelling.size()), bytes.begin());
  return bytes;
}

Result<std::string> Story::Token(std::int64_t step) const {
  if (step < 1 || static_cast<std::size_t>(step) > tokens_.size()) {
    return absl::InvalidArgumentError(fmt::format("step {} is not over yet", step));
  }
  return tokens_[static_cast<std::size_t>(step) - 1];
}

Result<std::string> ResolveJson(Value value, Story& story) {
  json::Writer writer;
  ENKS_TRY(Write(value, story, writer));
  return std::move(writer).Take();
}

Result<std::int64_t> ResolveInteger(Value value, Story& story) {
  if (const auto number = IntegerOf(value)) return *number;
  if (IsExpression(value)) {
    ENKS_ASSIGN(const Resolved resolved, Evaluate(value, story));
    if (const auto* number = std::get_if<std::int64_t>(&resolved)) return *number;
  }
  return Wrong(value, "no integer");
}

Result<std::string> ResolveText(Value value, Story& story) {
  if (IsText(value)) return value.Text();
  if (IsExpression(value)) {
    ENKS_ASSIGN(Resolved resolved, Evaluate(value, story));
    if (auto* text = std::get_if<std::string>(&resolved)) return std::move(*text);
  }
  return Wrong(value, "no text");
}

}  // namespace enks::conformance
