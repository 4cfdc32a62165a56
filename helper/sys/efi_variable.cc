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

bool RemoveEfiVariable(const Root& root, const std::string& name) {
  const std::string path = EfiVariablePath(name);
  if (!root.Lstat(path)) return false;
  AllowRemoval(root, path);
  return root.Remove(path);
}

}  // namespace kexec_helper
