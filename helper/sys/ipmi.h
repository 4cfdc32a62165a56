// The messages that start and stop a BMC's watchdog timer (IPMI 2.0, chapter 27; linux/ipmi.h).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sys/fd.h"

namespace kexec_helper {

inline constexpr const char* kIpmiDevice = "/dev/ipmi0";

// To the BMC's network function App.
struct IpmiRequest {
  uint8_t command = 0;
  std::vector<uint8_t> data;
};

// Sends a request and returns the answer's data after its completion code. Throws Error.
using IpmiExchange = std::function<std::vector<uint8_t>(const IpmiRequest& request)>;

// An exchange by an open /dev/ipmiN, which waits at most two seconds for each answer.
IpmiExchange ExchangeBy(const Fd& device);

// Has the BMC reset the machine after that many seconds, at most 6553. Throws Error when the timer runs already: it is
// another program's.
void StartBmcTimer(const IpmiExchange& exchange, int seconds);

// Throws Error.
void StopBmcTimer(const IpmiExchange& exchange);

}  // namespace kexec_helper
