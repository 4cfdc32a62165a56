// Which watchdog watches the next kernel.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "decision/decision.h"

namespace kexec_helper {

// `watchdog` is missing when the new kernel is not watched; `text` says by what it is, or why not. "" for a firmware
// reboot.
struct Watch {
  std::optional<Watchdog> watchdog;
  std::string text;
};

// Whether the kernel that is to be started has a module.
using HasModuleOf = std::function<bool(const std::string& module)>;

// Nothing is watched that nobody would stop: the new system has to be this one. Pure but for `has_module`.
Watch ChooseWatchdog(const Decision& decision, const Facts& facts, const HasModuleOf& has_module);

// A kernel pings a device that runs when it starts until user space opens it: for ever, without
// watchdog.open_timeout=SECONDS (Documentation/watchdog/watchdog-parameters.rst). Not for a system in which nothing
// stops one: the firmware may have started it. Pure.
void AddOpenTimeout(const Facts& facts, Decision& decision);

}  // namespace kexec_helper
