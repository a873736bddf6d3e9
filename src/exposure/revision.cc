#include "exposure/revision.h"

#include <algorithm>

#include "base/check.h"

namespace enks::exposure {
namespace {

using Entries = std::vector<RevisableKey>;

// Which refusal is told when several keys fail: the order of spec/publish.md section 5, "Step-8
// failures". The reference leaves it to chance.
int Precedence(Refusal refusal) {
  switch (refusal) {
    case Refusal::kInvalidRevisionToken:
      return 0;
    case Refusal::kMissingRevisionToken:
      return 1;
    case Refusal::kKeyAlreadyRevised:
      return 2;
    case Refusal::kInvalidReportTypeTransition:
      return 3;
    case Refusal::kKeyChanged:
      return 4;
    case Refusal::kNotLocal:
      return 5;
    case Refusal::kNone:
      return 6;
  }
  return 6;
}

const RevisableKey* Find(const Entries& entries, const KeyData& key) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const RevisableKey& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

bool SameLife(const RevisableKey& entry, const StoredState& state) {
  return entry.rolling_start == state.rolling_start.number &&
         entry.rolling_period == state.rolling_period;
}

bool SameLife(const AcceptedKey& key, const StoredState& state) {
  return key.rolling_start == state.rolling_start && key.rolling_period == state.rolling_period;
}

// Whether a diagnosis may change in this way. A key published in bypass mode has no type and is
// treated as likely. A diagnosis may become more certain or be withdrawn; confirmed stays.
bool MayBecome(ReportType from, ReportType to) {
  switch (from) {
    case ReportType::kUnspecified:
    case ReportType::kLikely:
      return to == ReportType::kConfirmed || to == ReportType::kNegative;
    case ReportType::kUserReport:
      return to == ReportType::kConfirmed || to == ReportType::kLikely ||
             to == ReportType::kNegative;
    case ReportType::kConfirmed:
    case ReportType::kNegative:
      return false;
  }
  return false;
}

// What the rules say of one key.
struct KeyVerdict {
  Refusal refusal = Refusal::kNone;
  KeyAction action = KeyAction::kKeep;
};

// Whether an upload only says again what is stored.
bool Repeats(const AcceptedKey& key, const StoredState& state) {
  return state.repeatable && SameLife(key, state) && key.report_type == state.report_type &&
         !state.revised_to;
}

// Steps 2 to 4 of section 10: may this upload touch this stored key? kKeep stands for "yes".
KeyVerdict Admit(const AcceptedKey& key, const StoredState& state, const RevisionPolicy& policy) {
  if (!policy.token_required) return {};
  if (!policy.token) return {Refusal::kMissingRevisionToken};
  if (!SameLife(key, state)) return {Refusal::kKeyChanged};
  const RevisableKey* entry = Find(*policy.token, key.key);
  if (entry != nullptr && SameLife(*entry, state)) return {};
  if (entry == nullptr && policy.allow_partial) return {Refusal::kNone, KeyAction::kDrop};
  return {Refusal::kInvalidRevisionToken};
}

// The table "Revision rules, in order" of section 10.
KeyVerdict Revise(const AcceptedKey& key, const StoredState& state) {
  // A repeat of what is known changes nothing, also after the key was revised to something else:
  // a phone may send its first upload again.
  if (key.report_type == state.report_type) return {};
  if (state.revised_to && *state.revised_to == key.report_type) return {};
  if (!state.local) return {Refusal::kNotLocal};
  if (state.revised_to) return {Refusal::kKeyAlreadyRevised};
  if (!MayBecome(state.report_type, key.report_type)) {
    return {Refusal::kInvalidReportTypeTransition};
  }
  return {Refusal::kNone, KeyAction::kRevise};
}

// An unknown key with a negative result was never of concern to anybody: it is not stored.
KeyAction ActionForNew(const AcceptedKey& key) {
  return key.report_type == ReportType::kNegative ? KeyAction::kNegative : KeyAction::kInsert;
}

// Decides one upload. The actions are filled key by key, in two rounds as in the reference: first
// who may touch what, then what happens. The first round that refuses ends it.
class Decider {
 public:
  Decider(const std::vector<AcceptedKey>& keys,
          const std::vector<std::optional<StoredState>>& states, const RevisionPolicy& policy)
      : keys_(keys),
        states_(states),
        policy_(policy),
        all_stored_(std::all_of(states.begin(), states.end(),
                                [](const auto& state) { return state.has_value(); })) {
    ENKS_CHECK(keys.size() == states.size());
  }

  Decision Run() && {
    if (AdmitAll()) ReviseAll();
    if (decision_.refusal != Refusal::kNone) return Refused();
    Count();
    CollectTokenEntries();
    return std::move(decision_);
  }

 private:
  bool AdmitAll() {
    decision_.actions.resize(keys_.size());
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (!states_[i]) {
        decision_.actions[i] = ActionForNew(keys_[i]);
        continue;
      }
      const KeyVerdict verdict = IsRepeat(i) ? KeyVerdict() : Admit(keys_[i], *states_[i], policy_);
      decision_.actions[i] = verdict.action;
      Refuse(verdict.refusal, i);
    }
    return decision_.refusal == Refusal::kNone;
  }

  void ReviseAll() {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (decision_.actions[i] != KeyAction::kKeep) continue;
      const KeyVerdict verdict = Revise(keys_[i], *states_[i]);
      decision_.actions[i] = verdict.action;
      Refuse(verdict.refusal, i);
    }
  }

  // Notes a refusal unless a graver one, or the same one of an earlier key, was noted before.
  void Refuse(Refusal refusal, std::size_t index) {
    if (Precedence(refusal) >= Precedence(decision_.refusal)) return;
    decision_.refusal = refusal;
    if (refusal != Refusal::kInvalidReportTypeTransition) return;
    decision_.from = states_[index]->report_type;
    decision_.to = keys_[index].report_type;
  }

  // Nothing but the reason. A token that did not open is the reason of any refusal.
  Decision Refused() const {
    Decision refused;
    refused.refusal = policy_.token_unreadable ? Refusal::kInvalidRevisionToken : decision_.refusal;
    if (refused.refusal == Refusal::kInvalidReportTypeTransition) {
      refused.from = decision_.from;
      refused.to = decision_.to;
    }
    return refused;
  }

  void Count() {
    for (const KeyAction action : decision_.actions) {
      decision_.inserted += action == KeyAction::kInsert ? 1 : 0;
      decision_.revised += action == KeyAction::kRevise ? 1 : 0;
      decision_.dropped += action == KeyAction::kDrop ? 1 : 0;
    }
  }

  // What was in the sent token and can still be uploaded, then what this upload wrote or repeated.
  // An entry that is there already stays as it is.
  void CollectTokenEntries() {
    if (policy_.token) {
      for (const RevisableKey& entry : *policy_.token) {
        if (!IsPast(entry)) AddTokenEntry(entry);
      }
    }
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const AcceptedKey& key = keys_[i];
      if (decision_.actions[i] == KeyAction::kInsert) {
        AddTokenEntry({key.key, key.rolling_start.number, key.rolling_period});
      }
      // In bypass mode the stored life may differ from the sent one; the stored one counts later.
      if (decision_.actions[i] == KeyAction::kRevise || IsRepeat(i)) {
        AddTokenEntry({key.key, states_[i]->rolling_start.number, states_[i]->rolling_period});
      }
    }
  }

  bool IsRepeat(std::size_t i) const { return all_stored_ && Repeats(keys_[i], *states_[i]); }

  bool IsPast(const RevisableKey& entry) const {
    return std::int64_t{entry.rolling_start} + entry.rolling_period <
           policy_.oldest_revisable.number;
  }

  void AddTokenEntry(const RevisableKey& entry) {
    if (Find(decision_.token_entries, entry.key) == nullptr) {
      decision_.token_entries.push_back(entry);
    }
  }

  const std::vector<AcceptedKey>& keys_;
  const std::vector<std::optional<StoredState>>& states_;
  const RevisionPolicy& policy_;
  const bool all_stored_;
  Decision decision_;
};

}  // namespace

Decision Decide(const std::vector<AcceptedKey>& keys,
                const std::vector<std::optional<StoredState>>& states,
                const RevisionPolicy& policy) {
  return Decider(keys, states, policy).Run();
}

}  // namespace enks::exposure
