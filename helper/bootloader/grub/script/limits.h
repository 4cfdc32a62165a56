// Resource limits for one evaluation; a menu that exceeds one counts as an endless loop. Real menus stay far below.
#pragma once

#include <chrono>
#include <cstddef>

namespace kexec_helper::grub {

// libFuzzer's own name for its builds: there an input has to be done within milliseconds, sanitizers and all.
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
constexpr size_t kFuzzDivisor = 50;
#else
constexpr size_t kFuzzDivisor = 1;
#endif

// Of one evaluation; steps that read files take their time. A command that needs two ends within 10 s.
constexpr std::chrono::milliseconds kMaxTime{3000};
constexpr size_t kMaxSteps = 500'000 / kFuzzDivisor;           // commands, lists and function calls of one run
constexpr size_t kMaxStepsOfAllEntries = 10 * kMaxSteps;       // together, when each is tried in its turn
constexpr size_t kMaxEntries = 20'000 / kFuzzDivisor;          // tried in their turn
constexpr size_t kMaxBytes = (64 << 20) / kFuzzDivisor;        // kept by one run: variables, functions, entries
constexpr size_t kMaxCommandBytes = (1 << 20) / kFuzzDivisor;  // words of one command
constexpr size_t kMaxParts = 200'000 / kFuzzDivisor;           // of words that the parser keeps at one time
constexpr size_t kMaxConfigBytes = 16 << 20;                   // a file of the script language
constexpr size_t kMaxEntryFileBytes = 1 << 20;                 // a boot entry of blscfg
constexpr size_t kMaxBlockBytes = 1 << 20;                     // an environment block

}  // namespace kexec_helper::grub
