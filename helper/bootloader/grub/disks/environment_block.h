// grubenv: the variables GRUB keeps from one boot to the next.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kexec_helper::grub {

// The record by which grub-reboot(8) asks for an entry once; a grub.cfg of update-grub reads and clears it.
inline constexpr const char* kNextEntry = "next_entry";

inline constexpr size_t kMaxEnvironmentBytes = 1 << 20;

// The block with its signature, records and padding; its size never changes (GRUB: lib/envblk.c).
class EnvironmentBlock {
 public:
  // nullopt if the text does not begin with the signature.
  static std::optional<EnvironmentBlock> Parse(std::string text);

  // Up to GRUB 2.12 a blank line is part of the next record's name; 2.14 passes it over.
  enum class BlankLines { kBelongToNames, kSkipped };

  // Names and values in their order, escapes undone; ends at the first record that is broken.
  std::vector<std::pair<std::string, std::string>> Records(BlankLines lines = BlankLines::kBelongToNames) const;

  // The value of the first such record, by the newer rule, which sees all that any release sees.
  std::optional<std::string> Find(const std::string& name) const;

  // Replaces the record or adds one. False, with the block as it was, when there is no room or it is broken.
  bool Set(const std::string& name, const std::string& value);

  // Nothing happens when there is no such record.
  void Remove(const std::string& name);

  const std::string& text() const { return text_; }

  friend bool operator==(const EnvironmentBlock&, const EnvironmentBlock&) = default;

 private:
  explicit EnvironmentBlock(std::string text) : text_(std::move(text)) {}
  size_t FindRecord(const std::string& name, size_t end) const;
  size_t LineEnd(size_t at) const;

  std::string text_;
};

}  // namespace kexec_helper::grub
