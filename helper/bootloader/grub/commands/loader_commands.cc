// What is loaded and started.
#include <algorithm>

#include "bootloader/grub/commands/commands.h"
#include "bootloader/grub/script/characters.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

// Things that kexec cannot start.
constexpr const char* kOtherLoaders[] = {"appleloader",    "chainloader",    "freedos",      "kfreebsd",
                                         "knetbsd",        "kopenbsd",       "multiboot",    "multiboot2",
                                         "ntldr",          "pxechainloader", "plan9",        "truecrypt",
                                         "xen_hypervisor", "xnu_kernel",     "xnu_kernel64", "xnu_resume"};

// Their further parts.
constexpr const char* kOtherParts[] = {"kfreebsd_loadenv",
                                       "kfreebsd_module",
                                       "kfreebsd_module_elf",
                                       "knetbsd_module",
                                       "knetbsd_module_elf",
                                       "kopenbsd_ramdisk",
                                       "module",
                                       "module2",
                                       "xen_initrd",
                                       "xen_linux",
                                       "xen_module",
                                       "xen_xsm",
                                       "xnu_devprop_load",
                                       "xnu_kext",
                                       "xnu_kextdir",
                                       "xnu_mkext",
                                       "xnu_ramdisk"};

// "newc:NAME:FILE" is FILE; other words are names themselves.
std::string FileName(const std::string& word, bool wrapped) {
  size_t colon = wrapped ? word.find(':', 5) : std::string::npos;
  return colon == std::string::npos ? word : word.substr(colon + 1);
}

Status OpenFile(Interpreter& grub, const Call& call, const std::string& word, LoadedFile& file) {
  bool wrapped = call.name.compare(0, 6, "initrd") == 0 && word.compare(0, 5, "newc:") == 0;
  FilePath path;
  Status status = FindFile(grub, call.name + " " + word, FileName(word, wrapped), path);
  if (status == Status::kNone) file = {word, path, wrapped};
  return status;
}

// A failed `linux` leaves what was loaded before, but it takes no initrd any more. From 2.12 on it leaves a dangling
// kernel under EFI (GRUB: loader/efi/linux.c).
Status Linux(Interpreter& grub, const Call& call) {
  Loaded& loaded = grub.loaded();
  loaded.takes_initrd = false;
  if (call.words.empty()) return grub.Fail(Status::kBadArgument, call.name + ": filename expected");
  LinuxKernel kernel;
  Status status = OpenFile(grub, call, call.words[0], kernel.kernel);
  if (status != Status::kNone) {
    if (loaded.linux && grub.platform().name == "efi" && grub.platform().release >= Release::k2_12)
      throw Error(grub.Where() + ": " + call.name + " " + call.words[0] +
                  ": fails after another kernel was loaded, and GRUB has already freed that one: remove the line");
    return status;
  }
  kernel.arguments.assign(call.words.begin() + 1, call.words.end());
  kernel.where = grub.Where();
  loaded = {std::move(kernel), "", true, loaded.device_tree};
  return Status::kNone;
}

Status LoadInitrds(Interpreter& grub, const Call& call) {
  if (call.words.empty()) return grub.Fail(Status::kBadArgument, call.name + ": filename expected");
  if (!grub.loaded().takes_initrd) return grub.Fail(Status::kBadArgument, "you need to load the kernel first");
  std::vector<LoadedFile> files;
  for (const std::string& word : call.words) {
    Status status = OpenFile(grub, call, word, files.emplace_back());
    if (status != Status::kNone) return status;
  }
  grub.loaded().linux->initrds = std::move(files);
  return Status::kNone;
}

// When one of the files cannot be opened, the initrds of an earlier command stay. From 2.12 on they are gone under EFI,
// but GRUB hands them to the kernel (GRUB: loader/efi/linux.c).
Status Initrd(Interpreter& grub, const Call& call) {
  bool drops = grub.platform().name == "efi" && grub.platform().release >= Release::k2_12 && grub.loaded().linux &&
               !grub.loaded().linux->initrds.empty();
  Status status = LoadInitrds(grub, call);
  if (status != Status::kNone && drops)
    throw Error(grub.Where() + ": " + call.name +
                ": fails after another initrd was loaded, and GRUB has already closed that one: remove the line");
  return status;
}

// Debian's releases after 2.06 do not have it, others do: whether it loads anything is not known. A PC never had it.
template <Handler load>
Status ForEfi(Interpreter& grub, const Call& call) {
  if (grub.platform().name == "pc") {
    grub.Warn(Status::kUnknownCommand, "can't find command `" + call.name + "'");
    return Status::kNone;
  }
  if (grub.platform().release > Release::k2_06)
    throw Error(grub.Where() + ": " + call.name + ": not every GRUB of this release has this command: use " +
                call.name.substr(0, call.name.find("efi")));
  return load(grub, call);
}

// The first word that is no option is the file; what follows is for what it starts. A block list ("+1") is no name.
Status OtherLoader(Interpreter& grub, const Call& call) {
  auto word =
      std::find_if(call.words.begin(), call.words.end(), [](const auto& text) { return !text.starts_with('-'); });
  bool needs_file = call.name != "appleloader" && call.name != "xnu_resume";
  if (word == call.words.end() && needs_file) return grub.Fail(Status::kBadArgument, call.name + ": filename expected");
  if (word != call.words.end()) {
    auto path = grub.Path(*word);
    bool name = path && !path->path.empty() && path->path[0] != '+' && !IsDigit(path->path[0]);
    if (name && path->path[0] != '/')
      return grub.Fail(Status::kBadFilename, call.name + " " + *word + ": no name of a file");
    if (IsMissing(grub, *word)) return grub.Fail(Status::kFileNotFound, call.name + " " + *word + ": no such file");
  }
  std::string what = call.name;
  for (const std::string& text : call.words) what += " " + text;
  grub.loaded() = {std::nullopt, what};
  return Status::kNone;
}

// A kexec keeps the device tree that the running kernel has.
Status DeviceTree(Interpreter& grub, const Call& call) {
  if (call.words.empty()) return grub.Fail(Status::kBadArgument, "devicetree: filename expected");
  if (IsMissing(grub, call.words[0]))
    return grub.Fail(Status::kFileNotFound, "devicetree " + call.words[0] + ": no such file");
  grub.loaded().device_tree = call.words[0];
  return Status::kNone;
}

Status OtherPart(Interpreter&, const Call&) { return Status::kNone; }

Status Boot(Interpreter& grub, const Call&) {
  if (!grub.loaded().Anything()) return grub.Fail(Status::kNoKernel, "you need to load the kernel first");
  throw BootAction{""};
}

// --is-supported is a question from 2.12 on. GRUB for a PC's BIOS does not have the command; menus made for both that
// ask it get a no.
Status FirmwareSetup(Interpreter& grub, const Call& call) {
  bool efi = grub.platform().name == "efi";
  bool asks = !call.words.empty() && call.words[0] == "--is-supported";
  if (asks && !efi) return Status::kTestFailure;
  if (asks && grub.platform().release >= Release::k2_12) return Status::kNone;
  throw BootAction{"the firmware's setup", /*starts_other=*/true};
}

}  // namespace

Status FindFile(Interpreter& grub, const std::string& command, const std::string& word, FilePath& path) {
  auto found = grub.Path(word);
  if (!found || found->path.empty() || found->path[0] != '/')
    return grub.Fail(Status::kBadFilename, command + ": no name of a file");
  auto info = grub.files().Stat(found->device, found->path);
  if (!info && !grub.files().Stat(found->device, "/"))
    return grub.Fail(Status::kUnknownDevice, command + ": no such device");
  if (!info) return grub.Fail(Status::kFileNotFound, command + ": no such file");
  if (info->directory) return grub.Fail(Status::kBadFileType, command + ": is a directory");
  path = *found;
  return Status::kNone;
}

void AddLoaderCommands(CommandTable& table) {
  for (const char* name : {"linux", "linux16"}) table[name] = Linux;
  for (const char* name : {"initrd", "initrd16"}) table[name] = Initrd;
  table["linuxefi"] = ForEfi<Linux>;
  table["initrdefi"] = ForEfi<Initrd>;
  for (const char* name : kOtherLoaders) table[name] = OtherLoader;
  for (const char* name : kOtherParts) table[name] = OtherPart;
  table["devicetree"] = DeviceTree;
  table["boot"] = Boot;
  table["fwsetup"] = FirmwareSetup;
}

}  // namespace kexec_helper::grub
