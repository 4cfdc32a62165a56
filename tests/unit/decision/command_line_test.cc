#include "decision/command_line.h"

#include <gtest/gtest.h>

#include "image/command_line.h"

namespace kexec_helper {
namespace {

TEST(CommandLineTest, BootImageIsThatOfTheNewKernel) {
  EXPECT_EQ(ReuseCommandLine("BOOT_IMAGE=/old root=/dev/vda2 ro\n", "/new"), "BOOT_IMAGE=/new root=/dev/vda2 ro");
}

TEST(CommandLineTest, BootImageIsTakenOutWhereverItStands) {
  EXPECT_EQ(ReuseCommandLine("root=/dev/vda2 BOOT_IMAGE=/old ro", "/new"), "BOOT_IMAGE=/new root=/dev/vda2 ro");
  EXPECT_EQ(ReuseCommandLine("ro BOOT_IMAGE=/a BOOT_IMAGE=/b", "/new"), "BOOT_IMAGE=/new ro ");
  EXPECT_EQ(ReuseCommandLine("ro", "/new"), "BOOT_IMAGE=/new ro");
}

TEST(CommandLineTest, NothingButAWordThatIsBootImageIsTakenOut) {
  std::string others = "xBOOT_IMAGE=/a BOOT_IMAGES=/b boot_image=/c \"x BOOT_IMAGE=/d\" y=\"a BOOT_IMAGE=/e\"";
  EXPECT_EQ(ReuseCommandLine(others, ""), others);
}

TEST(CommandLineTest, AQuotedBlankDoesNotEndBootImage) {
  EXPECT_EQ(ReuseCommandLine("BOOT_IMAGE=\"/my kernel\" ro", "/new"), "BOOT_IMAGE=/new ro");
  EXPECT_EQ(ReuseCommandLine("a BOOT_IMAGE=\"/never closed ro", ""), "a ");
}

TEST(CommandLineTest, EverythingElseStaysToTheByte) {
  std::string rest = "a  b\t\"c  d\" dyndbg=\"file x.c +p; y\" -- init=/bin/\xff\x80 e=\\\"";
  EXPECT_EQ(ReuseCommandLine(rest, ""), rest);
  EXPECT_EQ(ReuseCommandLine("BOOT_IMAGE=/old   " + rest + " \n", "/new"), "BOOT_IMAGE=/new " + rest);
}

TEST(CommandLineTest, AnEmptyOneMayStayEmpty) {
  EXPECT_EQ(ReuseCommandLine("", ""), "");
  EXPECT_EQ(ReuseCommandLine("\n", ""), "");
  EXPECT_EQ(ReuseCommandLine(" \n", "/new"), "BOOT_IMAGE=/new");
  EXPECT_EQ(ReuseCommandLine("BOOT_IMAGE=/old\n", ""), "");
}

TEST(CommandLineTest, APanicTimeoutIsAddedUnlessThereIsOne) {
  EXPECT_EQ(WithPanicTimeout("", 30, InitrdKind::kOther), "panic=30");
  EXPECT_EQ(WithPanicTimeout("root=/dev/vda2 ro", 30, InitrdKind::kOther), "root=/dev/vda2 ro panic=30");
  EXPECT_EQ(WithPanicTimeout("ro panic=-1 quiet", 30, InitrdKind::kOther), "ro panic=-1 quiet");
  EXPECT_EQ(WithPanicTimeout("panic=5", 30, InitrdKind::kOther), "panic=5");
  EXPECT_EQ(WithPanicTimeout("ro panic_on_warn=1", 30, InitrdKind::kOther), "ro panic_on_warn=1 panic=30");
  EXPECT_EQ(WithPanicTimeout("a=\"x panic=1\" ro", 30, InitrdKind::kOther), "a=\"x panic=1\" ro panic=30");
}

TEST(CommandLineTest, APanicTimeoutIsTheKernelsAndNotInits) {
  EXPECT_EQ(WithPanicTimeout("ro -- --verbose panic=1", 30, InitrdKind::kOther), "ro panic=30 -- --verbose panic=1");
  EXPECT_EQ(WithPanicTimeout("-- x", 30, InitrdKind::kOther), "panic=30 -- x");
}

TEST(CommandLineTest, DracutHasWordsOfItsOwn) {
  auto with = [](const std::string& line) { return WithPanicTimeout(line, 30, InitrdKind::kDracut); };
  EXPECT_EQ(with("ro"), "ro panic=30 rd.shell=0 rd.emergency=reboot");
  EXPECT_EQ(with("ro -- x"), "ro panic=30 rd.shell=0 rd.emergency=reboot -- x");
  EXPECT_EQ(with("ro -- rd.shell"), "ro panic=30 rd.shell=0 rd.emergency=reboot -- rd.shell");
  for (const char* word : {"rd.shell", "rd.shell=1", "rd.emergency=halt"})
    EXPECT_EQ(with(word), std::string(word) + " panic=30");
  EXPECT_EQ(with("ro panic=5"), "ro panic=5") << "the administrator has said what happens then";
  EXPECT_EQ(with("rd.shellx"), "rd.shellx panic=30 rd.shell=0 rd.emergency=reboot");
  EXPECT_EQ(ComparableCommandLine(with("BOOT_IMAGE=/k ro")), "ro");
}

TEST(CommandLineTest, WordsForOneBoot) {
  for (const char* word :
       {"single", "s", "S", "1", "rescue", "emergency", "recovery", "-b", "init=/bin/bash", "rdinit=/bin/sh",
        "systemd.unit=rescue.target", "rd.systemd.unit=emergency.target", "systemd.mask=x.service", "break",
        "break=premount", "rd.break", "rd.break=pre-mount", "elfcorehdr=0x2f000000"}) {
    EXPECT_EQ(FindOneBootWord(std::string("root=/dev/a ro ") + word + " quiet\n"), word);
    EXPECT_EQ(FindOneBootWord(std::string("ro -- ") + word), word) << "init reads these, too";
    EXPECT_EQ(FindOneBootWord(std::string("ro \"") + word + "\""), word) << "without the quotes";
  }
}

TEST(CommandLineTest, WordsForEveryDay) {
  for (const char* line :
       {"", "root=/dev/a ro quiet splash", "x=single", "foo.single", "singles", "nr_cpus=1", "rescued",
        "init=/sbin/init", "init=/lib/systemd/systemd", "systemd.unit=multi-user.target", "dyndbg=\"a single b\""})
    EXPECT_EQ(FindOneBootWord(line), "") << line;
}

TEST(CommandLineTest, ARootThatHasChanged) {
  auto changed = [](const std::string& line, const Mount& root) { return FindChangedRoot(line, {root}); };
  Mount btrfs{"/@", "/", "btrfs", "/dev/vda2", false};
  EXPECT_EQ(changed("root=UUID=a rootflags=noatime,subvol=@,x", btrfs), "");
  EXPECT_EQ(changed("root=UUID=a rootflags=subvol=/@", btrfs), "");
  EXPECT_EQ(changed("root=UUID=a rootflags=xsubvol=@old", btrfs), "");
  EXPECT_NE(changed("root=UUID=a rootflags=subvol=@old", btrfs), "");
  EXPECT_EQ(changed("root=UUID=a", btrfs), "") << "the default subvolume may be any";
  Mount numbered{"/5", "/", "btrfs", "/dev/vda2", false, "", "rw,subvolid=300,subvol=/5"};
  EXPECT_NE(changed("rootflags=subvolid=256", numbered), "");
  EXPECT_EQ(changed("rootflags=subvolid=300", numbered), "");
  Mount zfs{"/", "/", "zfs", "rpool/ROOT/old", false};
  EXPECT_NE(changed("root=ZFS=rpool/ROOT/pve-1", zfs), "");
  EXPECT_EQ(changed("root=ZFS=rpool/ROOT/old", zfs), "");
  EXPECT_EQ(changed("root=zfs:AUTO", zfs), "");
  EXPECT_NE(changed("root=UUID=a", {"/", "/", "overlay", "overlay", false}), "");
  Mount mapped{"/", "/", "ext4", "/dev/mapper/vg-root", false};
  EXPECT_EQ(changed("root=/dev/mapper/vg-root", mapped), "");
  EXPECT_EQ(changed("root=UUID=a", mapped), "");
  EXPECT_NE(changed("root=/dev/mapper/vg-snap", mapped), "");
  EXPECT_EQ(changed("root=/dev/mapper/vg-root -- root=/dev/mapper/x", mapped), "");
  EXPECT_EQ(FindChangedRoot("root=/dev/a", {}), "");
}

TEST(CrashCommandLineTest, TheSameRootAndConsoleAndNothingThatTakesMemory) {
  const std::string ours =
      "nr_cpus=1 irqpoll reset_devices panic=10 rd.shell=0 rd.emergency=reboot init=/usr/lib/kexec-helper/save-crash";
  EXPECT_EQ(
      CrashCommandLine(
          "BOOT_IMAGE=/vmlinuz root=UUID=a ro console=ttyS0 quiet crashkernel=256M panic=60 hugepages=64 isolcpus=1"),
      "root=UUID=a ro console=ttyS0 " + ours);
  EXPECT_EQ(CrashCommandLine("root=/dev/a dyndbg=\"file x +p\" init=/bin/sh -- crashkernel=1 x"),
            "root=/dev/a dyndbg=\"file x +p\" " + ours);
  EXPECT_EQ(CrashCommandLine(""), ours);
}

}  // namespace
}  // namespace kexec_helper
