// What one menu may ask for before it counts as one without an end. Real ones stay far below.
#pragma once

#include <cstddef>

namespace kexec_helper::grub {

// libFuzzer's own name for its builds: there an input has to be done within milliseconds, sanitizers and all.
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
constexpr size_t kLess = 50;
#else
constexpr size_t kLess = 1;
#endif

constexpr size_t kMostSteps = 500'000 / kLess;              // commands, lists and function calls of one run
constexpr size_t kMostStepsOfAllEntries = 10 * kMostSteps;  // together, when each is tried in its turn
constexpr size_t kMostEntries = 20'000 / kLess;             // tried in their turn
constexpr size_t kMostBytes = (64 << 20) / kLess;           // kept by one run: variables, functions, entries
constexpr size_t kMostBytesOfCommand = (1 << 20) / kLess;   // words of one command
constexpr size_t kMostParts = 200'000 / kLess;              // of words that the parser keeps at one time
constexpr size_t kMostBytesOfConfig = 16 << 20;             // a file of the script language
constexpr size_t kMostBytesOfBlock = 1 << 20;               // an environment block

}  // namespace kexec_helper::grub
