#include "sys/efi_variable.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <cerrno>

#include "sys/error.h"
#include "sys/little_endian.h"

namespace kexec_helper {

namespace {

constexpr size_t kAttributeBytes = 4;
constexpr size_t kMaxBytes = 1 << 20;

void AppendUtf8(uint32_t character, std::string& text) {
  auto add = [&](uint32_t byte) { text += static_cast<char>(byte); };
  auto tail = [&](int shift) { add(0x80 | (character >> shift & 0x3f)); };
  if (character < 0x80) return add(character);
  if (character < 0x800) {
    add(0xc0 | character >> 6);
  } else if (character < 0x10000) {
    add(0xe0 | character >> 12);
    tail(6);
  } else {
    add(0xf0 | character >> 18);
    tail(12);
    tail(6);
  }
  tail(0);
}

// The character at `at`, which is moved behind it; a byte that begins none is one by itself.
uint32_t NextCharacter(std::string_view text, size_t& at) {
  auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
  uint32_t first = byte(at++);
  size_t tail = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
  if (at + tail > text.size()) tail = 0;
  uint32_t character = tail == 0 ? first : first & (0x3fU >> tail);
  for (; tail > 0; --tail) character = character << 6 | (byte(at++) & 0x3f);
  return character;
}

// A tree that is looked at from outside has no such flag.
void AllowRemoval(const Root& root, const std::string& path) {
  Fd fd = root.Open(path, O_RDONLY | O_NONBLOCK);
  int flags = 0;
  if (::ioctl(fd.get(), FS_IOC_GETFLAGS, &flags) != 0) {
    if (errno == ENOTTY) return;
    throw SystemError(path, errno);
  }
  if (!(flags & FS_IMMUTABLE_FL)) return;
  flags &= ~FS_IMMUTABLE_FL;
  if (::ioctl(fd.get(), FS_IOC_SETFLAGS, &flags) != 0) throw SystemError(path, errno);
}

}  // namespace

std::string EfiVariablePath(const std::string& name) { return std::string(kEfiVariables) + "/" + name; }

std::optional<std::string> ReadEfiVariable(const Root& root, const std::string& name) {
  auto content = root.ReadIfPresent(EfiVariablePath(name), kMaxBytes);
  if (!content) return std::nullopt;
  if (content->size() < kAttributeBytes) throw Error("EFI variable " + name + ": has no attributes: it is damaged");
  return content->substr(kAttributeBytes);
}

std::optional<std::string> ReadEfiText(const Root& root, const std::string& name) {
  auto bytes = ReadEfiVariable(root, name);
  if (!bytes) return std::nullopt;
  auto text = DecodeUtf16(*bytes);
  if (!text) throw Error("EFI variable " + name + ": is not UTF-16 text (" + std::to_string(bytes->size()) + " bytes)");
  return text;
}

std::string ReadLoaderText(const Root& root, const std::string& name) {
  return ReadEfiText(root, name + kEfiLoader).value_or("");
}

std::optional<std::string> DecodeUtf16(std::string_view bytes) {
  if (bytes.size() % 2 != 0) return std::nullopt;
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 2) {
    auto unit = static_cast<uint32_t>(LittleEndian(bytes, i, 2));
    if (unit == 0) break;
    if (unit >= 0xd800 && unit < 0xe000) {
      if (unit >= 0xdc00 || i + 4 > bytes.size()) return std::nullopt;
      auto low = static_cast<uint32_t>(LittleEndian(bytes, i += 2, 2));
      if (low < 0xdc00 || low >= 0xe000) return std::nullopt;
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
    AppendUtf8(unit, text);
  }
  return text;
}

std::string EncodeUtf16(std::string_view text) {
  std::string bytes;
  auto add = [&](uint32_t unit) {
    bytes += static_cast<char>(unit & 0xff);
    bytes += static_cast<char>(unit >> 8 & 0xff);
  };
  for (size_t at = 0; at < text.size();) {
    uint32_t character = NextCharacter(text, at);
    if (character >= 0x10000) {
      add(0xd800 + ((character - 0x10000) >> 10 & 0x3ff));
      character = 0xdc00 + (character & 0x3ff);
    }
    add(character);
  }
  add(0);
  return bytes;
}

void WriteEfiVariable(const Root& root, const std::string& name, const std::string& value) {
  // NON_VOLATILE, BOOTSERVICE_ACCESS, RUNTIME_ACCESS (UEFI specification 8.2)
  const std::string attributes("\7\0\0\0", kAttributeBytes);
  const std::string path = EfiVariablePath(name);
  if (root.Lstat(path)) AllowRemoval(root, path);
  root.WriteOnce(path, attributes + value);
  if (ReadEfiVariable(root, name) != value) throw Error("EFI variable " + name + ": the firmware has not kept it");
}

bool RemoveEfiVariable(const Root& root, const std::string& name) {
  const std::string path = EfiVariablePath(name);
  if (!root.Lstat(path)) return false;
  AllowRemoval(root, path);
  return root.Remove(path);
}

}  // namespace kexec_helper
