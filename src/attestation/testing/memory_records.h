#pragma once

#include <map>

#include "store/attestations.h"

namespace enks::attestation::testing {

// A database in memory for what is remembered of attestations, which can be made to fail. What
// several processes share. Not thread-safe.
class MemoryRecords final : public store::AttestationRecords {
 public:
  bool is_down = false;
  std::size_t marks() const { return marks_.size(); }
  const std::map<base::Bytes, store::AttestationMark>& all_marks() const { return marks_; }
  int secret_calls = 0;

  Result<store::HeldMark> RememberAttestation(const store::AttestationMark& mark) override {
    if (is_down) return Down();
    const auto [held, is_new] = marks_.emplace(mark.token, mark);
    return store::HeldMark{held->second.upload, is_new};
  }
  Status ForgetAttestation(base::ByteView token) override {
    if (is_down) return Down();
    marks_.erase({token.begin(), token.end()});
    return absl::OkStatus();
  }
  Result<base::Bytes> AttestationSecret(std::int64_t day, const base::Bytes& candidate) override {
    ++secret_calls;
    if (is_down) return Down();
    return secrets_.emplace(day, candidate).first->second;
  }
  Result<std::optional<store::AttestedKey>> FindAttestedKey(base::ByteView) override {
    return Down();
  }
  Status AddAttestedKey(const store::AttestedKey&) override { return Down(); }
  Status AdvanceAttestedKey(base::ByteView, std::uint32_t, std::int64_t) override { return Down(); }
  // Of marks and secrets only.
  Result<std::int64_t> DeleteOldAttestations(base::UnixTime now, std::chrono::days) override {
    const auto deleted =
        std::erase_if(marks_, [&](const auto& entry) { return entry.second.expires <= now; });
    const auto day = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
    std::erase_if(secrets_, [&](const auto& entry) { return entry.first < day - 1; });
    return static_cast<std::int64_t>(deleted);
  }

 private:
  static Status Down() { return absl::UnavailableError("the database is down"); }

  std::map<base::Bytes, store::AttestationMark> marks_;
  std::map<std::int64_t, base::Bytes> secrets_;
};

}  // namespace enks::attestation::testing
