#include "sys/shell.h"

#include <gtest/gtest.h>

#include "error_of.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Variables = std::map<std::string, std::string>;

ShellResult Source(const std::string& text, const std::vector<std::string>& names = {"A", "B"},
                   milliseconds limit = seconds(10)) {
  return SourceFiles({{"/etc/default/kexec", text}}, names, limit);
}

milliseconds TimeOf(const std::function<void()>& call) {
  auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

TEST(ShellTest, ReadsWhatTheShellLeavesInTheVariables) {
  EXPECT_EQ(Source("A=$(echo one; echo two)\nB=\"$A!\"\n").variables,
            (Variables{{"A", "one\ntwo"}, {"B", "one\ntwo!"}}));
}

TEST(ShellTest, UnsetIsNotEmpty) {
  EXPECT_EQ(Source("A=\n").variables, (Variables{{"A", ""}}));
  EXPECT_EQ(Source("A=1; unset A\n").variables, Variables{});
}

TEST(ShellTest, ValuesComeThroughToTheByte) {
  std::string value = "a  b\t\\n %s %% \n\n'\"`$\x01\x7f\xff\x80-";
  EXPECT_EQ(Source("A=\"a  b\t\\\\n %s %% \n\n'\\\"\\`\\$\x01\x7f\xff\x80-\"").variables["A"], value);
  std::string many(100000, 'x');
  EXPECT_EQ(Source("A=" + many).variables["A"], many);
}

TEST(ShellTest, ALaterFileSeesTheEarlierOne) {
  ShellResult result = SourceFiles({{"/one", "A=1"}, {"/two", "A=$A/2"}}, {"A"}, seconds(10));
  EXPECT_EQ(result.variables["A"], "1/2");
}

TEST(ShellTest, TheEnvironmentIsClean) {
  ::setenv("A", "from outside", 1);
  ::setenv("ENV", "/dev/null", 1);
  EXPECT_EQ(Source("B=$A$ENV$HOME\n").variables, (Variables{{"B", ""}}));
  ::unsetenv("A");
  ::unsetenv("ENV");
}

TEST(ShellTest, FindsTheUsualPrograms) { EXPECT_EQ(Source("A=$(cat /dev/null; echo ok)").variables["A"], "ok"); }

TEST(ShellTest, StandardInputIsEmpty) { EXPECT_EQ(Source("A=$(cat)").variables["A"], ""); }

TEST(ShellTest, MessagesNameTheFile) {
  ShellResult result = Source("A=1\nnosuchcommand\nB=2\n");
  EXPECT_EQ(result.variables, (Variables{{"A", "1"}, {"B", "2"}}));
  EXPECT_NE(result.messages.find("2: /etc/default/kexec: nosuchcommand: not found"), std::string::npos)
      << result.messages;
  EXPECT_EQ(result.messages.find("/dev/fd"), std::string::npos) << result.messages;
  EXPECT_NE(result.messages.back(), '\n');
}

TEST(ShellTest, OutputOfTheFileIsAMessageAndNoValue) {
  ShellResult result = Source("echo '=fake'; printf '=fake\\0'; A=real");
  EXPECT_EQ(result.variables, (Variables{{"A", "real"}}));
  EXPECT_NE(result.messages.find("=fake"), std::string::npos);
}

TEST(ShellTest, MessagesAreCut) {
  ShellResult result = Source("i=0; while [ $i -lt 3000 ]; do echo 0123456789; i=$((i+1)); done; A=done");
  EXPECT_EQ(result.variables["A"], "done");
  EXPECT_LE(result.messages.size(), 4096u);
  EXPECT_GT(result.messages.size(), 4000u);
}

TEST(ShellTest, ASyntaxErrorIsTheShellsOwnMessage) {
  std::string message = ErrorOf([] { Source("A=1\nif true\n"); });
  EXPECT_EQ(message.find("/etc/default/kexec: read by /bin/sh: "), 0u) << message;
  EXPECT_NE(message.find("Syntax error"), std::string::npos) << message;
}

TEST(ShellTest, ExitEndsTheReadingWithAnError) {
  EXPECT_NE(ErrorOf([] { Source("A=1\nexit 0\n"); }).find("did not get to the end"), std::string::npos);
  EXPECT_NE(ErrorOf([] { Source("A=1\nexit 3\n"); }).find("the shell failed"), std::string::npos);
  EXPECT_NE(ErrorOf([] { Source("set -e\nfalse\nA=1\n"); }).find("the shell failed"), std::string::npos);
  EXPECT_NE(ErrorOf([] { Source("kill -9 $$\n"); }).find("the shell failed"), std::string::npos);
}

TEST(ShellTest, ReturnEndsOnlyItsFile) {
  ShellResult result = SourceFiles({{"/one", "A=1\nreturn\nA=2"}, {"/two", "B=2"}}, {"A", "B"}, seconds(10));
  EXPECT_EQ(result.variables, (Variables{{"A", "1"}, {"B", "2"}}));
}

TEST(ShellTest, AValueOfMoreThanAMebibyteIsRefused) {
  std::string message = ErrorOf([] { Source("A=$(head -c 1100000 /dev/zero | tr '\\0' x)"); });
  EXPECT_NE(message.find("values of more than 1 MiB"), std::string::npos) << message;
}

TEST(ShellTest, WhatIsNotDoneInTimeIsKilledWithItsChildren) {
  TemporaryRoot machine;
  std::string mark = machine.Host("/tmp/pid");
  std::string message;
  milliseconds taken = TimeOf([&] {
    message = ErrorOf([&] { Source("sh -c 'echo $$ > " + mark + "; sleep 60'", {"A"}, milliseconds(700)); });
  });
  EXPECT_NE(message.find("not done after"), std::string::npos) << message;
  EXPECT_LT(taken, seconds(6));
  pid_t child = std::stoi(machine.Content("/tmp/pid"));
  // Killed children of a killed shell vanish when init reaps them, which may take a moment.
  for (int i = 0; i < 100 && ::kill(child, 0) == 0; ++i) {
    std::string path = "/proc/" + std::to_string(child) + "/stat";
    std::ifstream stat(path);
    std::string line((std::istreambuf_iterator<char>(stat)), {});
    if (line.find(") Z ") != std::string::npos) return;
    ::usleep(20000);
  }
  EXPECT_NE(::kill(child, 0), 0);
}

TEST(ShellTest, EndlessOutputDoesNotOutlastTheLimit) {
  std::string message;
  milliseconds taken = TimeOf([&] { message = ErrorOf([] { Source("cat /dev/zero", {"A"}, milliseconds(500)); }); });
  EXPECT_NE(message.find("not done after"), std::string::npos) << message;
  EXPECT_LT(taken, seconds(6));
}

TEST(ShellTest, ABackgroundJobThatKeepsThePipeOpenIsNotWaitedFor) {
  ShellResult result;
  milliseconds taken = TimeOf([&] { result = Source("sleep 8 &\nA=1\n"); });
  EXPECT_EQ(result.variables["A"], "1");
  EXPECT_LT(taken, seconds(6));
}

TEST(ShellTest, ABackgroundJobThatKeepsWritingIsNotWaitedFor) {
  milliseconds taken = TimeOf([] { Source("timeout 8 cat /dev/zero 2>/dev/null &\nA=1\n"); });
  EXPECT_LT(taken, seconds(6));
}

TEST(ShellTest, ManyFilesAreMoreThanTheShellsOwnDescriptors) {
  std::vector<ShellFile> files;
  for (int i = 0; i < 40; ++i) files.push_back({"/f" + std::to_string(i), "A=\"${A}" + std::to_string(i) + ",\""});
  std::string expected;
  for (int i = 0; i < 40; ++i) expected += std::to_string(i) + ",";
  EXPECT_EQ(SourceFiles(files, {"A"}, seconds(10)).variables["A"], expected);
}

TEST(ShellTest, NoDescriptorIsLeftOpen) {
  auto count = [] {
    return std::distance(boost::filesystem::directory_iterator("/proc/self/fd"),
                         boost::filesystem::directory_iterator());
  };
  auto before = count();
  Source("A=1");
  ErrorOf([] { Source("exit 1"); });
  EXPECT_EQ(count(), before);
}

}  // namespace
}  // namespace kexec_helper
