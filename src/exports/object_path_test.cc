#include "exports/object_path.h"

#include <gtest/gtest.h>

namespace enks::exports {
namespace {

TEST(ObjectPath, SplitsBucketAndNameAndUndoesEscapesOnce) {
  EXPECT_EQ(ReadObjectPath("/files/b/root/1-2-00001.zip"), (ObjectPath{"b", "root/1-2-00001.zip"}));
  EXPECT_EQ(ReadObjectPath("/files/a%20b/%2541.zip"), (ObjectPath{"a b", "%41.zip"}));
  EXPECT_EQ(ReadObjectPath("/files/b/%2e%2E/x.zip"), (ObjectPath{"b", "../x.zip"}))
      << "the file store refuses such a name";
}

TEST(ObjectPath, RefusesHiddenSeparatorsAndHalfEscapes) {
  for (const char* path : {"/files/b/a%2fb.zip", "/files/b%2Fa/b.zip", "/files/b/a%5cb.zip",
                           "/files/b/a%00.zip", "/files/b/a%0a.zip", "/files/b/a%7F.zip",
                           "/files/b/a%.zip", "/files/b/a%4", "/files/b/a%", "/files/b/a%zz.zip"}) {
    EXPECT_EQ(ReadObjectPath(path), std::nullopt) << path;
  }
}

TEST(ObjectPath, RefusesInTheOpenWhatItRefusesHidden) {
  for (const char* path : {"/files/b/a\\b.zip", "/files/b/a\x01.zip", "/files/b\x7f/a.zip"}) {
    EXPECT_EQ(ReadObjectPath(path), std::nullopt) << path;
  }
}

TEST(ObjectPath, RefusesOtherPathsAndBucketsWithoutAnObject) {
  for (const char* path :
       {"", "/", "/files", "/files/", "/files/b", "/file/b/x.zip", "files/b/x"}) {
    EXPECT_EQ(ReadObjectPath(path), std::nullopt) << path;
  }
}

TEST(ObjectPath, WhatIsWrittenIsReadBack) {
  for (const ObjectPath& object :
       {ObjectPath{"b", "root/index.txt"}, ObjectPath{"ü ?", "a%b/#.zip"},
        ObjectPath{"b", "a+b&c=d.zip"}}) {
    const std::string path = WriteObjectPath(object);
    EXPECT_EQ(ReadObjectPath(path), object) << path;
    EXPECT_EQ(path.find_first_of(" ?#&"), std::string::npos) << path;
  }
}

}  // namespace
}  // namespace enks::exports
