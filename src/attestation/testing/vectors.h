#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "attestation/binding.h"
#include "crypto/certificate.h"
#include "json/document.h"

// The vectors of tests/vectors/device-attestation, for tests.
namespace enks::attestation::testing {

// The bytes of a file; `path` below that folder. Ends the process if it is not there.
std::string ReadVector(std::string_view path);
// The certificates of a PEM file there.
std::vector<crypto::Certificate> ReadCertificates(std::string_view path);

// A JSON file there, held as long as its values are used.
class JsonVector {
 public:
  explicit JsonVector(std::string_view path);
  json::Value Root() const { return document_.Root(); }

 private:
  std::string text_;
  json::Document document_;
};

// A member's value; Exists() is false without it.
json::Value At(json::Value object, std::string_view name);
// Its text, or "" without it.
std::string TextAt(json::Value object, std::string_view name);
// Its number, or 0 without it.
std::int64_t NumberAt(json::Value object, std::string_view name);

// The publish body of a vector, v1 or v1alpha1, as the binding sees it.
BoundUpload UploadOf(json::Value publish);

}  // namespace enks::attestation::testing
