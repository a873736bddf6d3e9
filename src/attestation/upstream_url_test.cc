#include "attestation/upstream_url.h"

#include <gtest/gtest.h>

namespace enks::attestation {
namespace {

TEST(UpstreamUrlTest, HttpsIsTakenFromAnyHost) {
  for (const char* url :
       {"https://api.devicecheck.apple.com", "https://oauth2.googleapis.com/token",
        "https://proxy.example:8443/apple/", "https://127.0.0.1:1", "https://[::1]:65535"}) {
    EXPECT_TRUE(CheckUpstreamUrl(url).ok()) << url;
  }
}

TEST(UpstreamUrlTest, HttpIsTakenFromLoopbackAddressesOnly) {
  for (const char* url : {"http://127.0.0.1", "http://127.0.0.1:8080", "http://127.255.0.3:80/a",
                          "http://[::1]:80"}) {
    EXPECT_TRUE(CheckUpstreamUrl(url).ok()) << url;
  }
  for (const char* url :
       {"http://api.devicecheck.apple.com", "http://localhost:80", "http://10.0.0.1",
        "http://127.0.0.1.example", "http://127.1", "http://2130706433", "http://0x7f.0.0.1",
        "http://126.255.255.255", "http://128.0.0.1", "http://[::2]", "http://[::ffff:127.0.0.1]",
        "http://127.0.0.1@evil.example", "http://127.0.0.1:80@evil.example"}) {
    EXPECT_FALSE(CheckUpstreamUrl(url).ok()) << url;
  }
}

TEST(UpstreamUrlTest, WhatIsNoPlainAddressIsRefusedAndNotRepeated) {
  for (const char* url :
       {"", "https://", "https:///path", "https://:443", "https://a:0", "https://a:65536",
        "https://a:b", "https://a:", "ftp://a", "HTTPS://a", "https:a", "https://user:s3cret@a",
        "https://a?s3cret", "https://a#s3cret", "https://a b", "https://a\r\ns3cret: b",
        "https://a\\b", "https://[::2]", "file:///etc/passwd"}) {
    const Status status = CheckUpstreamUrl(url);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << url;
    EXPECT_EQ(MessageOf(status).find("s3cret"), std::string_view::npos) << url;
  }
}

}  // namespace
}  // namespace enks::attestation
