// EFI variables as efivarfs shows them (Documentation/filesystems/efivarfs.rst).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sys/root.h"

namespace kexec_helper {

inline constexpr const char* kEfiVariables = "/sys/firmware/efi/efivars";

// What follows a variable's name in efivarfs.
inline constexpr const char* kEfiGlobal = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";  // UEFI specification 3.3
inline constexpr const char* kEfiLoader = "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";  // Boot Loader Interface
inline constexpr const char* kEfiShim = "-605dab50-e046-4300-abb6-3dd810dd8b23";    // shim's MokVars.txt

// The path of a variable, with its vendor's GUID ("LoaderInfo-4a67b082-…").
std::string EfiVariablePath(const std::string& name);

// The value, without the four bytes of attributes; nullopt if there is no such variable. Throws Error when it cannot be
// read.
std::optional<std::string> ReadEfiVariable(const Root& root, const std::string& name);

// The same of a variable that is text: UTF-16LE up to a NUL, as UTF-8. Throws Error when it is not.
std::optional<std::string> ReadEfiText(const Root& root, const std::string& name);

// The same of a variable of the Boot Loader Interface, by its name alone ("LoaderInfo"); "" if there is none.
std::string ReadLoaderText(const Root& root, const std::string& name);

// UTF-16LE up to a NUL or the end as UTF-8; nullopt for an odd number of bytes or half of a surrogate pair. Pure.
std::optional<std::string> DecodeUtf16(std::string_view bytes);

// UTF-8 as UTF-16LE with a NUL at the end; what is no UTF-8 is taken byte by byte. Pure.
std::string EncodeUtf16(std::string_view text);

// Sets a variable that outlives a boot and that boot loaders may read; throws SystemError, and Error when it is not
// what was written afterwards.
void WriteEfiVariable(const Root& root, const std::string& name, const std::string& value);

// Deletes a variable, whose file the kernel protects by the immutable flag; false if there was none. Throws
// SystemError.
bool RemoveEfiVariable(const Root& root, const std::string& name);

}  // namespace kexec_helper
