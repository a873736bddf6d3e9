#include "attestation/testing/jose_fuzzing.h"

#include <gtest/gtest.h>

#include "attestation/testing/vectors.h"

// The fuzz targets on what their corpora begin with: their promises hold without a fuzzer, too.
namespace enks::attestation::testing {
namespace {

TEST(JoseFuzzingTest, PromisesHoldForTokensAndForTheirPieces) {
  const std::string token = ReadVector("safetynet/en_gen3.jws");
  FuzzSafetyNetToken(token);
  for (const char* text : {"", ".", "..", "{}", "{\"nonce\":\"\",\"timestampMs\":1}", "e30.e30."}) {
    FuzzSafetyNetToken(text);
    FuzzPlayIntegrityToken(text);
  }
  FuzzPlayIntegrityToken(token);
}

TEST(JoseFuzzingTest, PromisesHoldForPlayIntegrityTokens) {
  const JsonVector vector("synthetic/play_integrity.json");
  int count = 0;
  for (auto name = At(vector.Root(), "cases").First(); name.Exists(); name = name.Next().Next()) {
    FuzzPlayIntegrityToken(TextAt(name.Next(), "token"));
    ++count;
  }
  EXPECT_EQ(count, 13);
}

}  // namespace
}  // namespace enks::attestation::testing
