#pragma once

#include <string_view>

// The fuzzer's ways in. Both verify against a directory with one issuer ("iss.example", audience
// "aud.example", kid "v1") and end the process if a promise of certificate.h is broken.
namespace enks::authority {

// Verifies any bytes as a certificate for no keys. Promise: none passes, and the answer says why.
void FuzzCertificate(std::string_view bytes);

// Signs the first line of `bytes` as claims with the issuer's key and verifies that certificate,
// which gets past check 7. The second line is the HMAC key as sent; each further line is a key:
// its text, rolling start, period and risk, with blanks between them. Every "@MAC@" in the claims
// is replaced by the right HMAC first. Promise: what passes holds the right HMAC. Returns whether
// it passed.
bool FuzzSignedClaims(std::string_view bytes);

}  // namespace enks::authority
