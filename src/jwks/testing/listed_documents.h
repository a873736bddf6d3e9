#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "jwks/fetcher.h"

namespace enks::jwks::testing {

// Documents that a test has written, by URL.
class ListedDocuments final : public DocumentFetcher {
 public:
  std::map<std::string, Result<std::string>, std::less<>> documents;
  std::vector<std::string> fetched;
  std::function<void()> meanwhile;  // what happens elsewhere while a document is on its way

  Result<std::string> Fetch(std::string_view url) override {
    fetched.emplace_back(url);
    if (meanwhile) meanwhile();
    const auto found = documents.find(url);
    if (found == documents.end()) return absl::UnavailableError("no answer from the test's host");
    return found->second;
  }
};

}  // namespace enks::jwks::testing
