#include "survey/vmcore.h"

#include <gtest/gtest.h>

#include "error_of.h"
#include "fake_images.h"

namespace kexec_helper {
namespace {

constexpr uint64_t kBase = 0xffffffff81000000;  // of the memory that the core has
constexpr size_t kMemoryAt = 4096;              // in the file
constexpr size_t kPointer = 0, kRing = 0x100, kDescriptors = 0x200, kInfos = 0x400, kTexts = 0x600;
constexpr size_t kTextBytes = 64, kDescriptorBytes = 24, kInfoBytes = 32;

constexpr const char* kInfo =
    "OSRELEASE=6.1\n"
    "SYMBOL(prb)=ffffffff81000000\n"
    "OFFSET(printk_ringbuffer.desc_ring)=0\nOFFSET(printk_ringbuffer.text_data_ring)=64\n"
    "OFFSET(prb_desc_ring.count_bits)=0\nOFFSET(prb_desc_ring.descs)=8\nOFFSET(prb_desc_ring.infos)=16\n"
    "OFFSET(prb_desc_ring.head_id)=24\nOFFSET(prb_desc_ring.tail_id)=32\n"
    "SIZE(prb_desc)=24\nOFFSET(prb_desc.state_var)=0\nOFFSET(prb_desc.text_blk_lpos)=8\n"
    "OFFSET(prb_data_blk_lpos.begin)=0\nOFFSET(prb_data_blk_lpos.next)=8\n"
    "SIZE(printk_info)=32\nOFFSET(printk_info.ts_nsec)=8\nOFFSET(printk_info.text_len)=16\n"
    "OFFSET(prb_data_ring.size_bits)=0\nOFFSET(prb_data_ring.data)=8\n"
    "OFFSET(atomic_long_t.counter)=0\n";

// A core with a ring of four records and 64 bytes of text, of which `count` records from `tail` on are in use.
class FakeCore {
 public:
  explicit FakeCore(uint64_t tail = 0) : memory_(0x800, '\0'), next_(tail) {
    Put(kPointer, kBase + kRing, 8);
    Put(kRing, 2, 4);
    Put(kRing + 8, kBase + kDescriptors, 8);
    Put(kRing + 16, kBase + kInfos, 8);
    Put(kRing + 32, tail, 8);
    Put(kRing + 64, 6, 4);
    Put(kRing + 72, kBase + kTexts, 8);
  }

  // In a block at `begin`, which ends at `end`; `begin` and `end` grow over the ring's size.
  void Add(const std::string& text, uint64_t begin, uint64_t end, uint64_t state = 2) {
    size_t descriptor = kDescriptors + next_ % 4 * kDescriptorBytes, info = kInfos + next_ % 4 * kInfoBytes;
    Put(descriptor, state << 62 | next_, 8);
    Put(descriptor + 8, begin, 8);
    Put(descriptor + 16, end, 8);
    Put(info + 8, 1000000000 * (next_ + 1) + 2000, 8);
    Put(info + 16, text.size(), 2);
    bool wraps = begin % kTextBytes > end % kTextBytes && end % kTextBytes != 0;
    PutText(memory_, kTexts + (wraps ? 0 : begin % kTextBytes) + 8, text);
    Put(kRing + 24, next_++, 8);
  }

  std::string File(const std::string& info = kInfo) const {
    std::string note(12, '\0');
    PutNumber(note, 0, 11, 4);
    PutNumber(note, 4, info.size(), 4);
    note += std::string("VMCOREINFO\0\0", 12) + info;
    std::string file(kMemoryAt, '\0');
    PutText(file, 0,
            "\x7f"
            "ELF\2\1");
    PutNumber(file, 32, 64, 8);
    PutNumber(file, 54, 56, 2);
    PutNumber(file, 56, 2, 2);
    PutEntry(file, 64, 4, 1024, 0, note.size());
    PutEntry(file, 120, 1, kMemoryAt, kBase, memory_.size());
    PutText(file, 1024, note);
    return file + memory_;
  }

 private:
  void Put(size_t at, uint64_t value, size_t bytes) { PutNumber(memory_, at, value, bytes); }
  static void PutEntry(std::string& file, size_t at, uint64_t type, uint64_t offset, uint64_t address, uint64_t size) {
    PutNumber(file, at, type, 4);
    PutNumber(file, at + 8, offset, 8);
    PutNumber(file, at + 16, address, 8);
    PutNumber(file, at + 32, size, 8);
  }

  std::string memory_;
  uint64_t next_;
};

std::string LogOf(const std::string& file) {
  return DeadKernelLog("core", [&](FileSlice slice) {
    return slice.offset > file.size() ? std::string() : file.substr(slice.offset, slice.size);
  });
}

TEST(VmcoreTest, RecordsInTheirOrder) {
  FakeCore core;
  core.Add("one", 0, 16);
  core.Add("two\nlines", 16, 40);
  EXPECT_EQ(LogOf(core.File()), "[    1.000002] one\n[    2.000002] two\n[    2.000002] lines\n");
}

TEST(VmcoreTest, RingsThatHaveWrapped) {
  FakeCore core(6);
  core.Add("a", 64 + 16, 64 + 32);
  core.Add("b", 64 + 32, 64 + 48);
  core.Add("wrapped", 64 + 48, 128 + 16);  // would not fit before the end
  EXPECT_EQ(LogOf(core.File()), "[    7.000002] a\n[    8.000002] b\n[    9.000002] wrapped\n");
}

TEST(VmcoreTest, ABlockThatEndsWithTheRing) {
  FakeCore core;
  core.Add("last", 48, 64);
  EXPECT_EQ(LogOf(core.File()), "[    1.000002] last\n");
}

TEST(VmcoreTest, RecordsThatWereNotFinishedAreLeftOut) {
  FakeCore core;
  core.Add("reserved", 0, 24, 0);
  core.Add("committed", 24, 48, 1);
  EXPECT_EQ(LogOf(core.File()), "[    2.000002] committed\n");
}

TEST(VmcoreTest, ARecordWithoutText) {
  FakeCore core;
  core.Add("", 1, 1);
  EXPECT_EQ(LogOf(core.File()), "[    1.000002] \n");
}

TEST(VmcoreTest, WhatIsNoCore) {
  EXPECT_NE(ErrorOf([] { LogOf("#!/bin/sh\n"); }).find("not a 64-bit ELF core"), std::string::npos);
  EXPECT_NE(ErrorOf([] { LogOf(FakeCore().File("OSRELEASE=2.6\n")); }).find("its note does not say"),
            std::string::npos);
}

TEST(VmcoreTest, AnywhereCutOffOrDamagedIsAnError) {
  FakeCore core;
  core.Add("one", 0, 16);
  const std::string file = core.File();
  for (size_t size = 0; size < kMemoryAt + kTexts + kTextBytes; size += 64)
    EXPECT_NE(ErrorOf([&] { LogOf(file.substr(0, size)); }), "") << size;
  for (size_t at = 0; at < file.size(); at += 7) {  // no crash, whatever comes out
    std::string damaged = file;
    damaged[at] = '\xff';
    ErrorOf([&] { LogOf(damaged); });
  }
}

}  // namespace
}  // namespace kexec_helper
