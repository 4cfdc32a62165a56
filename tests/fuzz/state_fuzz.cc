// libFuzzer target: any bytes as every file that the program keeps for itself, and as what it reads from the system:
// EFI variables, mounts, the command line. Nothing of it may throw, for none of it may stand in a reboot's way.
#include <stdlib.h>
#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>

#include "bootloader/fallback_record.h"
#include "breaker/attempts.h"
#include "decision/command_line.h"
#include "image/command_line.h"
#include "records/records.h"
#include "survey/firmware_requests.h"
#include "survey/firmware_time.h"
#include "survey/flag_files.h"
#include "sys/mounts.h"
#include "sys/root.h"

namespace {

using namespace kexec_helper;

constexpr const char* kFiles[] = {
    kLoadedRecord,
    kLastShutdown,
    kAttempt,
    kFailures,
    kFallbackRecord,
    "/etc/passwd",
    "/sys/firmware/acpi/fpdt/boot/exitbootservice_end_ns",
    "/sys/firmware/efi/efivars/LoaderTimeExecUSec-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
    "/sys/firmware/efi/efivars/OsIndications-8be4df61-93ca-11d2-aa0d-00e098032b8c",
    "/sys/firmware/efi/efivars/BootNext-8be4df61-93ca-11d2-aa0d-00e098032b8c",
    "/tmp/no-kexec-reboot",
};

// In memory; each process of a fuzzer has its own.
const std::string& Directory() {
  static const std::string directory = [] {
    std::string name = "/dev/shm/state-fuzz-XXXXXX";
    if (!::mkdtemp(name.data())) std::abort();
    for (std::string file : kFiles)
      for (size_t slash = 0; (slash = file.find('/', slash + 1)) != std::string::npos;)
        ::mkdir((name + file.substr(0, slash)).c_str(), 0755);
    return name;
  }();
  return directory;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  for (const char* file : kFiles) std::ofstream(Directory() + file, std::ios::binary | std::ios::trunc) << text;
  Root root(Directory());
  ReadLoadedRecord(root);
  ReadShutdownRecord(root);
  ReadAttempt(root);
  if (ReadFailures(root).known.size() > size) std::abort();
  ReadFallback(root);
  FindFlagFiles(root);
  ReadFirmwareTime(root);
  if (FindFirmwareRequests(root).size() > 2) std::abort();
  ParseMountinfo(text);
  ComparableCommandLine(text);
  ReuseCommandLine(text, "/vmlinuz");
  WithPanicTimeout(text, 30, InitrdKind::kDracut);
  return 0;
}
