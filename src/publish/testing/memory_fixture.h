#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "publish/testing/endpoint_fixture.h"
#include "publish/testing/memory_store.h"

namespace enks::publish {

// An endpoint over a store in memory, one app and one health authority.
class EndpointTest : public EndpointFixture {
 protected:
  void SetUp() override {
    store_.authorities = {issuer_.Authority()};
    store_.authorities[0].id = 1;
    store_.apps = {App("com.example.app")};
    Start(store_);
  }

  // Changes the app and reads the directory anew.
  void ChangeApp(const std::function<void(store::AuthorizedApp&)>& change) {
    change(store_.apps.at(0));
    ASSERT_TRUE(directory_->Refresh().ok());
  }

  // An upload without a certificate, for an app that needs none.
  static UploadText Uncertified(std::vector<exposure::SubmittedKey> keys) {
    UploadText upload;
    upload.keys = std::move(keys);
    return upload;
  }

  void ExpectRefused(const Answer& answer, int status, std::string_view body) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.body, body);
    EXPECT_EQ(*store_.CountKeys(), stored_before_);
  }

  MemoryStore store_;
  std::int64_t stored_before_ = 0;
};

}  // namespace enks::publish
