#pragma once

#include <chrono>
#include <memory>

#include "base/clock.h"
#include "exports/file_store.h"
#include "http/message.h"
#include "secrets/signer.h"
#include "store/store.h"

namespace enks::exports {

struct ServingOptions {
  std::chrono::seconds file_max_age{86400};  // Cache-Control of zips, which never change
  std::chrono::seconds index_max_age{60};    // Cache-Control of index.txt
};

// GET/HEAD /files/<bucket>/<object>: the files role. Strong ETag, If-None-Match, Range,
// If-Range, Content-Type, Cache-Control. Everything handed over outlives the handler.
std::unique_ptr<http::Handler> MakeFilesEndpoint(const ServingOptions& options, FileStore& files);

// GET/HEAD /v1/keys: the public keys that verify export files, as JSON: id, version, PEM,
// algorithm OID and name, validity, and the configurations that use each. Answers from memory;
// call Refresh() to read the database.
class PublicKeysEndpoint : public http::Handler {
 public:
  virtual Status Refresh() = 0;
};
std::unique_ptr<PublicKeysEndpoint> MakePublicKeysEndpoint(store::ReadOnlyStore& store,
                                                           secrets::KeyManager& keys,
                                                           const base::Clock& clock);

// The same text, for `enks keys public`.
Result<std::string> PublicKeysJson(store::ReadOnlyStore& store, secrets::KeyManager& keys,
                                   base::UnixTime now);

}  // namespace enks::exports
