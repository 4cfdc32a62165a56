#include "sys/ipmi.h"

#include <linux/ipmi.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr uint8_t kApp = 0x06;
constexpr uint8_t kResetTimer = 0x22, kSetTimer = 0x24, kGetTimer = 0x25;
constexpr uint8_t kForSystem = 0x04;     // timer use: SMS/OS
constexpr uint8_t kIsRunning = 0x40;     // in the answer's timer use
constexpr uint8_t kHardReset = 0x01;     // timeout action
constexpr uint8_t kForgetExpiry = 0x10;  // of an earlier SMS/OS timer
constexpr int kTicksPerSecond = 10;
constexpr int kMaxTicks = 0xffff;
constexpr std::chrono::milliseconds kAnswerLimit{2000};

void Send(const Fd& device, const IpmiRequest& request, long id) {
  struct ipmi_system_interface_addr address = {};
  address.addr_type = IPMI_SYSTEM_INTERFACE_ADDR_TYPE;
  address.channel = IPMI_BMC_CHANNEL;
  std::vector<uint8_t> data = request.data;
  struct ipmi_req message = {};
  message.addr = reinterpret_cast<unsigned char*>(&address);
  message.addr_len = sizeof address;
  message.msgid = id;
  message.msg.netfn = kApp;
  message.msg.cmd = request.command;
  message.msg.data = data.data();
  message.msg.data_len = static_cast<unsigned short>(data.size());
  if (::ioctl(device.get(), IPMICTL_SEND_COMMAND, &message) != 0) throw SystemError(kIpmiDevice, errno);
}

// What has arrived; false if it answers something else.
bool Receive(const Fd& device, long id, std::vector<uint8_t>& answer) {
  struct ipmi_addr address = {};
  answer.resize(IPMI_MAX_MSG_LENGTH);
  struct ipmi_recv message = {};
  message.addr = reinterpret_cast<unsigned char*>(&address);
  message.addr_len = sizeof address;
  message.msg.data = answer.data();
  message.msg.data_len = static_cast<unsigned short>(answer.size());
  if (::ioctl(device.get(), IPMICTL_RECEIVE_MSG_TRUNC, &message) != 0) throw SystemError(kIpmiDevice, errno);
  answer.resize(message.msg.data_len);
  return message.recv_type == IPMI_RESPONSE_RECV_TYPE && message.msgid == id;
}

std::vector<uint8_t> Exchange(const Fd& device, const IpmiRequest& request, long id) {
  Send(device, request, id);
  const auto end = std::chrono::steady_clock::now() + kAnswerLimit;
  for (std::vector<uint8_t> answer;;) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    struct pollfd poll = {device.get(), POLLIN, 0};
    int ready = ::poll(&poll, 1, static_cast<int>(std::max<int64_t>(left.count(), 0)));
    if (ready < 0 && errno != EINTR) throw SystemError(kIpmiDevice, errno);
    if (ready == 0) throw Error(std::string(kIpmiDevice) + ": the BMC does not answer within 2 seconds");
    if (ready > 0 && Receive(device, id, answer)) return answer;
  }
}

// The answer without its completion code, which is 0.
std::vector<uint8_t> Completed(const std::vector<uint8_t>& answer) {
  if (answer.empty() || answer[0] != 0)
    throw Error(std::string(kIpmiDevice) + ": the BMC refuses, completion code " +
                (answer.empty() ? "missing" : std::to_string(answer[0])));
  return {answer.begin() + 1, answer.end()};
}

IpmiRequest SetTimer(uint8_t action, int ticks) {
  return {kSetTimer,
          {kForSystem, action, 0, kForgetExpiry, static_cast<uint8_t>(ticks & 0xff), static_cast<uint8_t>(ticks >> 8)}};
}

}  // namespace

IpmiExchange ExchangeBy(const Fd& device) {
  return [&device, id = 0L](const IpmiRequest& request) mutable { return Completed(Exchange(device, request, ++id)); };
}

void StartBmcTimer(const IpmiExchange& exchange, int seconds) {
  std::vector<uint8_t> state = exchange({kGetTimer, {}});
  if (state.empty() || (state[0] & kIsRunning) != 0)
    throw Error(std::string(kIpmiDevice) + ": the BMC's watchdog is in use by another program");
  exchange(SetTimer(kHardReset, std::min(seconds * kTicksPerSecond, kMaxTicks)));
  exchange({kResetTimer, {}});
}

void StopBmcTimer(const IpmiExchange& exchange) { exchange(SetTimer(0, 0)); }

}  // namespace kexec_helper
