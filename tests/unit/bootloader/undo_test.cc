#include "bootloader/undo.h"

#include <gtest/gtest.h>

#include "bootloader/commit.h"
#include "sys/efi_variable.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

constexpr const char* kFile = "/boot/grub/grubenv";
const std::string kVariable = std::string("LoaderEntryOneShot") + kEfiLoader;
const std::string kBytes("\xff\x00\x01", 3);  // no UTF-8

class UndoTest : public testing::Test {
 protected:
  UndoTest() {
    machine.Write(kFile, kBytes);
    machine.Write(EfiVariablePath(kVariable), std::string("\7\0\0\0", 4) + "chosen");
  }
  void Commit(const std::vector<StateChange>& changes) {
    RecordUndo(machine.root(), changes);
    for (const StateChange& change : changes) MakeChange(machine.root(), change);
  }
  std::optional<std::string> Variable() const { return ReadEfiVariable(machine.root(), kVariable); }

  TemporaryRoot machine;
};

TEST_F(UndoTest, PutsFilesAndVariablesBack) {
  Commit({OverwriteFile{kFile, "abc"}, DeleteEfiVariable{kVariable}});
  EXPECT_EQ(machine.Content(kFile), "abc");
  EXPECT_EQ(Variable(), std::nullopt);
  Undo(machine.root());
  EXPECT_EQ(machine.Content(kFile), kBytes);
  EXPECT_EQ(Variable(), "chosen");
  EXPECT_FALSE(machine.Has(kUndoRecord));
}

TEST_F(UndoTest, AVariableThatWasNotThereGoes) {
  machine.Delete(EfiVariablePath(kVariable));
  Commit({SetEfiVariable{kVariable, "another"}});
  Undo(machine.root());
  EXPECT_EQ(Variable(), std::nullopt);
}

TEST_F(UndoTest, WhatSomebodyHasChangedSinceStays) {
  Commit({OverwriteFile{kFile, "abc"}, DeleteEfiVariable{kVariable}});
  machine.Write(kFile, "new");
  Undo(machine.root());
  EXPECT_EQ(machine.Content(kFile), "new");
  EXPECT_EQ(Variable(), "chosen");
}

TEST_F(UndoTest, ANewCommitForgetsTheEarlierOne) {
  Commit({OverwriteFile{kFile, "abc"}});
  Commit({});
  Undo(machine.root());
  EXPECT_EQ(machine.Content(kFile), "abc");
}

}  // namespace
}  // namespace kexec_helper
