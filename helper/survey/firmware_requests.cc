#include "survey/firmware_requests.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iomanip>
#include <optional>
#include <sstream>

#include "sys/efi_variable.h"
#include "sys/error.h"
#include "sys/little_endian.h"

namespace kexec_helper {

namespace {

struct Indication {
  uint64_t bit;
  const char* meaning;
};
constexpr std::array kIndications = {
    Indication{0x01, "the firmware's setup"},
    Indication{0x04, "a capsule update from a file"},
    Indication{0x20, "OS recovery"},
    Indication{0x40, "platform recovery"},
    Indication{0x80, "a refresh of the JSON configuration data"},
};

// Requests that shim hands to MokManager at the next boot.
constexpr std::array kMokRequests = {"MokNew",   "MokDel", "MokAuth", "MokXNew", "MokXDel",
                                     "MokXAuth", "MokSB",  "MokDB",   "MokPW",   "MokTML"};

struct SystemdRequest {
  const char* file;
  const char* meaning;
};
constexpr std::array kSystemdRequests = {
    SystemdRequest{"reboot-to-firmware-setup", "the firmware's setup was asked for"},
    SystemdRequest{"reboot-to-boot-loader-menu", "the boot loader's menu was asked for"},
    SystemdRequest{"reboot-to-boot-loader-entry", "an entry of the boot loader was asked for"},
    SystemdRequest{"reboot-param", "an argument for the firmware was given"},
};

// A variable as it is; one that cannot be read is a request, too.
struct Variable {
  bool readable = true;
  std::string bytes;
};

std::optional<Variable> ReadVariable(const Root& root, const std::string& name) {
  try {
    auto bytes = ReadEfiVariable(root, name);
    if (!bytes) return std::nullopt;
    return Variable{true, *bytes};
  } catch (const Error&) {
    return Variable{false, ""};
  }
}

uint64_t NumberOf(const std::string& bytes) { return LittleEndian(bytes, 0, std::min<size_t>(bytes.size(), 8)); }

std::string Request(const std::string& variable, const std::string& meaning) {
  return "the EFI variable " + variable + ": " + meaning;
}

// One that nobody uses up (the boot loader has been changed, say) would send every reboot through firmware.
std::string TakenBackBy(const char* command) { return std::string(" (") + command + " takes it back)"; }

constexpr const char* kUnreadable = "cannot be read, so what it asks of the firmware is not known";

// "the firmware's setup, a capsule update from a file was asked for"; "" when nothing is asked.
std::string IndicationText(uint64_t bits) {
  std::string text;
  for (const Indication& indication : kIndications)
    if (bits & indication.bit) text += (text.empty() ? "" : ", ") + std::string(indication.meaning);
  if (bits != 0 && text.empty()) text = "something unknown";
  return text.empty() ? "" : text + " was asked for" + TakenBackBy("bootctl reboot-to-firmware false");
}

void AddIndications(const Root& root, std::vector<std::string>& requests) {
  auto variable = ReadVariable(root, std::string("OsIndications") + kEfiGlobal);
  if (!variable) return;
  std::string text = variable->readable ? IndicationText(NumberOf(variable->bytes)) : kUnreadable;
  if (!text.empty()) requests.push_back(Request("OsIndications", text));
}

void AddBootNext(const Root& root, std::vector<std::string>& requests) {
  auto variable = ReadVariable(root, std::string("BootNext") + kEfiGlobal);
  if (!variable) return;
  std::ostringstream text;
  text << "the firmware boots its entry " << std::hex << std::uppercase << std::setw(4) << std::setfill('0')
       << (NumberOf(variable->bytes) & 0xffff) << " next" << TakenBackBy("efibootmgr -N");
  requests.push_back(Request("BootNext", variable->readable ? text.str() : kUnreadable));
}

// Variables whose presence is the request.
void AddPresent(const Root& root, const std::string& name, const char* vendor, const std::string& meaning,
                std::vector<std::string>& requests) {
  if (root.Exists(EfiVariablePath(name + vendor))) requests.push_back(Request(name, meaning));
}

void AddVariables(const Root& root, std::vector<std::string>& requests) {
  AddIndications(root, requests);
  AddBootNext(root, requests);
  AddPresent(root, "LoaderConfigTimeoutOneShot", kEfiLoader,
             "the boot loader shows its menu once" + TakenBackBy("bootctl set-timeout-oneshot ''"), requests);
  for (const char* name : kMokRequests)
    AddPresent(root, name, kEfiShim, "a change of Secure Boot's keys waits for its confirmation at boot", requests);
}

}  // namespace

std::vector<std::string> FindFirmwareRequests(const Root& root) {
  std::vector<std::string> requests;
  if (root.Exists(kEfiVariables)) AddVariables(root, requests);
  for (const SystemdRequest& request : kSystemdRequests) {
    std::string path = std::string("/run/systemd/") + request.file;
    if (root.Lstat(path)) requests.push_back(path + ": " + request.meaning);
  }
  return requests;
}

void AddOneShotVariable(const Root& root, std::vector<std::string>& requests) {
  AddPresent(root, "LoaderEntryOneShot", kEfiLoader,
             "the boot loader boots another entry once" + TakenBackBy("bootctl set-oneshot ''"), requests);
}

}  // namespace kexec_helper
