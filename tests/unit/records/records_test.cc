#include "records/records.h"

#include <gtest/gtest.h>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

LoadedRecord Loaded() {
  return {"settings",
          "/boot/k",
          "6.1",
          {100, 200},
          {"/boot/i", "/boot/j"},
          "root=/dev/vda2 \"a\"\\",
          "2024-01-02T03:04:05Z"};
}

TEST(RecordsTest, ALoadedKernelIsRememberedAsItIs) {
  TemporaryRoot machine;
  WriteLoadedRecord(machine.root(), Loaded());
  auto read = ReadLoadedRecord(machine.root());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->source, "settings");
  EXPECT_EQ(read->kernel, "/boot/k");
  EXPECT_EQ(read->kernel_version, "6.1");
  EXPECT_EQ(read->stamp, (FileStamp{100, 200}));
  EXPECT_EQ(read->initrds, (std::vector<std::string>{"/boot/i", "/boot/j"}));
  EXPECT_EQ(read->command_line, "root=/dev/vda2 \"a\"\\");
  EXPECT_EQ(read->time, "2024-01-02T03:04:05Z");
}

TEST(RecordsTest, AShutdownIsRememberedAsItIs) {
  TemporaryRoot machine;
  WriteShutdownRecord(machine.root(), {"kexec", "why", "6.1", 2.5, {"one", "two"}, "boot", "then"});
  auto read = ReadShutdownRecord(machine.root());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->action, "kexec");
  EXPECT_EQ(read->reason, "why");
  EXPECT_EQ(read->kernel_version, "6.1");
  EXPECT_DOUBLE_EQ(read->load_seconds, 2.5);
  EXPECT_EQ(read->warnings, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(read->boot_id, "boot");
  EXPECT_EQ(read->time, "then");
}

TEST(RecordsTest, BytesThatAreNoUtf8AreReplaced) {
  TemporaryRoot machine;
  LoadedRecord record = Loaded();
  record.command_line =
      "a\xff"
      "b";
  WriteLoadedRecord(machine.root(), record);
  EXPECT_EQ(ReadLoadedRecord(machine.root())->command_line,
            "a\xef\xbf\xbd"
            "b");
}

TEST(RecordsTest, WhatIsMissingIsNothing) {
  TemporaryRoot machine;
  EXPECT_FALSE(ReadLoadedRecord(machine.root()));
  EXPECT_FALSE(ReadShutdownRecord(machine.root()));
}

TEST(RecordsTest, ADamagedRecordIsNothing) {
  TemporaryRoot machine;
  WriteLoadedRecord(machine.root(), Loaded());
  std::string whole = machine.Content(kLoadedRecord);
  std::vector<std::string> damaged = {
      "", "{}", "[]", "null", "{", "\xff", "{\"source\": 1}", std::string(300 << 10, '['), std::string(200 << 10, '[')};
  for (size_t bytes = 1; bytes + 2 < whole.size(); bytes += 7) damaged.push_back(whole.substr(0, bytes));
  for (const std::string& text : damaged) {
    machine.Write(kLoadedRecord, text);
    machine.Write(kLastShutdown, text);
    EXPECT_FALSE(ReadLoadedRecord(machine.root())) << text.substr(0, 80);
    EXPECT_FALSE(ReadShutdownRecord(machine.root())) << text.substr(0, 80);
  }
}

TEST(RecordsTest, WhatIsNoFileIsNothing) {
  TemporaryRoot machine;
  machine.MakeDirectory(kLoadedRecord);
  machine.MakeDirectory("/var/lib/kexec-helper");
  machine.MakeFifo(kLastShutdown);
  EXPECT_FALSE(ReadLoadedRecord(machine.root()));
  EXPECT_FALSE(ReadShutdownRecord(machine.root()));
}

TEST(RecordsTest, TheTimeIsIso8601) {
  std::string shape = Now();
  for (char& c : shape)
    if (c >= '0' && c <= '9') c = '9';
  EXPECT_EQ(shape, "9999-99-99T99:99:99Z") << Now();
}

}  // namespace
}  // namespace kexec_helper
