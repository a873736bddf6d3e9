#include "attestation/circuit.h"

namespace enks::attestation {

std::optional<Circuit::Pass> Circuit::Admit(Time now) {
  if (state_ == State::kClosed) return Pass::kOrdinary;
  if (state_ == State::kProbing || now - opened_ < limits_.pause) return std::nullopt;
  state_ = State::kProbing;
  return Pass::kProbe;
}

// Once the circuit is open only the probe counts: a call from before says how it was, not how it
// is.
void Circuit::Succeeded(Pass pass) {
  if (pass == Pass::kOrdinary && state_ != State::kClosed) return;
  state_ = State::kClosed;
  failures_.clear();
}

void Circuit::Failed(Pass pass, Time now) {
  if (pass == Pass::kProbe) return Open(now);
  if (state_ != State::kClosed) return;
  failures_.push_back(now);
  if (failures_.size() > limits_.failures) failures_.pop_front();
  if (failures_.size() == limits_.failures && now - failures_.front() <= limits_.window) Open(now);
}

// The pause is over already, so the next call is the probe.
void Circuit::GivenUp(Pass pass) {
  if (pass == Pass::kProbe) state_ = State::kOpen;
}

void Circuit::Open(Time now) {
  state_ = State::kOpen;
  opened_ = now;
  failures_.clear();
}

}  // namespace enks::attestation
