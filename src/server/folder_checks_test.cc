#include "server/folder_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "base/test_folder.h"

namespace enks::server {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class FolderChecksTest : public ::testing::Test {
 protected:
  FolderChecksTest() {
    settings_.data_folder = folder_.path();
    MakeKeyFolder(0700);
  }

  void MakeKeyFolder(unsigned mode) {
    fs::create_directories(folder_.path() / "keys");
    fs::permissions(folder_.path() / "keys", fs::perms(mode));
  }

  std::string Fault() {
    const Status checked = CheckFolders(settings_, files_);
    return checked.ok() ? "" : std::string(MessageOf(checked));
  }

  const base::TestFolder folder_;
  base::SystemFiles files_;
  Settings settings_;
};

TEST_F(FolderChecksTest, AKeyFolderOfItsOwnerAloneIsTaken) {
  for (const unsigned mode : {0700u, 0500u}) {
    MakeKeyFolder(mode);
    EXPECT_EQ(Fault(), "") << mode;
  }
}

TEST_F(FolderChecksTest, AKeyFolderThatIsOpenToOthersIsRefusedWithTheWayOut) {
  for (const unsigned mode : {0777u, 0755u, 0710u, 0701u, 0720u, 0704u}) {
    MakeKeyFolder(mode);
    EXPECT_THAT(Fault(), AllOf(HasSubstr("server.key_folder"), HasSubstr("chmod 700 '"),
                               HasSubstr((folder_.path() / "keys").string())))
        << mode;
  }
}

TEST_F(FolderChecksTest, AKeyFolderThatIsOpenIsRefusedWhateverTheRole) {
  MakeKeyFolder(0755);
  settings_.roles = {Role::kPublish};
  EXPECT_THAT(Fault(), HasSubstr("server.key_folder"));
}

TEST_F(FolderChecksTest, AMissingKeyFolderIsNoFault) {
  fs::remove(folder_.path() / "keys");
  EXPECT_EQ(Fault(), "");
}

TEST_F(FolderChecksTest, AFilesFolderThatTakesFilesIsMadeAndLeftEmpty) {
  EXPECT_EQ(Fault(), "");
  EXPECT_TRUE(fs::is_directory(folder_.path() / "files"));
  EXPECT_TRUE(fs::is_empty(folder_.path() / "files"));
}

TEST_F(FolderChecksTest, AFilesFolderThatTakesNoFilesIsRefusedOnlyWhereFilesAreMade) {
  // A file in the way stops every user, also the one that may write anywhere.
  std::ofstream(folder_.path() / "files") << "in the way";
  EXPECT_THAT(Fault(), AllOf(HasSubstr("server.files_folder"), HasSubstr("chmod u+rwx")));
  settings_.roles = {Role::kPublish, Role::kFiles, Role::kCleanup};
  EXPECT_EQ(Fault(), "");
}

TEST_F(FolderChecksTest, AFilesFolderWithoutWritePermissionIsRefused) {
  if (geteuid() == 0) GTEST_SKIP() << "this user may write anywhere";
  fs::create_directories(folder_.path() / "files");
  fs::permissions(folder_.path() / "files", fs::perms(0500));
  EXPECT_THAT(Fault(), HasSubstr("server.files_folder"));
}

}  // namespace
}  // namespace enks::server
