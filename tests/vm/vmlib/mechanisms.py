"""What continuous integration runs in guests: for each mechanism of the suite, the (scenario, guest) pairs that show it.

Whether a reboot is kexec or firmware is decided by pure functions, whose every case has a test without guests. A guest
shows that a decision comes about on a real machine and has the promised effect, once for each way in which it can come
about. `tests/vm/run --all` runs each scenario on each of its guests.
"""

# A pair that shows several mechanisms is run once.
MECHANISMS = {
    # Reboots
    "kexec under systemd 252": [("flag-in-tmp", "bookworm-systemd")],
    "kexec under systemd 257": [("ways-to-reboot", "trixie-systemd")],
    "kexec under sysvinit": [("ways-to-reboot", "bookworm-sysvinit")],
    "kexec on UEFI, with several processors": [("loader-default", "systemd-boot")],
    "kexec with root on LVM": [("grub-reboot-once", "lvm")],
    "kexec with root on btrfs": [("grub-default-of-two-kernels", "btrfs")],
    "kexec with a /boot of its own": [("grub-default-of-two-kernels", "separate-boot")],
    "firmware by the settings, with file and line": [("load-kexec-false", "bookworm-sysvinit")],
    "one reboot by command": [("on-demand", "bookworm-sysvinit")],
    "kexec after kexec, whatever asks for it: shutdown, init, systemctl, logind, Ctrl-Alt-Del": [
        ("ways-to-reboot", "trixie-systemd"), ("ways-to-reboot", "bookworm-sysvinit")],
    "data of the last second is on the disk": [("ways-to-reboot", "trixie-systemd")],
    "power off and halt stay so": [
        ("poweroff", "trixie-systemd"), ("poweroff-with-a-kernel-loaded", "trixie-systemd"), ("halt", "bookworm-sysvinit"),
        ("halt-with-a-kernel-loaded", "bookworm-systemd")],
    "rescue mode and back": [("rescue-systemd", "bookworm-systemd"), ("rescue-sysvinit", "bookworm-sysvinit")],
    "soft reboot": [("soft-reboot", "trixie-systemd")],
    # One firmware reboot
    "flag in /tmp": [("flag-in-tmp", "bookworm-systemd")],
    "what the suite loaded is unloaded": [("load-kexec-false-after-load", "bookworm-sysvinit")],
    "what an administrator loaded is unloaded for a flag": [("flag-after-load-by-hand", "bookworm-sysvinit")],
    "what nobody can unload is not started": [("loaded-by-hand-and-nobody-can-unload-it", "trixie-systemd")],
    "the firmware's setup": [("firmware-setup", "systemd-boot")],
    "BootNext": [("boot-next", "systemd-boot")],
    # A kernel loaded by hand
    "what an administrator loaded is started": [("loaded-by-hand-and-load-kexec-false", "bookworm-sysvinit")],
    "the same, by reboot.target": [("loaded-by-hand-then-reboot-target", "bookworm-systemd")],
    # GRUB's menu, with GRUB itself as the judge
    "GRUB 2.06: one-shot choice, which stays where GRUB cannot write": [("grub-reboot-once", "lvm")],
    "GRUB 2.06: saved default": [("grub-savedefault", "bookworm-systemd")],
    "GRUB 2.12: default": [("grub-default-of-two-kernels", "btrfs")],
    "GRUB 2.12: path by numbers, others' entries, quoted words": [("grub-foreign-entries-and-number-path", "trixie-systemd")],
    "Ubuntu's menu, links in /boot only": [("ubuntu-like", "trixie-systemd")],
    "menu changes between boot and reboot": [("grub-kernel-replaced-just-before", "bookworm-sysvinit")],
    "menu leads to no Linux": [("grub-default-is-no-linux", "bookworm-sysvinit")],
    "menu gone while the load decides": [("grub-menu-lost", "trixie-systemd")],
    # Settings
    "command line byte for byte": [("append-byte-for-byte", "trixie-systemd")],
    "settings that need a shell": [("package-upgrade", "trixie-systemd")],
    # Faults
    "the helper is missing": [("helper-missing", "bookworm-systemd")],
    "the load is killed": [("load-killed-in-the-middle", "trixie-systemd")],
    "the kernel does not take the image": [("kernel-truncated", "trixie-systemd")],
    "the disk cannot be read": [("disk-error-in-the-kernel", "lvm")],
    "a kexec that failed is not tried again": [("fallback", "bookworm-sysvinit")],
    "GRUB falls back to the kernel that worked": [("fallback", "bookworm-sysvinit")],
    "systemd-boot falls back to the kernel that worked": [("fallback", "systemd-boot")],
    "a system that does not come up in time goes back": [("boot-timeout", "trixie-systemd")],
    "a watchdog resets a kernel that hangs": [("hangs-watched-by-a-bmc", "trixie-systemd")],
    # Secure Boot
    "signed kernel, locked down": [("secure-boot-signed-kernel", "secure-boot")],
    "unsigned kernel, locked down": [("secure-boot-unsigned-kernel", "secure-boot")],
    "signature that does not fit": [("secure-boot-changed-kernel", "secure-boot")],
    # An exitrd
    "the exitrd starts the kernel": [("exitrd-that-calls-kexec", "trixie-systemd")],
    "an exitrd that cannot is left out": [("exitrd-that-ignores-the-verb", "trixie-systemd")],
    "hooks before the jump, and a veto": [("hooks", "trixie-systemd")],
    # A crash
    "a crash kernel saves the log and reboots": [("crash-kernel", "trixie-systemd")],
    "a dead kernel's log is read from its memory": [("crash-log", "bookworm-systemd"), ("crash-log", "trixie-systemd")],
    # The package
    "upgrade with a kernel loaded": [("package-upgrade", "trixie-systemd")],
    "removal and installation": [("package-remove", "bookworm-sysvinit")],
    "purge with a kernel loaded": [("package-purge", "bookworm-systemd")],
    "in the place of Debian 12's kexec-tools, which stays until it is removed": [
        ("package-over-old-kexec-tools", "bookworm-sysvinit")],
    "beside Debian 13's kexec-tools, whichever comes first": [
        ("package-beside-new-kexec-tools", "trixie-systemd"), ("package-after-new-kexec-tools", "trixie-systemd")],
    "order of rc6.d": [("rc6-order", "bookworm-sysvinit")],
    # Other boot loaders
    "systemd-boot, type 1": [("loader-default", "systemd-boot")],
    "systemd-boot, type 2: a unified kernel image": [("loader-default", "uki")],
    # The harness
    "an unclean kexec is seen": [("harness-sees-an-unclean-kexec", "bookworm-systemd")],
    "a crashed kexec is seen": [("fallback", "bookworm-sysvinit")],
}

# Scenarios that only the whole matrix runs: what shows the same at every change. A mechanism's name, or a test without
# guests as FILE: NAME.
FAULT, SCRIPT = "cli/faults.bats: ", "initscripts/kexec-load.bats: "
KINDS = "cli/prediction.bats: a flag is one whatever it is"
ONCE = "GRUB 2.06: one-shot choice, which stays where GRUB cannot write"
KEPT = "initscripts/keep-settings.bats: "
RECOVERY = "a kexec that failed is not tried again"
WATCHED = "a watchdog resets a kernel that hangs"
WAYS = "kexec after kexec, whatever asks for it: shutdown, init, systemctl, logind, Ctrl-Alt-Del"
MATRIX_ONLY = {
    "reboot": "kexec under systemd 252",
    "shutdown-r-now": WAYS, "init-6": WAYS, "telinit-6": WAYS, "systemctl-reboot": WAYS, "ctrl-alt-del": WAYS,
    "systemctl-start-reboot-target": WAYS, "logind-reboot": WAYS, "ten-in-a-row": WAYS, "hundred-in-a-row": WAYS,
    "data-of-the-last-second": "data of the last second is on the disk",
    "on-demand-firmware": "flag in /tmp",
    "flag-in-run": "what an administrator loaded is unloaded for a flag",
    "flag-in-root": KINDS,
    "flag-is-a-symlink": KINDS, "flag-is-a-directory": KINDS, "flag-of-a-user": KINDS, "flags-in-turn": KINDS,
    "flag-after-load": "what the suite loaded is unloaded",
    "boot-next-wins-over-a-loaded-kernel": "BootNext",
    "grub-reboot-without-use-grub-config": ONCE,
    "reboot-argument": "the firmware's setup",
    "loaded-by-hand": "what an administrator loaded is started",
    "loaded-by-hand-and-systemctl-kexec": "the same, by reboot.target",
    "loaded-by-hand-and-no-record-of-it": "what nobody can unload is not started",
    "grub-default-by-number-path": "GRUB 2.12: path by numbers, others' entries, quoted words",
    "grub-default-by-id-path": "GRUB 2.12: path by numbers, others' entries, quoted words",
    "grub-default-by-title-path": "GRUB 2.12: path by numbers, others' entries, quoted words",
    "grub-foreign-entries": "GRUB 2.12: path by numbers, others' entries, quoted words",
    "grub-set-default": "GRUB 2.06: saved default",
    "grub-invalid-grubenv": "GRUB 2.06: saved default",
    "grub-load-entry": ONCE,
    "kernel-upgrade": "menu changes between boot and reboot",
    "append-needs-a-shell": "settings that need a shell",
    "settings-missing": "cli/faults.bats: settings: a directory",
    "settings-binary": "cli/faults.bats: settings: a directory",
    "settings-syntax-error": "cli/faults.bats: settings: a directory",
    "settings-bad-value": "cli/plan.bats: plan: a problem is exit 1, in JSON too",
    "kexec-d-overrides": "firmware by the settings, with file and line",
    "kexec-d-ignores-names-with-a-dot": "firmware by the settings, with file and line",
    "helper-not-executable": "the helper is missing",
    "helper-killed": SCRIPT + "the helper crashes: firmware, and no jump",
    "helper-hangs": SCRIPT + "the helper hangs: it is ended, firmware, and no jump",
    "kernel-missing": FAULT + "kernel: missing", "kernel-garbage": FAULT + "kernel: random bytes",
    "kernel-is-a-directory": FAULT + "kernel: a directory", "initrd-missing": FAULT + "initrd: missing",
    "initrd-empty": FAULT + "initrd: empty", "kexec-load-disabled": FAULT + "running kernel: loading is disabled",
    "load-limit-used-up": FAULT + "running kernel: loads are used up",
    "files-that-others-can-write": FAULT + "kernel: that others can write",
    "boot-not-mounted": FAULT + "kernel: a dangling link",
    "state-files-damaged": FAULT + "state files: damaged ones are no obstacle",
    "state-cannot-be-written": "what nobody can unload is not started",
    "unsigned-kernel-under-lockdown": "unsigned kernel, locked down",
    "disk-error-in-the-initrd": "the disk cannot be read", "disk-error-in-the-menu": "the disk cannot be read",
    "disk-hangs": SCRIPT + "the helper hangs: it is ended, firmware, and no jump",
    "root-read-only": RECOVERY, "disk-full": RECOVERY, "kernel-hangs": RECOVERY, "initrd-of-another-kernel": RECOVERY,
    "kernel-panics": RECOVERY, "kernel-replaced-after-a-failure": RECOVERY, "power-cuts": "data of the last second is on the disk",
    "hangs-watched-by-a-device": WATCHED, "watchdog-stopped-when-up": WATCHED,
    "reboot-during-an-upgrade": "upgrade with a kernel loaded", "package-reinstall": "upgrade with a kernel loaded",
    "package-beside-kdump-tools": "in the place of Debian 12's kexec-tools, which stays until it is removed",
    "package-remove-with-a-kernel-loaded": "purge with a kernel loaded",
    "load-kexec-false-survives-kexec-tools": KEPT + "kexec-tools is installed: the whole file comes back as it was noted",
    "doctor-finds-nothing-wrong": "kexec under systemd 252",
    "debian-tests": "kexec under systemd 252",
    "harness-sees-a-plain-kexec": "an unclean kexec is seen",
    "harness-sees-an-unclean-root": "an unclean kexec is seen",
    "harness-sees-a-crashed-kexec": "a crashed kexec is seen",
    "loader-one-shot": "systemd-boot, type 1", "loader-load-entry": "systemd-boot, type 1",
    "loader-kernel-removed": "systemd-boot, type 1",
    "jump-refused-for-an-exitrd": "initscripts/kexec.bats: systemd: the exitrd cannot be made to jump: firmware, with the reason",
    "jump-refused-by-a-busy-file-system": "initscripts/kexec.bats: sysvinit: the jump comes back: firmware, with the reason",
    "no-root": "a system that does not come up in time goes back",
    "emergency-mode": "a system that does not come up in time goes back",
    "emergency-mode-with-an-administrator": "a system that does not come up in time goes back",
    "rescue-after-a-kexec": "rescue mode and back",
    "exitrd-of-dracut": "the exitrd starts the kernel", "exitrd-of-finalrd": "the exitrd starts the kernel",
    "crash-kernel-disk-full": "a crash kernel saves the log and reboots",
    "crash-kernel-too-small": "a crash kernel saves the log and reboots",
    "proxmox-like": "cli/links.bats: dangling links do not matter where a menu decides",
    "proxmox-boot-tool": "cli/systemd_boot.bats: where proxmox-boot-tool keeps the ESPs its own files decide",
}


def pairs():
    """(scenario's name, guest's name) of all that continuous integration runs."""
    return {pair for shown in MECHANISMS.values() for pair in shown}
