#include "attestation/knob_kinds.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "attestation/app_signature.h"
#include "base/duration.h"

namespace enks::attestation {

using std::chrono::seconds;

Knob BoolKnob(std::string_view name, Place<bool> place, std::string_view help) {
  Policy initial;
  return {name, "true or false", place(initial) ? "true" : "false", help,
          [place](Policy& policy, const KnobValue& value, const auto&) -> KnobFault {
            const bool* flag = std::get_if<bool>(&value);
            if (flag == nullptr) return "is not true or false";
            place(policy) = *flag;
            return std::nullopt;
          }};
}

Knob DurationKnob(std::string_view name, seconds least, seconds most, Place<seconds> place,
                  std::string_view help) {
  Policy initial;
  return {name, fmt::format("{} to {}", base::FormatDuration(least), base::FormatDuration(most)),
          fmt::format("\"{}\"", base::FormatDuration(place(initial))), help,
          [=](Policy& policy, const KnobValue& value, const auto&) -> KnobFault {
            const auto* text = std::get_if<std::string>(&value);
            const auto duration = text == nullptr ? std::nullopt : base::ParseDuration(*text);
            if (!duration || *duration % seconds(1) != seconds(0)) {
              return "is not a duration of whole seconds such as \"10m\"";
            }
            if (*duration < least || *duration > most) return "is out of range";
            place(policy) = std::chrono::duration_cast<seconds>(*duration);
            return std::nullopt;
          }};
}

Knob TextKnob(std::string_view name, std::string range, Place<std::string> place,
              std::string_view help, EmptyText empty) {
  Policy initial;
  return {name, std::move(range), fmt::format("\"{}\"", place(initial)), help,
          [place, empty](Policy& policy, const KnobValue& value, const auto&) -> KnobFault {
            const auto* text = std::get_if<std::string>(&value);
            if (text == nullptr) return "is not a text";
            if (text->empty() && empty == EmptyText::kRefused) return "is empty";
            place(policy) = *text;
            return std::nullopt;
          }};
}

Knob TextsKnob(std::string_view name, std::string range, Place<std::vector<std::string>> place,
               std::string_view help) {
  Policy policy_unset;
  const std::vector<std::string>& texts = place(policy_unset);
  std::string initial = texts.empty() ? "[]" : fmt::format("[\"{}\"]", fmt::join(texts, "\", \""));
  return {name, std::move(range), std::move(initial), help,
          [place](Policy& policy, const KnobValue& value, const auto&) -> KnobFault {
            const auto* list = std::get_if<std::vector<std::string>>(&value);
            if (list == nullptr) return "is not a list of texts";
            if (std::ranges::any_of(*list, &std::string::empty)) return "has an empty entry";
            place(policy) = *list;
            return std::nullopt;
          }};
}

Knob PathKnob(std::string_view name, Place<std::filesystem::path> place, std::string_view help) {
  return {name, "a file; relative to the policy file", "none", help,
          [place](Policy& policy, const KnobValue& value,
                  const std::filesystem::path& folder) -> KnobFault {
            const auto* text = std::get_if<std::string>(&value);
            if (text == nullptr || text->empty()) return "is not the path of a file";
            place(policy) = folder / *text;
            return std::nullopt;
          }};
}

Knob PathsKnob(std::string_view name, Place<std::vector<std::filesystem::path>> place,
               std::string_view help) {
  return {name, "a list of files; relative to the policy file", "[]", help,
          [place](Policy& policy, const KnobValue& value,
                  const std::filesystem::path& folder) -> KnobFault {
            const auto* list = std::get_if<std::vector<std::string>>(&value);
            if (list == nullptr || std::ranges::any_of(*list, &std::string::empty)) {
              return "is not a list of files";
            }
            place(policy).clear();
            for (const std::string& text : *list) place(policy).push_back(folder / text);
            return std::nullopt;
          }};
}

Knob DigestsKnob(std::string_view name, Place<std::vector<crypto::Sha256Digest>> place) {
  return {name, "a list of SHA-256 digests, hexadecimal (colons allowed) or base64", "[]",
          "The certificates that may have signed the app; `keytool -list -v` and the Play Console "
          "show their SHA-256.",
          [place](Policy& policy, const KnobValue& value, const auto&) -> KnobFault {
            const auto* list = std::get_if<std::vector<std::string>>(&value);
            if (list == nullptr) return "is not a list of texts";
            place(policy).clear();
            for (const std::string& text : *list) {
              const auto digest = ParseCertificateDigest(text);
              if (!digest) return "has an entry that is no SHA-256 digest";
              place(policy).push_back(*digest);
            }
            return std::nullopt;
          }};
}

Knob PatchLevelKnob() {
  return {"android_key_attestation.min_patch_level", "a month as YYYYMM, 200801 to 299912", "none",
          "The oldest security patch level that is taken.",
          [](Policy& policy, const KnobValue& value, const auto&) -> KnobFault {
            const auto* month = std::get_if<std::int64_t>(&value);
            if (month == nullptr || *month < 200801 || *month > 299912 || *month % 100 < 1 ||
                *month % 100 > 12) {
              return "is no month";
            }
            policy.android_key_attestation.patch_level_min = static_cast<std::int32_t>(*month);
            return std::nullopt;
          }};
}

}  // namespace enks::attestation
