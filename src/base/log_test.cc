#include "base/log.h"

#include <gtest/gtest.h>

namespace enks::base {
namespace {

TEST(Log, AFieldThatHoldsQuotesAndLineEndsStaysOneJsonLine) {
  MemoryLog log;
  log.Warning("a \"b\"\n", {{"name", std::string_view("x\\y")},
                            {"count", std::int64_t{3}},
                            {"ok", true},
                            {"seconds", 0.25}});
  EXPECT_EQ(log.Text(),
            "{\"severity\":\"WARNING\",\"timestamp\":\"1970-01-01T00:00:00Z\","
            "\"message\":\"a \\\"b\\\"\\u000a\",\"name\":\"x\\\\y\",\"count\":3,\"ok\":true,"
            "\"seconds\":0.25}\n");
}

}  // namespace
}  // namespace enks::base
