#include "http/router.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "http/test_handlers.h"

namespace enks::http {
namespace {

class RouterTest : public ::testing::Test {
 protected:
  std::string Found(std::string_view path) const {
    const Route* route = router_.Find(path);
    return route == nullptr ? "none" : route->path;
  }

  EchoHandler handler_;
  Router router_;
};

TEST_F(RouterTest, AnExactRouteMatchesItsPathAndNothingElse) {
  router_.Add({.path = "/v1/publish", .handler = &handler_});
  EXPECT_EQ(Found("/v1/publish"), "/v1/publish");
  EXPECT_EQ(Found("/v1/publish/"), "none");
  EXPECT_EQ(Found("/v1/publishx"), "none");
  EXPECT_EQ(Found("/v1/Publish"), "none");
  EXPECT_EQ(Found("/v1"), "none");
  EXPECT_EQ(Found(""), "none");
}

TEST_F(RouterTest, APrefixRouteMatchesEverythingBelowItsFolder) {
  router_.Add({.path = "/exports/*", .handler = &handler_});
  EXPECT_EQ(Found("/exports/"), "/exports/*");
  EXPECT_EQ(Found("/exports/a/b"), "/exports/*");
  EXPECT_EQ(Found("/exports"), "none");
  EXPECT_EQ(Found("/exportsx"), "none");
}

TEST_F(RouterTest, ExactBeatsPrefixAndLongerPrefixBeatsShorter) {
  router_.Add({.path = "/*", .handler = &handler_});
  router_.Add({.path = "/a/*", .handler = &handler_});
  router_.Add({.path = "/a/b", .handler = &handler_});
  EXPECT_EQ(Found("/a/b"), "/a/b");
  EXPECT_EQ(Found("/a/c"), "/a/*");
  EXPECT_EQ(Found("/b"), "/*");
  EXPECT_EQ(Found("/"), "/*");
}

TEST(RouterDeathTest, TheSameRouteTwiceIsABrokenInvariant) {
  EchoHandler handler;
  Router router;
  router.Add({.path = "/a", .handler = &handler});
  EXPECT_DEATH(router.Add({.path = "/a", .handler = &handler}), "broken invariant");
  EXPECT_DEATH(router.Add({.path = "/b"}), "broken invariant");
  EXPECT_DEATH(router.Add({.path = "b", .handler = &handler}), "broken invariant");
}

struct CleanPathCase {
  const char* path;
  const char* clean;

  friend void PrintTo(const CleanPathCase& one, std::ostream* out) { *out << one.path; }
};

// Go's path.Clean, with a leading slash added and a trailing one kept.
class CleanPathTest : public ::testing::TestWithParam<CleanPathCase> {};

TEST_P(CleanPathTest, IsWhatTheReferenceRedirectsTo) {
  EXPECT_EQ(CleanPath(GetParam().path), GetParam().clean);
}

TEST_P(CleanPathTest, IsCleanItself) {
  EXPECT_EQ(CleanPath(GetParam().clean), GetParam().clean);
}

INSTANTIATE_TEST_SUITE_P(Table, CleanPathTest,
                         ::testing::Values(CleanPathCase{"", "/"},                           //
                                           CleanPathCase{"/", "/"},                          //
                                           CleanPathCase{"//", "/"},                         //
                                           CleanPathCase{"/abc", "/abc"},                    //
                                           CleanPathCase{"abc", "/abc"},                     //
                                           CleanPathCase{"/abc/def", "/abc/def"},            //
                                           CleanPathCase{"/abc/", "/abc/"},                  //
                                           CleanPathCase{"/abc//", "/abc/"},                 //
                                           CleanPathCase{"//abc", "/abc"},                   //
                                           CleanPathCase{"/abc//def//ghi", "/abc/def/ghi"},  //
                                           CleanPathCase{"/./abc", "/abc"},                  //
                                           CleanPathCase{"/abc/./def", "/abc/def"},          //
                                           CleanPathCase{"/abc/.", "/abc"},                  //
                                           CleanPathCase{"/abc/./", "/abc/"},                //
                                           CleanPathCase{"/.", "/"},                         //
                                           CleanPathCase{"/..", "/"},                        //
                                           CleanPathCase{"/../../abc", "/abc"},              //
                                           CleanPathCase{"/abc/def/..", "/abc"},             //
                                           CleanPathCase{"/abc/def/../", "/abc/"},           //
                                           CleanPathCase{"/abc/def/../..", "/"},             //
                                           CleanPathCase{"/abc/../def", "/def"},             //
                                           CleanPathCase{"/abc/...", "/abc/..."},            //
                                           CleanPathCase{"/abc/..def", "/abc/..def"},        //
                                           CleanPathCase{"/abc/%2e%2e", "/abc/%2e%2e"},      //
                                           CleanPathCase{"//evil.example/", "/evil.example/"}));

}  // namespace
}  // namespace enks::http
