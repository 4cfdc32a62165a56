#include "survey/passphrase.h"

#include <gtest/gtest.h>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

std::string Asked(const std::string& crypttab) {
  TemporaryRoot machine;
  machine.Write("/etc/crypttab", crypttab);
  return FindAskedPassphrase(machine.root());
}

TEST(PassphraseTest, NoEncryptedVolume) {
  EXPECT_EQ(FindAskedPassphrase(TemporaryRoot().root()), "");
  EXPECT_EQ(Asked("# <target name> <source device> <key file> <options>\n\n"), "");
}

TEST(PassphraseTest, APersonHasToTypeIt) {
  EXPECT_EQ(Asked("# a comment\nvda3_crypt UUID=1 none luks,discard\n"), "vda3_crypt");
  EXPECT_EQ(Asked("a UUID=1 -\n"), "a");
  EXPECT_EQ(Asked("a\tUUID=1\n"), "a");
}

TEST(PassphraseTest, TheKeyIsElsewhere) {
  EXPECT_EQ(Asked("a UUID=1 /etc/keys/a luks\nswap /dev/vda2 /dev/urandom swap,cipher=aes-xts-plain64\n"), "");
  EXPECT_EQ(Asked("a UUID=1 none luks,tpm2-device=auto\n"), "");
  EXPECT_EQ(Asked("a UUID=1 none luks,keyscript=decrypt_keyctl\n"), "");
}

TEST(PassphraseTest, NotAtBoot) { EXPECT_EQ(Asked("backup UUID=1 none luks,noauto\nb UUID=2 none luks\n"), "b"); }

}  // namespace
}  // namespace kexec_helper
