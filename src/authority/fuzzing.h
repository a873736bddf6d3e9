#pragma once

#include <string_view>

namespace enks::authority {

// The fuzzer's way in: verifies any bytes as a certificate against a directory with one issuer
// ("iss.example", audience "aud.example", kid "v1") whose private key nobody has, and ends the
// process if they pass.
void FuzzCertificate(std::string_view bytes);

}  // namespace enks::authority
