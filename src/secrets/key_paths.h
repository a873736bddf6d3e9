#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace enks::secrets {

// Turns key references into paths and confines them. Three forms are known:
//   file://NAME        a path below the key folder;
//   file:///PATH       an absolute path, below the key folder or one of `outside`;
//   NAME               as the reference writes it (spec/platform.md section 3, FILESYSTEM).
// A NAME is made of segments of letters, digits, `.`, `_` and `-`, each beginning with a letter or
// a digit, so `..` cannot be said. Immutable; thread-safe.
class KeyPaths {
 public:
  KeyPaths(std::filesystem::path key_folder, std::vector<std::filesystem::path> outside);

  // kInvalidArgument never repeats the reference: somebody who pastes a private key where its name
  // belongs must not find it in the log.
  Result<std::filesystem::path> Resolve(std::string_view reference) const;

 private:
  Result<std::filesystem::path> ResolveAbsolute(std::string_view path) const;

  const std::filesystem::path folder_;
  const std::vector<std::filesystem::path> outside_;
};

}  // namespace enks::secrets
