#include "base/base64.h"
#include "base/check.h"
#include "base/random.h"
#include "input.h"
#include "tokens/token_codec.h"

namespace enks::fuzz {
namespace {

const tokens::TokenKeys& Keys() {
  static const tokens::TokenKeys keys = [] {
    tokens::TokenKeys made;
    made.emplace(1, base::SecretBytes(base::Bytes(32, 7)));
    return made;
  }();
  return keys;
}

// A token of our own, whose bytes an input then changes.
const base::Bytes& Token() {
  static const base::Bytes token = [] {
    base::SeededRandom random(1);
    const std::string text =
        tokens::SealToken({{{}, 2'650'000, 144}}, 1, Keys().at(1), {}, 2, random);
    return base::FromAnyBase64(text).value();
  }();
  return token;
}

}  // namespace

// Nobody makes a token that opens without its key: not from nothing, and not by changing a byte.
void Run(base::ByteView bytes) {
  ENKS_CHECK(bytes.size() < 2 || !tokens::OpenToken(bytes, Keys(), {{}, {1}}).ok() ||
             base::Bytes(bytes.begin(), bytes.end()) == Token());
  if (bytes.size() < 2) return;
  base::Bytes changed = Token();
  const std::size_t place = (bytes[0] * 256U + bytes[1]) % changed.size();
  for (std::size_t i = 2; i < bytes.size() && place + i - 2 < changed.size(); ++i) {
    changed[place + i - 2] ^= bytes[i];
  }
  ENKS_CHECK(tokens::OpenToken(changed, Keys(), {{}}).ok() == (changed == Token()));
}

}  // namespace enks::fuzz
