#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attestation/knobs.h"
#include "crypto/digest.h"

// What kinds of values knobs have: each function makes a knob that reads one kind into its place in
// a policy. Internal to knobs.cc.
namespace enks::attestation {

// Selects the member of a policy that a knob sets.
template <typename T>
using Place = T& (*)(Policy&);

template <typename T>
using Words = std::vector<std::pair<std::string_view, T>>;

template <typename T>
std::string WordList(const Words<T>& words) {
  std::string list;
  for (const auto& [word, value] : words) list += (list.empty() ? "" : ", ") + std::string(word);
  return list;
}

template <typename T>
const T* FindWord(const Words<T>& words, std::string_view text) {
  for (const auto& [word, value] : words) {
    if (word == text) return &value;
  }
  return nullptr;
}

Knob BoolKnob(std::string_view name, Place<bool> place, std::string_view help);

// Durations of whole seconds. Zero is a bound like any other, not the lack of one.
Knob DurationKnob(std::string_view name, std::chrono::seconds least, std::chrono::seconds most,
                  Place<std::chrono::seconds> place, std::string_view help);

// An empty text is a slip of the pen, but for an address that has one of its own.
enum class EmptyText : std::uint8_t { kRefused, kMeansInitial };
Knob TextKnob(std::string_view name, std::string range, Place<std::string> place,
              std::string_view help, EmptyText empty = EmptyText::kRefused);
// No entry may be empty: what a phone leaves out would match it.
Knob TextsKnob(std::string_view name, std::string range, Place<std::vector<std::string>> place,
               std::string_view help);

Knob PathKnob(std::string_view name, Place<std::filesystem::path> place, std::string_view help);
Knob PathsKnob(std::string_view name, Place<std::vector<std::filesystem::path>> place,
               std::string_view help);

// The certificates that an app may be signed with.
Knob DigestsKnob(std::string_view name, Place<std::vector<crypto::Sha256Digest>> place);

// The patch level of Android: a year and a month, as YYYYMM.
Knob PatchLevelKnob();

// One of some words, and a set of them.
template <typename T>
Knob ChoiceKnob(std::string_view name, Words<T> words, Place<T> place, std::string_view help) {
  Policy initial;
  std::string initial_word;
  for (const auto& [word, value] : words) {
    if (value == place(initial)) initial_word = fmt::format("\"{}\"", word);
  }
  std::string range = "one of: " + WordList(words);
  return {name, std::move(range), std::move(initial_word), help,
          [place, words = std::move(words)](Policy& policy, const KnobValue& value,
                                            const auto&) -> KnobFault {
            const auto* text = std::get_if<std::string>(&value);
            const T* choice = text == nullptr ? nullptr : FindWord(words, *text);
            if (choice == nullptr) return "is none of these words";
            place(policy) = *choice;
            return std::nullopt;
          }};
}

template <typename T>
Knob SetKnob(std::string_view name, Words<T> words, Place<std::set<T>> place,
             std::string_view initial, std::string_view help) {
  std::string range = "a list of: " + WordList(words);
  return {name, std::move(range), std::string(initial), help,
          [place, words = std::move(words)](Policy& policy, const KnobValue& value,
                                            const auto&) -> KnobFault {
            const auto* list = std::get_if<std::vector<std::string>>(&value);
            if (list == nullptr) return "is not a list of words";
            std::set<T> chosen;
            for (const std::string& text : *list) {
              const T* choice = FindWord(words, text);
              if (choice == nullptr) return "has a word that is none of these";
              chosen.insert(*choice);
            }
            place(policy) = std::move(chosen);
            return std::nullopt;
          }};
}

}  // namespace enks::attestation
