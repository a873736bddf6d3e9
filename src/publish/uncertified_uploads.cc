#include "publish/uncertified_uploads.h"

namespace enks::publish {

UncertifiedUploads::~UncertifiedUploads() {
  Report();
}

void UncertifiedUploads::Count(const std::string& app, base::UnixTime now) {
  const std::lock_guard lock(mutex_);
  if (counts_.empty()) counted_since_ = now;
  ++counts_[app];
  metrics_
      .MakeCounter("enks_uncertified_uploads_total", "Uploads taken without a valid certificate.",
                   {{"app", app}})
      .Add();
}

void UncertifiedUploads::ReportWhatIsDue(base::UnixTime now) {
  const std::lock_guard lock(mutex_);
  if (!counts_.empty() && now - counted_since_ >= kReportPeriod) Report();
}

void UncertifiedUploads::Report() {
  for (const auto& [app, count] : counts_) {
    log_.Warning("uploads were taken without a valid certificate",
                 {{"app", app}, {"uploads", count}});
  }
  counts_.clear();
}

}  // namespace enks::publish
