#include "authority/certificate_issuer.h"

#include "authority/jwt.h"
#include "base/base64.h"
#include "json/writer.h"

namespace enks::authority {
namespace {

std::string HeaderOf(const CertificateOrder& order) {
  json::Writer writer;
  writer.BeginObject().Name("alg").Text("ES256").Name("kid").Text(order.key_version);
  writer.Name("typ").Text("JWT").EndObject();
  return std::move(writer).Take();
}

std::string ClaimsOf(const CertificateOrder& order) {
  const std::int64_t issued_at = order.issued_at.time_since_epoch().count();
  json::Writer writer;
  writer.BeginObject();
  writer.Name("reportType").Text(exposure::ReportTypeName(order.report_type));
  if (order.symptom_onset != 0) writer.Name("symptomOnsetInterval").Int(order.symptom_onset);
  writer.Name("tekmac").Text(base::ToBase64(order.tek_mac));
  writer.Name("aud").Text(order.audience).Name("iss").Text(order.issuer);
  writer.Name("iat").Int(issued_at).Name("nbf").Int(issued_at);
  writer.Name("exp").Int(issued_at + order.lifetime.count()).EndObject();
  return std::move(writer).Take();
}

}  // namespace

std::string IssueCertificate(const CertificateOrder& order, const crypto::EcdsaPrivateKey& key) {
  return SignJwt(HeaderOf(order), ClaimsOf(order), key);
}

}  // namespace enks::authority
