#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/base64.h"
#include "base/bytes.h"

namespace enks::tests {

// Finds pieces of secrets in whatever a server leaves behind, however they were written down: as
// they are, in base64 of both alphabets or in hexadecimal of either case.
//
// A secret is cut into pieces of 16 bytes, one behind the other, in each of these forms, and what
// is searched is looked through at every place. So no 31 bytes in a row of any form escape,
// whatever stands around them and wherever a database breaks its pages.
class Traces {
 public:
  static constexpr std::size_t kPieceBytes = 16;

  // A form that is shorter than a piece is looked for whole, unless it is so short that it would be
  // found by chance.
  void Add(base::ByteView secret) {
    AddForm(base::AsText(secret));
    AddForm(base::ToBase64(secret));
    AddForm(base::ToBase64Url(secret));
    const std::string hex = base::ToHex(secret);
    AddForm(hex);
    std::string upper = hex;
    for (char& c : upper) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    AddForm(upper);
  }
  void AddText(std::string_view text) { Add(base::AsBytes(text)); }

  // The pieces that are no secret: they stand in what the operator wrote.
  void Forgive(std::string_view text) {
    for (std::size_t at = 0; at + kPieceBytes <= text.size(); ++at) {
      pieces_.erase(std::string(text.substr(at, kPieceBytes)));
    }
  }

  // What is found in `text`, each piece once.
  std::vector<std::string> FindIn(std::string_view text) const {
    std::unordered_set<std::string> found;
    for (std::size_t at = 0; at + kPieceBytes <= text.size(); ++at) {
      const std::string piece(text.substr(at, kPieceBytes));
      if (pieces_.contains(piece)) found.insert(piece);
    }
    for (const std::string& word : words_) {
      if (text.find(word) != std::string_view::npos) found.insert(word);
    }
    return {found.begin(), found.end()};
  }

  std::size_t size() const { return pieces_.size() + words_.size(); }

 private:
  static constexpr std::size_t kWordBytesMin = 8;
  // Fewer different characters than this are padding, not a secret.
  static constexpr std::size_t kVarietyMin = 6;

  void AddForm(std::string_view form) {
    if (form.size() < kPieceBytes) {
      if (form.size() >= kWordBytesMin) words_.emplace_back(form);
      return;
    }
    for (std::size_t at = 0; at + kPieceBytes <= form.size(); at += kPieceBytes) {
      const std::string_view piece = form.substr(at, kPieceBytes);
      if (std::unordered_set<char>(piece.begin(), piece.end()).size() >= kVarietyMin) {
        pieces_.emplace(piece);
      }
    }
  }

  std::unordered_set<std::string> pieces_;
  std::vector<std::string> words_;
};

}  // namespace enks::tests
