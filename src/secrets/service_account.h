#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/files.h"
#include "base/result.h"

namespace enks::secrets {

// A service account of Google: who we are there, and the RSA key that proves it. The key cannot be
// asked for. Immutable; thread-safe; cheap to copy.
class ServiceAccount {
 public:
  // From the JSON file that Google's console gives out (`client_email`, `private_key`, `token_uri`;
  // the rest is not looked at). Failures as ReadKeyFile(), and kInvalidArgument that names the file
  // and the member, never its content.
  static Result<ServiceAccount> Read(base::Files& files, const std::filesystem::path& path);
  // From the file's text.
  static Result<ServiceAccount> FromJson(std::string_view json);

  const std::string& email() const;
  // Where access tokens are asked for.
  const std::string& token_uri() const;
  // RS256 (RFC 7518 section 3.3) over `message`.
  base::Bytes Sign(base::ByteView message) const;

 private:
  struct Content;
  explicit ServiceAccount(std::shared_ptr<const Content> content) : content_(std::move(content)) {}
  std::shared_ptr<const Content> content_;
};

}  // namespace enks::secrets
