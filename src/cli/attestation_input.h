#pragma once

#include <string>
#include <vector>

#include "attestation/policy.h"
#include "cli/command.h"
#include "cli/context.h"
#include "publish/upload_request.h"

// What the commands of `enks attestation` read.
namespace enks::cli {

// Where an upload comes from.
struct RequestOptions {
  std::string file;
  std::string api = "v1";
};
void AddRequestOptions(Command command, RequestOptions& options);

// All that reads throws Failure with ExitStatus::kWrongUsage, so that "refused" is never mistaken
// for "could not be read".
publish::Api ReadApi(const RequestOptions& options);
publish::UploadRequest ReadRequest(const Context& context, const RequestOptions& options);

// Errors say FILE:LINE where there is one.
attestation::PolicyBook ReadPolicyFile(const Context& context, const std::string& file);

// RFC 3339, with or without fractions of a second, a date, `now`, or seconds since 1970.
base::UnixTime ReadMoment(const Context& context, const std::string& text, const char* option);

// The text of a file, without white space; and the certificates of PEM files, each as base64.
std::string ReadToken(const Context& context, const std::string& file);
std::vector<std::string> ReadChain(const Context& context, const std::vector<std::string>& files);

// Bytes as hex:…, base64:… (either alphabet) or text:….
base::Bytes ReadBytes(const std::string& text, const char* option);

attestation::Scheme ReadScheme(const std::string& text);

// Throws Failure: the command line is wrong.
[[noreturn]] void FailUsage(std::string text);

}  // namespace enks::cli
