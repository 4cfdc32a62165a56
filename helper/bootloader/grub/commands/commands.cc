#include "bootloader/grub/commands/commands.h"

#include "bootloader/grub/commands/test_expression.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

// Screen, keyboard, sound, modules, timing, passwords, memory maps: nothing of it changes what is booted, and it
// succeeds on a machine that works.
constexpr const char* kWithoutEffect[] = {
    "acpi",
    "background_color",
    "background_image",
    "badram",
    "cat",
    "clear",
    "cpuid",
    "cryptomount",
    "cutmem",
    "distrust",
    "drivemap",
    "echo",
    "efiemu_loadcore",
    "efiemu_prepare",
    "efiemu_unload",
    "fakebios",
    "fix_video",
    "gettext",
    "gptsync",
    "hello",
    "help",
    "hwmatch",
    "insmod",
    "keymap",

    "list_trusted",
    "loadbios",
    "loadfont",
    "ls",
    "lsacpi",
    "lsapm",
    "lsefi",
    "lsefimmap",
    "lsefisystab",
    "lsfonts",
    "lsmmap",
    "lsmod",
    "lspci",
    "lssal",
    "nativedisk",
    "net_ls_addr",
    "net_ls_cards",
    "net_ls_dns",
    "net_ls_routes",
    "parttool",
    "password",
    "password_pbkdf2",
    "play",
    "rmmod",
    "sendkey",
    "serial",
    "setpci",
    "sleep",
    "terminal_input",
    "terminal_output",
    "terminfo",
    "time",
    "trust",
    "usb",
    "verify_detached",
    "videoinfo",
    "videotest",
    "vbeinfo",
    "vbetest",
    "write_byte",
    "write_dword",
    "write_word",
    "xnu_splash",
    "authenticate",
    "blocklist",
    "hdparm",
    "outb",
    "outl",
    "outw",
    "wrmsr",
};

// What they do depends on the keyboard, the network, a clock or hardware, or is a menu language of its own: what GRUB
// would boot cannot be known.
constexpr const char* kNotEvaluated[] = {
    "blscfg",
    "cmp",
    "crc",
    "date",
    "extract_entries_configfile",
    "extract_entries_source",
    "extract_legacy_entries_configfile",
    "extract_legacy_entries_source",
    "extract_syslinux_entries_configfile",
    "extract_syslinux_entries_source",
    "file",
    "getenv",
    "hashsum",
    "hexdump",
    "inb",
    "inl",
    "inw",
    "legacy_configfile",
    "legacy_source",
    "legacy_kernel",
    "legacy_initrd",
    "legacy_initrd_nounzip",
    "legacy_check_password",
    "legacy_password",
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
    "probe",
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
    "tr",
    "uki",
    "xnu_uuid",
    "zfs-bootfs",
    "zfsinfo",
    "zfskey",
};

Status Nothing(Interpreter&, const Call&) { return Status::kNone; }

Status NotEvaluated(Interpreter& grub, const Call& call) {
  throw Error(
      grub.Where() + ": " + call.name +
      ": what this command finds at boot time cannot be known now: remove it from the way to the default entry");
}

Status True(Interpreter&, const Call&) { return Status::kNone; }
Status False(Interpreter&, const Call&) { return Status::kTestFailure; }

Status Test(Interpreter& grub, const Call& call) {
  std::vector<std::string> words = call.words;
  if (!words.empty() && words.back() == "]") words.pop_back();
  return TestExpression(words, grub.files(), grub.environment().Value("root")) ? Status::kNone : Status::kTestFailure;
}

}  // namespace

CommandTable MakeCommandTable() {
  CommandTable table;
  for (const char* name : kWithoutEffect) table[name] = Nothing;
  for (const char* name : kNotEvaluated) table[name] = NotEvaluated;
  table["true"] = True;
  table["false"] = False;
  table["keystatus"] = False;  // nobody holds a key
  table["test"] = table["["] = Test;
  AddControlCommands(table);
  AddVariableCommands(table);
  AddSearchCommands(table);
  AddMenuCommands(table);
  AddLoaderCommands(table);
  return table;
}

}  // namespace kexec_helper::grub
