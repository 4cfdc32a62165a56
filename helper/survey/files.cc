#include "survey/files.h"

#include <unistd.h>

#include <cerrno>

#include "survey/trust.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

// Who can write them; "" for root alone.
std::string FindUntrusted(const Root& root, const BootChoice& choice, const std::vector<std::string>& trusted) {
  try {
    std::vector<std::string> all = {choice.kernel};
    all.insert(all.end(), choice.initrds.begin(), choice.initrds.end());
    all.insert(all.end(), trusted.begin(), trusted.end());
    CheckOnlyRootWrites(root, all);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

PreparedFiles PrepareFiles(const Root& root, const BootChoice& choice, const std::vector<std::string>& trusted,
                           const KernelState& kernel) {
  PreparedFiles prepared;
  FileFacts& facts = prepared.facts;
  facts.kernel = choice.kernel;
  try {
    BootImage image = OpenBootImage(root, choice, kernel);
    facts.kernel_version = image.kernel_version;
    facts.kernel_build = image.kernel_build;
    facts.stamp = image.kernel.stamp;
    facts.initrd_stamps = image.initrd_stamps;
    facts.is_signed = image.is_signed;
    facts.shortage = MemoryShortage(image, kernel);
    facts.untrusted = FindUntrusted(root, choice, trusted);
    prepared.image = std::move(image);
  } catch (const SystemError& error) {
    if (error.error_number() == EACCES && ::geteuid() != 0)
      throw Error(std::string(error.what()) +
                  ": only root can read it, and what the next reboot does depends on it: try sudo");
    facts.error = error.what();
  } catch (const Error& error) {
    facts.error = error.what();
  }
  return prepared;
}

}  // namespace kexec_helper
