#pragma once

#include <gtest/gtest.h>

#include "exports/export_job.h"

namespace enks::exports::testing {

// Small enough that tests can count.
inline ExportOptions SmallOptions() {
  ExportOptions options;
  options.file_min_records = 40;
  options.file_padding_range = 10;
  options.file_max_records = 1000;
  return options;
}

// Creates what batches are due and works them off; the test fails if either fails.
inline void RunBoth(ExportJob& job) {
  const auto created = job.CreateBatches();
  EXPECT_TRUE(created.ok()) << created.status();
  const auto worked = job.DoWork();
  EXPECT_TRUE(worked.ok()) << worked.status();
}
inline void RunBoth(ExportJob&& job) {
  RunBoth(job);
}

}  // namespace enks::exports::testing
