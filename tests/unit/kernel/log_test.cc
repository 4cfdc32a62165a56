#include "kernel/log.h"

#include <gtest/gtest.h>

namespace kexec_helper {
namespace {

TEST(KernelLogTest, TheMessageOfARecordAboutKexec) {
  EXPECT_EQ(KexecMessage("6,339,5140900,-;kexec: image too large\n"), "kexec: image too large");
  EXPECT_EQ(KexecMessage("3,1,2,-,caller=T1;PEFILE: Unsigned PE binary\n SUBSYSTEM=x\n"), "PEFILE: Unsigned PE binary");
}

TEST(KernelLogTest, EverySubject) {
  for (const char* message :
       {"kexec_file: x", "PEFILE: x", "Lockdown: kexec: x", "integrity: x", "ima: x", "bzImage: x", "crash: x"})
    EXPECT_EQ(KexecMessage(std::string("6,1,2,-;") + message + "\n"), message);
}

TEST(KernelLogTest, OtherRecordsAreNone) {
  EXPECT_EQ(KexecMessage("6,340,5690716,-;NET: Registered PF_INET\n DEVICE=kexec\n"), "");
  EXPECT_EQ(KexecMessage("kexec without a record's head"), "");
  EXPECT_EQ(KexecMessage(""), "");
  EXPECT_EQ(KexecMessage(";"), "");
}

TEST(KernelLogTest, AMessageMayHoldASemicolonAndLackItsLineEnd) {
  EXPECT_EQ(KexecMessage("6,1,2,-;kexec: a; b"), "kexec: a; b");
}

TEST(KernelLogTest, ALogNobodyWroteToSaysNothing) {
  KernelLog log;
  EXPECT_EQ(log.NewLines(), "");
}

}  // namespace
}  // namespace kexec_helper
