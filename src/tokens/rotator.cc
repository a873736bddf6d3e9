#include "tokens/rotator.h"

#include <cstdint>
#include <utility>

namespace enks::tokens {

Rotator::Rotator(const RotationOptions& options, std::string sealing_key, store::Store& store,
                 secrets::SealingKeyManager& sealing_keys, const base::Clock& clock,
                 base::Random& random, base::Log& log)
    : options_(options),
      sealing_key_(std::move(sealing_key)),
      store_(store),
      sealing_keys_(sealing_keys),
      clock_(clock),
      random_(random),
      log_(log) {}

Result<RotationReport> Rotator::Run() {
  ENKS_ASSIGN(const auto sealer, sealing_keys_.OpenSealer(sealing_key_));
  return RotateRevisionKeys(store_, *sealer, random_, clock_.Now(), options_);
}

Result<RotationReport> Rotator::Rotate() {
  const auto report = Run();
  if (!report.ok()) {
    log_.Error("revision keys could not be rotated", {{"error", MessageOf(report.status())}});
  } else if (report->created + report->destroyed > 0) {
    log_.Info("revision keys rotated", {{"created", std::int64_t{report->created}},
                                        {"destroyed", std::int64_t{report->destroyed}}});
  }
  return report;
}

}  // namespace enks::tokens
