#include "kernel/remedy.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace kexec_helper {
namespace {

std::string Explained(int error_number, const KernelState& state = {}, const std::string& log = "") {
  return Explain(KernelError("kexec_file_load: " + ErrnoText(error_number), error_number, log), state);
}

bool Mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

struct Row {
  int error_number;
  const char* remedy;
};

class RemedyTest : public testing::TestWithParam<Row> {};

TEST_P(RemedyTest, ThereIsOneForEveryErrorOfTheCall) {
  std::string message = Explained(GetParam().error_number);
  EXPECT_EQ(message.find("kexec_file_load: " + ErrnoText(GetParam().error_number) + ": "), 0u) << message;
  EXPECT_TRUE(Mentions(message, GetParam().remedy)) << message;
}

constexpr int kENOTSUPP = 524;  // include/linux/errno.h; not for user space, yet it comes through

INSTANTIATE_TEST_SUITE_P(KexecFileLoad, RemedyTest,
                         testing::Values(Row{EPERM, "root"}, Row{EACCES, "signed by the distribution"},
                                         Row{EBUSY, "another load"}, Row{ENOEXEC, "not a kernel image"},
                                         Row{EINVAL, "kernel log"}, Row{EADDRNOTAVAIL, "crashkernel="},
                                         Row{ETXTBSY, "open for writing"}, Row{ENODATA, "signature"},
                                         Row{ENOKEY, "mokutil"}, Row{EKEYREJECTED, "signature"},
                                         Row{EBADMSG, "signature"}, Row{ELIBBAD, "signature"}, Row{ENOPKG, "signature"},
                                         Row{kENOTSUPP, "signature"}, Row{ENOMEM, "dropping caches"},
                                         Row{EFBIG, "4 GiB"}, Row{EIO, "disk"}, Row{ENOSYS, "CONFIG_KEXEC_FILE"}),
                         [](const auto& row) { return "Errno" + std::to_string(row.param.error_number); });

TEST(RemedyTest, PermissionHasFourReasonsTheFirstThatAppliesIsTold) {
  KernelState state;
  state.lockdown = "integrity";
  EXPECT_TRUE(Mentions(Explained(EPERM, state), "locked down (integrity)"));
  state.loads_left = 0;
  EXPECT_TRUE(Mentions(Explained(EPERM, state), "kexec_load_limit_reboot"));
  state.load_disabled = true;
  EXPECT_TRUE(Mentions(Explained(EPERM, state), "kexec_load_disabled is 1"));
  KernelState open;
  open.lockdown = "none";
  open.loads_left = 2;
  EXPECT_TRUE(Mentions(Explained(EPERM, open), "CAP_SYS_BOOT"));
}

TEST(RemedyTest, TheKernelLogIsAppended) {
  EXPECT_TRUE(Mentions(Explained(ENOEXEC, {}, "kexec: bad"), " (kernel log: kexec: bad)"));
  EXPECT_FALSE(Mentions(Explained(ENOEXEC), "(kernel log"));
}

TEST(RemedyTest, AnErrorWithoutRemedyIsStillNamed) {
  EXPECT_EQ(Explained(EXDEV), "kexec_file_load: Invalid cross-device link");
}

}  // namespace
}  // namespace kexec_helper
