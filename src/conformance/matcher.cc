#include "conformance/matcher.h"

#include <fmt/format.h>

#include <optional>

#include "base/base64.h"
#include "conformance/json_access.h"

namespace enks::conformance {
namespace {

using json::Kind;
using json::Value;

constexpr std::size_t kShownBytesMax = 160;

// An actual value as conditions see it.
struct Actual {
  bool exists = false;
  std::optional<std::string> text;
  std::string shown = "nothing";
};

Actual Look(Value value) {
  if (!value.Exists()) return {};
  Actual actual{.exists = true,
                .text = std::nullopt,
                .shown = std::string(value.Raw().substr(0, kShownBytesMax))};
  if (IsText(value)) actual.text = value.Text();
  return actual;
}

struct Range {
  std::int64_t least = 0;
  std::int64_t most = 0;

  bool Holds(std::int64_t number) const { return least <= number && number <= most; }
};

Result<Range> ReadRange(Value value) {
  const std::vector<Value> ends = ElementsOf(value);
  if (ends.size() != 2 || !IntegerOf(ends[0]) || !IntegerOf(ends[1])) {
    return absl::InvalidArgumentError("a range is written [LEAST, MOST]");
  }
  return Range{*IntegerOf(ends[0]), *IntegerOf(ends[1])};
}

bool ContainsAll(const std::string& text, Value parts) {
  if (IsText(parts)) return text.find(parts.Text()) != std::string::npos;
  for (const Value part : ElementsOf(parts)) {
    if (text.find(part.Text()) == std::string::npos) return false;
  }
  return true;
}

Result<bool> HoldsOfText(const std::string& name, Value argument,
                         const std::optional<std::string>& text) {
  if (name == "$text") return text && !text->empty();
  if (name == "$contains") return text && ContainsAll(*text, argument);
  if (name == "$lacks") return text && text->find(argument.Text()) == std::string::npos;
  if (name == "$starts") return text && text->starts_with(argument.Text());
  if (name == "$ends") return text && text->ends_with(argument.Text());
  if (name == "$base64") {
    ENKS_ASSIGN(const Range bytes, ReadRange(argument));
    const auto decoded = text ? base::FromAnyBase64(*text) : std::nullopt;
    return decoded && bytes.Holds(static_cast<std::int64_t>(decoded->size()));
  }
  return absl::InvalidArgumentError(fmt::format("{} is no condition", name));
}

Result<bool> Holds(const std::string& name, Value argument, const Actual& actual) {
  if (name == "$absent") return !actual.exists;
  if (name == "$any") return true;
  return HoldsOfText(name, argument, actual.text);
}

// All conditions of the object have to hold.
Status MatchConditions(Value conditions, const Actual& actual, const std::string& where,
                       Differences& differences) {
  return ForEachMember(conditions, [&](const std::string& name, Value argument) -> Status {
    ENKS_ASSIGN(const bool holds, Holds(name, argument, actual));
    if (!holds) {
      differences.push_back(
          fmt::format("{}: expected {} {}, got {}", where, name, argument.Raw(), actual.shown));
    }
    return absl::OkStatus();
  });
}

bool IsCondition(Value value) {
  return IsObject(value) && value.First().Exists() && value.First().Text().starts_with('$');
}

void Differ(Value expected, const std::string& shown, const std::string& where,
            Differences& differences) {
  differences.push_back(fmt::format("{}: expected {}, got {}", where,
                                    expected.Raw().substr(0, kShownBytesMax), shown));
}

Status MatchObject(Value expected, Value actual, const std::string& where,
                   Differences& differences) {
  ENKS_TRY(ForEachMember(expected, [&](const std::string& name, Value value) {
    return Match(value, Find(actual, name), where + "." + name, differences);
  }));
  return ForEachMember(actual, [&](const std::string& name, Value value) -> Status {
    if (!Find(expected, name).Exists()) {
      differences.push_back(fmt::format("{}.{}: not expected, got {}", where, name,
                                        value.Raw().substr(0, kShownBytesMax)));
    }
    return absl::OkStatus();
  });
}

Status MatchArray(Value expected, Value actual, const std::string& where,
                  Differences& differences) {
  const std::vector<Value> wanted = ElementsOf(expected);
  const std::vector<Value> found = ElementsOf(actual);
  if (wanted.size() != found.size()) {
    Differ(expected, Look(actual).shown, where, differences);
    return absl::OkStatus();
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    ENKS_TRY(Match(wanted[i], found[i], fmt::format("{}[{}]", where, i), differences));
  }
  return absl::OkStatus();
}

bool SameScalar(Value expected, Value actual) {
  if (expected.kind() == Kind::kString) return expected.Text() == actual.Text();
  return expected.Raw() == actual.Raw();
}

}  // namespace

Status Match(Value expected, Value actual, const std::string& where, Differences& differences) {
  if (IsCondition(expected)) return MatchConditions(expected, Look(actual), where, differences);
  if (!actual.Exists() || actual.kind() != expected.kind()) {
    Differ(expected, Look(actual).shown, where, differences);
    return absl::OkStatus();
  }
  if (expected.kind() == Kind::kObject) return MatchObject(expected, actual, where, differences);
  if (expected.kind() == Kind::kArray) return MatchArray(expected, actual, where, differences);
  if (!SameScalar(expected, actual)) Differ(expected, Look(actual).shown, where, differences);
  return absl::OkStatus();
}

Status MatchText(Value expected, const std::string* actual, const std::string& where,
                 Differences& differences) {
  Actual looked;
  if (actual != nullptr) {
    looked = {.exists = true,
              .text = *actual,
              .shown = fmt::format("\"{}\"", actual->substr(0, kShownBytesMax))};
  }
  if (IsCondition(expected)) return MatchConditions(expected, looked, where, differences);
  if (!IsText(expected)) return absl::InvalidArgumentError(where + ": a text is expected here");
  if (looked.text != expected.Text()) Differ(expected, looked.shown, where, differences);
  return absl::OkStatus();
}

}  // namespace enks::conformance
