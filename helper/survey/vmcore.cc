#include "survey/vmcore.h"

#include <fcntl.h>

#include <algorithm>
#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <map>
#include <vector>

#include "sys/error.h"
#include "sys/little_endian.h"

namespace kexec_helper {

namespace {

constexpr uint64_t kMaxBytes = 64 << 20;  // of one part of the ring buffer
constexpr size_t kLong = 8;

// Part of the dead kernel's memory, and where the file has it.
struct Segment {
  uint64_t address = 0;
  FileSlice data;
};

// An ELF core of a 64-bit little-endian kernel (elf(5)) with its note.
class Core {
 public:
  Core(const std::string& path, const ReadSlice& read) : path_(path), read_(read) { ReadSegments(); }

  // "SYMBOL(prb)", "OFFSET(printk_info.seq)", "SIZE(prb_desc)".
  uint64_t Number(const std::string& name, int base = 10) const {
    auto found = info_.find(name);
    uint64_t number = 0;
    if (found != info_.end()) {
      const std::string& text = found->second;
      if (std::from_chars(text.data(), text.data() + text.size(), number, base).ec == std::errc()) return number;
    }
    throw Error(path_ + ": its note does not say " + name + ": this kernel's log cannot be found");
  }
  uint64_t Symbol(const std::string& name) const { return Number("SYMBOL(" + name + ")", 16); }
  uint64_t Offset(const std::string& name) const { return Number("OFFSET(" + name + ")"); }
  uint64_t Size(const std::string& name) const { return Number("SIZE(" + name + ")"); }

  std::string Memory(uint64_t address, uint64_t size) const {
    for (const Segment& segment : segments_) {
      uint64_t skip = address - segment.address;
      if (address < segment.address || skip > segment.data.size || size > segment.data.size - skip) continue;
      return Exactly({segment.data.offset + skip, size});
    }
    throw Error(path_ + ": the dead kernel's log is in memory that it does not have");
  }

  uint64_t Long(uint64_t address) const { return LittleEndian(Memory(address, kLong), 0, kLong); }

  void CheckSize(uint64_t bytes) const {
    if (bytes == 0 || bytes > kMaxBytes) throw Error(path_ + ": the dead kernel's log is damaged");
  }

 private:
  static constexpr size_t kHeaderBytes = 64, kEntryBytes = 56, kNoteHeaderBytes = 12;

  std::string Exactly(FileSlice slice) const {
    if (slice.size > kMaxBytes) throw Error(path_ + ": damaged");
    std::string data = read_(slice);
    if (data.size() != slice.size) throw Error(path_ + ": cut off");
    return data;
  }

  void ReadSegments() {
    constexpr std::string_view kMagic(
        "\x7f"
        "ELF\2\1",
        6);
    constexpr uint64_t kLoad = 1, kNote = 4;
    std::string header = read_({0, kHeaderBytes});
    if (header.size() != kHeaderBytes || !header.starts_with(kMagic)) throw Error(path_ + ": not a 64-bit ELF core");
    uint64_t count = LittleEndian(header, 56, 2);
    if (LittleEndian(header, 54, 2) != kEntryBytes) throw Error(path_ + ": not a 64-bit ELF core");
    std::string table = Exactly({LittleEndian(header, 32, 8), count * kEntryBytes});
    for (size_t at = 0; at < table.size(); at += kEntryBytes) {
      uint64_t type = LittleEndian(table, at, 4);
      FileSlice data{LittleEndian(table, at + 8, 8), LittleEndian(table, at + 32, 8)};
      if (type == kLoad) segments_.push_back({LittleEndian(table, at + 16, 8), data});
      if (type == kNote) ReadNotes(Exactly(data));
    }
  }

  void ReadNotes(const std::string& notes) {
    auto padded = [](uint64_t size) { return (size + 3) / 4 * 4; };
    for (uint64_t at = 0; at + kNoteHeaderBytes <= notes.size();) {
      uint64_t name_size = LittleEndian(notes, at, 4), size = LittleEndian(notes, at + 4, 4);
      uint64_t name = at + kNoteHeaderBytes, text = name + padded(name_size);
      if (text > notes.size() || size > notes.size() - text) return;
      if (std::string_view(notes).substr(name).starts_with("VMCOREINFO")) ReadInfo(notes.substr(text, size));
      at = text + padded(size);
    }
  }

  void ReadInfo(const std::string& text) {
    for (size_t at = 0; at < text.size();) {
      size_t end = std::min(text.find('\n', at), text.size());
      size_t equals = text.find('=', at);
      if (equals < end) info_[text.substr(at, equals - at)] = text.substr(equals + 1, end - equals - 1);
      at = end + 1;
    }
  }

  const std::string path_;
  const ReadSlice& read_;
  std::vector<Segment> segments_;
  std::map<std::string, std::string> info_;
};

// The descriptors, the records' facts and the text, each a ring of its own.
class PrintkRing {
 public:
  explicit PrintkRing(const Core& core) : core_(core) {
    uint64_t ring = core.Long(core.Symbol("prb"));
    uint64_t descriptors = ring + core.Offset("printk_ringbuffer.desc_ring");
    uint64_t texts = ring + core.Offset("printk_ringbuffer.text_data_ring");
    count_ = PowerOfTwo(descriptors + core.Offset("prb_desc_ring.count_bits"));
    text_size_ = PowerOfTwo(texts + core.Offset("prb_data_ring.size_bits"));
    uint64_t counter = core.Offset("atomic_long_t.counter");
    tail_ = core.Long(descriptors + core.Offset("prb_desc_ring.tail_id") + counter);
    head_ = core.Long(descriptors + core.Offset("prb_desc_ring.head_id") + counter);
    descriptors_ = Ring(descriptors + core.Offset("prb_desc_ring.descs"), descriptor_size_);
    infos_ = Ring(descriptors + core.Offset("prb_desc_ring.infos"), info_size_);
    text_ = core.Memory(core.Long(texts + core.Offset("prb_data_ring.data")), text_size_);
  }

  std::string Text() const {
    std::string log;
    for (uint64_t i = 0; i < count_; ++i) {
      uint64_t id = (tail_ + i) & kIdMask;
      log += Record(id % count_);
      if (id == (head_ & kIdMask)) break;
    }
    return log;
  }

 private:
  // Two bits of a descriptor's state variable are its state, the others its id (DESC_STATE, DESC_ID).
  static constexpr uint64_t kIdMask = ~uint64_t{0} >> 2;
  static constexpr int kStateShift = 62;

  // 1 << the number of bits, an unsigned int.
  uint64_t PowerOfTwo(uint64_t address) const {
    uint64_t bits = LittleEndian(core_.Memory(address, 4), 0, 4);
    uint64_t size = bits < 32 ? uint64_t{1} << bits : 0;
    core_.CheckSize(size);
    return size;
  }

  std::string Ring(uint64_t pointer, uint64_t element) const {
    core_.CheckSize(element);
    core_.CheckSize(count_ * element);
    return core_.Memory(core_.Long(pointer), count_ * element);
  }

  // A field of an element of one of the rings.
  uint64_t Field(const std::string& ring, uint64_t element, uint64_t offset, size_t bytes) const {
    uint64_t at = element + offset;
    if (at + bytes > ring.size()) throw Error("the dead kernel's log is damaged");
    return LittleEndian(ring, at, bytes);
  }

  std::string Record(uint64_t index) const {
    constexpr uint64_t kCommitted = 1, kFinalized = 2;
    uint64_t descriptor = index * descriptor_size_, info = index * info_size_;
    uint64_t state = Field(descriptors_, descriptor, state_offset_, kLong) >> kStateShift;
    if (state != kCommitted && state != kFinalized) return "";
    uint64_t begin = Field(descriptors_, descriptor, begin_offset_, kLong);
    uint64_t next = Field(descriptors_, descriptor, next_offset_, kLong);
    uint64_t length = Field(infos_, info, length_offset_, 2);
    std::string text = begin & 1 ? "" : Block(begin % text_size_, next % text_size_, length);  // odd: it has no text
    return Lines(Field(infos_, info, time_offset_, 8), text);
  }

  // A block begins with its descriptor's id; one that would not fit before the ring's end is at its beginning.
  std::string Block(uint64_t begin, uint64_t next, uint64_t length) const {
    if (next == 0) next = text_.size();
    if (begin > next) begin = 0;
    if (next - begin < kLong || next > text_.size()) return "";
    return text_.substr(begin + kLong, std::min(length, next - begin - kLong));
  }

  static std::string Lines(uint64_t nanoseconds, const std::string& text) {
    constexpr uint64_t kSecond = 1000000000;
    char stamp[48];
    static_cast<void>(std::snprintf(stamp, sizeof stamp, "[%5" PRIu64 ".%06" PRIu64 "] ", nanoseconds / kSecond,
                                    nanoseconds % kSecond / 1000));
    std::string lines;
    for (size_t at = 0; at <= text.size();) {
      size_t end = std::min(text.find('\n', at), text.size());
      lines += stamp + text.substr(at, end - at) + "\n";
      at = end + 1;
    }
    return lines;
  }

  const Core& core_;
  const uint64_t descriptor_size_ = core_.Size("prb_desc"), info_size_ = core_.Size("printk_info");
  const uint64_t state_offset_ = core_.Offset("prb_desc.state_var") + core_.Offset("atomic_long_t.counter");
  const uint64_t block_offset_ = core_.Offset("prb_desc.text_blk_lpos");
  const uint64_t begin_offset_ = block_offset_ + core_.Offset("prb_data_blk_lpos.begin");
  const uint64_t next_offset_ = block_offset_ + core_.Offset("prb_data_blk_lpos.next");
  const uint64_t length_offset_ = core_.Offset("printk_info.text_len");
  const uint64_t time_offset_ = core_.Offset("printk_info.ts_nsec");
  uint64_t count_ = 0, text_size_ = 0, tail_ = 0, head_ = 0;
  std::string descriptors_, infos_, text_;
};

}  // namespace

std::string DeadKernelLog(const std::string& path, const ReadSlice& read) {
  Core core(path, read);
  return PrintkRing(core).Text();
}

std::string ReadDeadKernelLog(const Root& root, const std::string& path) {
  Fd fd = root.Open(path, O_RDONLY);
  return DeadKernelLog(path, SliceReader(fd.get(), path));
}

}  // namespace kexec_helper
