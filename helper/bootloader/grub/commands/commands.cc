#include "bootloader/grub/commands/commands.h"

#include "bootloader/grub/commands/test_expression.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

// Screen, keyboard, sound, modules, timing, passwords, memory maps: nothing of it changes what is booted, and it
// succeeds on a machine that works.
constexpr const char* kWithoutEffect[] = {
    "915resolution",
    "acpi",
    "background_color",
    "backtrace",
    "badram",
    "blocklist",
    "cbmemc",
    "clear",
    "cmosclean",
    "cmosdump",
    "cmosset",
    "coreboot_boottime",
    "cpuid",
    "cryptomount",
    "cutmem",
    "distrust",
    "drivemap",
    "dump",
    "echo",
    "efiemu_loadcore",
    "efiemu_prepare",
    "efiemu_unload",
    "efitextmode",
    "fakebios",
    "fdtdump",
    "fix_video",
    "gdbstub",
    "gdbstub_break",
    "gdbstub_stop",
    "gettext",
    "gptsync",
    "hdparm",
    "hello",
    "help",
    "hexdump_random",
    "keymap",
    "list_trusted",
    "loadbios",
    "ls",
    "lsacpi",
    "lsapm",
    "lscoreboot",
    "lsefi",
    "lsefimmap",
    "lsefisystab",
    "lsfonts",
    "lsmmap",
    "lsmod",
    "lspci",
    "lssal",
    "macppcbless",
    "mactelbless",
    "nativedisk",
    "net_ls_addr",
    "net_ls_cards",
    "net_ls_dns",
    "net_ls_routes",
    "outb",
    "outl",
    "outw",
    "parttool",
    "password",
    "password_pbkdf2",
    "pcidump",
    "play",
    "rmmod",
    "sendkey",
    "serial",
    "setpci",
    "sleep",
    "terminal_input",
    "terminal_output",
    "terminfo",
    "test_blockarg",
    "tpm2_dump_pcr",
    "tpm2_key_protector_clear",
    "tpm2_key_protector_init",
    "trust",
    "usb",
    "vbeinfo",
    "vbetest",
    "videoinfo",
    "videotest",
    "write_byte",
    "write_dword",
    "write_word",
    "wrmsr",
    "xnu_splash",
};

// The same, but they fail when their first file is missing.
constexpr const char* kReadFile[] = {"background_image", "cat", "hwmatch"};

// Commands that came later than 2.06.
struct Availability {
  const char* name;
  Release first;
};

constexpr Availability kAvailability[] = {
    {"efitextmode", Release::k2_12},   {"net_set_vlan", Release::k2_12},
    {"plainmount", Release::k2_12},    {"blscfg", Release::k2_14},
    {"cryptocheck", Release::k2_14},   {"fdtdump", Release::k2_14},
    {"tpm2_dump_pcr", Release::k2_14}, {"tpm2_key_protector_clear", Release::k2_14},
    {"uki", Release::k2_14},           {"tpm2_key_protector_init", Release::k2_14},
};

// What they do depends on the keyboard, the network, a clock or hardware, or is a menu language of its own: what GRUB
// would boot cannot be known.
constexpr const char* kNotEvaluated[] = {
    "all_functional_test",
    "cmostest",
    "cmp",
    "plainmount",
    "crc",
    "cryptocheck",
    "date",
    "extract_entries_configfile",
    "extract_entries_source",
    "extract_legacy_entries_configfile",
    "extract_legacy_entries_source",
    "extract_syslinux_entries_configfile",
    "extract_syslinux_entries_source",
    "file",
    "functional_test",
    "hashsum",
    "hexdump",
    "inb",
    "inl",
    "inw",
    "legacy_check_password",
    "legacy_configfile",
    "legacy_initrd",
    "legacy_initrd_nounzip",
    "legacy_kernel",
    "legacy_password",
    "legacy_source",
    "loopback",
    "md5sum",
    "net_add_addr",
    "net_add_dns",
    "net_add_route",
    "net_bootp",
    "net_bootp6",
    "net_del_addr",
    "net_del_dns",
    "net_del_route",
    "net_dhcp",
    "net_get_dhcp_option",
    "net_ipv6_autoconf",
    "net_nslookup",
    "net_set_vlan",
    "rdmsr",
    "read",
    "read_byte",
    "read_dword",
    "read_word",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "smbios",
    "syslinux_configfile",
    "syslinux_source",
    "testload",
    "testspeed",
    "uki",
    "xnu_uuid",
    "zfs-bootfs",
    "zfsinfo",
    "zfskey",
};

Status Succeed(Interpreter&, const Call&) { return Status::kNone; }

Status NotEvaluated(Interpreter& grub, const Call& call) {
  throw Error(
      grub.Where() + ": " + call.name +
      ": what this command finds at boot time cannot be known now: remove it from the way to the default entry");
}

// A name without a slash is a font's, which lies below $prefix.
Status LoadFont(Interpreter& grub, const Call& call) {
  if (call.words.empty()) return grub.Fail(Status::kBadArgument, "loadfont: filename expected");
  for (const std::string& word : call.words) {
    bool file = !word.empty() && (word[0] == '/' || word[0] == '(');
    if (IsMissing(grub, file ? word : grub.environment().Value("prefix") + "/fonts/" + word + ".pf2"))
      return grub.Warn(Status::kFileNotFound, "loadfont " + word + ": no such file");
  }
  return Status::kNone;
}

Status ReadFile(Interpreter& grub, const Call& call) {
  for (const std::string& word : call.words) {
    if (word.starts_with("-")) continue;
    if (IsMissing(grub, word)) return grub.Warn(Status::kFileNotFound, call.name + " " + word + ": no such file");
    return Status::kNone;
  }
  return grub.Warn(Status::kBadArgument, call.name + ": filename expected");
}

// A signature is not checked here.
Status VerifyDetached(Interpreter& grub, const Call& call) {
  for (const std::string& word : call.words)
    if (!word.starts_with("-") && IsMissing(grub, word))
      return grub.Fail(Status::kFileNotFound, "verify_detached " + word + ": no such file");
  return NotEvaluated(grub, call);
}

// datehook computes variables from the clock whenever they are read.
Status InsertModule(Interpreter& grub, const Call& call) {
  if (call.words.empty() || call.words[0] != "datehook") return Status::kNone;
  for (const char* name : {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "WEEKDAY"})
    grub.environment().MarkUnknown(name,
                                   std::string("$") + name + " is the clock's when GRUB runs (datehook, " +
                                       grub.Where() + "): remove it from the way to the default entry",
                                   Environment::Unknown::kForever);
  return Status::kNone;
}

// Without superusers everybody is authenticated.
Status Authenticate(Interpreter& grub, const Call& call) {
  return grub.environment().Get("superusers") ? NotEvaluated(grub, call) : Status::kNone;
}

Status False(Interpreter&, const Call&) { return Status::kTestFailure; }

Status Test(Interpreter& grub, const Call& call) {
  std::vector<std::string> words = call.words;
  if (!words.empty() && words.back() == "]") words.pop_back();
  return TestExpression(words, grub.files(), grub.environment().Value("root")) ? Status::kNone : Status::kTestFailure;
}

}  // namespace

bool IsMissing(const Interpreter& grub, const std::string& word) {
  auto path = grub.Path(word);
  if (!path || !path->path.starts_with('/')) return false;
  try {
    return !grub.files().Stat(path->device, path->path);
  } catch (const Error&) {
    return false;
  }
}

std::optional<Status> ReadOptions(Interpreter& grub, const Call& call, const std::vector<OptionSyntax>& syntax,
                                  UnknownOptions unknown, ParsedOptions& parsed) {
  std::string error;
  OptionsResult result = ParseOptions(syntax, unknown, call.words, parsed, error);
  if (result == OptionsResult::kParsed) return std::nullopt;
  return result == OptionsResult::kHelp ? Status::kNone : grub.Fail(Status::kBadArgument, call.name + ": " + error);
}

CommandTable MakeCommandTable(Release release) {
  CommandTable table;
  for (const char* name : kWithoutEffect) table[name] = Succeed;
  for (const char* name : kNotEvaluated) table[name] = NotEvaluated;
  table["true"] = Succeed;
  table["false"] = False;
  table["keystatus"] = False;  // no key is held
  for (const char* name : kReadFile) table[name] = ReadFile;
  table["loadfont"] = LoadFont;
  table["verify_detached"] = VerifyDetached;
  table["insmod"] = InsertModule;
  table["authenticate"] = Authenticate;
  table["test"] = table["["] = Test;
  AddControlCommands(table);
  AddVariableCommands(table);
  AddSearchCommands(table);
  AddMenuCommands(table);
  AddBootEntryCommands(table);
  AddLoaderCommands(table);
  for (const Availability& command : kAvailability)
    if (release < command.first) table.erase(command.name);
  return table;
}

}  // namespace kexec_helper::grub
