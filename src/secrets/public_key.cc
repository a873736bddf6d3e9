#include "secrets/public_key.h"

#include <sstream>

#include "crypto/ecdsa.h"

namespace enks::secrets {

Result<std::string> PublicKeyOneLine(std::string_view pem) {
  // Parsed and written again, so that what stands around the key in `pem` cannot come through. RFC
  // 7468 section 2: between the boundary lines PEM is nothing but base64 of the DER, in lines.
  ENKS_ASSIGN(const crypto::EcdsaPublicKey key, crypto::EcdsaPublicKey::FromPem(pem));
  std::istringstream lines(key.ToPem());
  std::string one_line;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("-----")) one_line += line;
  }
  return one_line;
}

}  // namespace enks::secrets
