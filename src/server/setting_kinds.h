#pragma once

#include <fmt/format.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/settings_table.h"

// The kinds of setting that settings_table.cc and job_settings.cc declare settings of. Internal to
// server/.
namespace enks::server {

// What is wrong with a value, or nothing.
using Fault = std::optional<std::string>;

// Where a setting lives inside Settings.
template <typename T>
using Place = std::function<T&(Settings&)>;

// The place that an expression on `s` selects.
#define ENKS_AT(type, expression) \
  Place<type>([](::enks::server::Settings& s) -> type& { return s.expression; })

template <typename T>
const T& ReadPlace(const Place<T>& place, const Settings& settings) {
  // The place functions only select a member; the const_cast lets one function serve both ways.
  return place(const_cast<Settings&>(settings));
}

// Readers of raw values. An empty text is zero or false, as an empty variable is in the reference.
std::optional<std::int64_t> AsInt(const RawValue& raw);
std::optional<bool> AsBool(const RawValue& raw);
std::optional<std::chrono::seconds> AsSeconds(const RawValue& raw);

// A TOML basic string.
std::string Quoted(std::string_view text);

template <std::integral T>
Setting IntSetting(std::string_view name, std::string_view reference, std::string_view unit,
                   std::int64_t least, std::int64_t most, Place<T> place, std::string_view help) {
  return {name,
          reference,
          help,
          fmt::format("{} to {} {}", least, most, unit),
          [place](const Settings& settings) { return std::to_string(ReadPlace(place, settings)); },
          [=](Settings& settings, const RawValue& raw) -> Fault {
            const auto value = AsInt(raw);
            if (!value) return "is not a whole number";
            if (*value < least || *value > most) return "is out of range";
            place(settings) = static_cast<T>(*value);
            return std::nullopt;
          }};
}

Setting BoolSetting(std::string_view name, std::string_view reference, Place<bool> place,
                    std::string_view help);
Setting DurationSetting(std::string_view name, std::string_view reference,
                        std::chrono::seconds least, std::chrono::seconds most,
                        Place<std::chrono::seconds> place, std::string_view help);
// A whole number of milliseconds, as the reference's variable for it is.
Setting MillisecondsSetting(std::string_view name, std::string_view reference,
                            std::chrono::milliseconds least, std::chrono::milliseconds most,
                            Place<std::chrono::milliseconds> place, std::string_view help);
Setting TextSetting(std::string_view name, std::string_view reference, std::string range,
                    Place<std::string> place, std::string_view help);
Setting Base64Setting(std::string_view name, std::string_view reference, Place<base::Bytes> place,
                      std::string_view help);
Setting AddressSetting(std::string_view name, Place<ListenAddress> place, std::string_view help);
Setting RolesSetting(std::string_view name, std::string_view help);

template <typename T>
Setting ChoiceSetting(std::string_view name, std::string_view reference,
                      std::vector<std::pair<std::string_view, T>> choices, Place<T> place,
                      std::string_view help) {
  std::string range;
  for (const auto& choice : choices) {
    range += (range.empty() ? "" : ", ") + std::string(choice.first);
  }
  return {name,
          reference,
          help,
          "one of " + range,
          [choices, place](const Settings& settings) {
            for (const auto& [text, value] : choices) {
              if (value == ReadPlace(place, settings)) return Quoted(text);
            }
            return Quoted("");
          },
          [choices, place](Settings& settings, const RawValue& raw) -> Fault {
            const auto* text = std::get_if<std::string>(&raw);
            for (const auto& [choice, value] : choices) {
              if (text == nullptr || choice != *text) continue;
              place(settings) = value;
              return std::nullopt;
            }
            return "is not one of the choices";
          }};
}

}  // namespace enks::server
