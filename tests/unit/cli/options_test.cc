#include "cli/options.h"

#include <gtest/gtest.h>

#include "cli/command.h"
#include "error_of.h"

namespace kexec_helper {
namespace {

std::string Refusal(const std::vector<std::string>& arguments) {
  try {
    ParseOptions(arguments);
  } catch (const UsageError& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
    return error.what();
  }
  return "";
}

TEST(OptionsTest, EverythingOfLoad) {
  Options options = ParseOptions({"load", "/k", "--initrd", "/a", "--initrd=/b", "--append", "x y", "--reuse-cmdline"});
  EXPECT_EQ(options.command->name, "load");
  EXPECT_EQ(options.operands, std::vector<std::string>{"/k"});
  EXPECT_EQ(options.initrds, (std::vector<std::string>{"/a", "/b"}));
  EXPECT_EQ(options.append, "x y");
  EXPECT_TRUE(options.reuse_command_line);
  EXPECT_EQ(options.root, "/");
  EXPECT_FALSE(options.json);
  EXPECT_FALSE(options.shutdown);
}

TEST(OptionsTest, GlobalOptionsGoAnywhere) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"--root", "/r", "--json", "--verbose", "plan"},
                                                                     {"plan", "--json", "--verbose", "--root=/r"}}) {
    Options options = ParseOptions(arguments);
    EXPECT_EQ(options.root, "/r");
    EXPECT_TRUE(options.json);
    EXPECT_TRUE(options.verbose);
    EXPECT_EQ(options.command->name, "plan");
  }
}

TEST(OptionsTest, TheOthers) {
  EXPECT_TRUE(ParseOptions({"load", "--shutdown"}).shutdown);
  EXPECT_TRUE(ParseOptions({"exec", "--unmount"}).unmount);
  EXPECT_TRUE(ParseOptions({"reboot", "--firmware"}).firmware);
  for (const char* command : {"plan", "unload", "status", "version"})
    EXPECT_EQ(ParseOptions({command}).command->name, command);
}

TEST(OptionsTest, HelpNeedsNoCommand) {
  EXPECT_TRUE(ParseOptions({"--help"}).help);
  EXPECT_TRUE(ParseOptions({"help"}).help);
  EXPECT_TRUE(ParseOptions({"load", "--help"}).help);
}

TEST(OptionsTest, AnAppendedWordMayBeginWithADash) {
  EXPECT_EQ(ParseOptions({"load", "/k", "--append=-v --x"}).append, "-v --x");
}

TEST(OptionsTest, TheNearestCommandIsNamed) {
  EXPECT_EQ(Refusal({"plna"}), "plna: no such command; did you mean plan?");
  EXPECT_EQ(Refusal({"unlod"}), "unlod: no such command; did you mean unload?");
  EXPECT_EQ(Refusal({"gibberish"}), "gibberish: no such command");
}

TEST(OptionsTest, TheNearestOptionIsNamed) {
  EXPECT_EQ(Refusal({"plan", "--jsno"}), "--jsno: no such option; did you mean --json?");
  EXPECT_EQ(Refusal({"load", "--shutdwon"}), "--shutdwon: no such option; did you mean --shutdown?");
  EXPECT_EQ(Refusal({"plan", "--xxxxxxxx"}), "--xxxxxxxx: no such option");
}

TEST(OptionsTest, OptionsAreNotAbbreviated) { EXPECT_NE(Refusal({"plan", "--js"}), ""); }

TEST(OptionsTest, WhatMakesNoSense) {
  EXPECT_EQ(Refusal({}), "no command");
  EXPECT_EQ(Refusal({"--json"}), "no command");
  EXPECT_EQ(Refusal({"plan", "--shutdown"}), "plan: takes no --shutdown");
  EXPECT_EQ(Refusal({"exec", "--firmware"}), "exec: takes no --firmware");
  EXPECT_EQ(Refusal({"plan", "extra"}), "plan: unexpected \"extra\"");
  EXPECT_EQ(Refusal({"load", "/k", "/l"}), "load: unexpected \"/l\"");
  EXPECT_EQ(Refusal({"load", "--initrd", "/i"}), "load: --initrd, --append and --reuse-cmdline need KERNEL");
  EXPECT_EQ(Refusal({"load", "--append", "x"}), "load: --initrd, --append and --reuse-cmdline need KERNEL");
  EXPECT_EQ(Refusal({"load", "--reuse-cmdline"}), "load: --initrd, --append and --reuse-cmdline need KERNEL");
  EXPECT_EQ(Refusal({"load", "--shutdown", "/k"}), "load: --shutdown takes no KERNEL");
  EXPECT_EQ(Refusal({"load", "--crash", "--shutdown"}), "load: --crash takes neither --shutdown nor --entry");
  EXPECT_EQ(Refusal({"load", "--crash", "--entry", "x"}), "load: --crash takes neither --shutdown nor --entry");
  EXPECT_EQ(Refusal({"load", "--at-boot"}), "load: --at-boot needs --crash and takes no KERNEL");
  EXPECT_EQ(Refusal({"load", "--crash", "--at-boot", "/k"}), "load: --at-boot needs --crash and takes no KERNEL");
  EXPECT_NE(Refusal({"plan", "--root"}), "");
  EXPECT_NE(Refusal({"plan", "--root", "/a", "--root", "/b"}), "");
  EXPECT_NE(Refusal({"plan", "--json=yes"}), "");
  EXPECT_NE(Refusal({"load", "/k", "--initrd"}), "");
}

TEST(OptionsTest, AnEmptyRootIsNotTheCurrentDirectory) { EXPECT_NE(Refusal({"--root", "", "plan"}), ""); }

TEST(NearestTest, FewestEdits) {
  EXPECT_EQ(Nearest("plan", {"load", "plan"}), "plan");
  EXPECT_EQ(Nearest("plans", {"load", "plan"}), "plan");
  EXPECT_EQ(Nearest("", {"load"}), "");
  EXPECT_EQ(Nearest("abcdefgh", {"load", "plan"}), "");
  EXPECT_EQ(Nearest("x", {}), "");
}

TEST(UsageTest, NamesEveryCommandAndOption) {
  std::string usage = Usage();
  for (const char* word :
       {"plan", "load [--crash] [KERNEL", "exec [--unmount]", "reboot [--firmware]", "unload", "status", "version",
        "--root DIR", "--json", "--verbose", "--initrd FILE", "--append STR", "--reuse-cmdline", "--shutdown",
        "--crash", "unload [--crash]", "Exit status: 0 done, 1 failed, 2 usage, 3 declined"})
    EXPECT_NE(usage.find(word), std::string::npos) << word;
}

}  // namespace
}  // namespace kexec_helper
