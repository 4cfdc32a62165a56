#include "bootloader/grub/disks/files.h"

#include <utility>

#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

class OnePiece : public FilePieces {
 public:
  explicit OnePiece(std::string text) : text_(std::move(text)) {}
  std::string Next() override { return std::exchange(text_, ""); }

 private:
  std::string text_;
};

}  // namespace

std::optional<Identity> Files::Identify(const std::string& device) const {
  throw Error("(" + device + "): its file system's UUID, label and type are not known here");
}

std::unique_ptr<FilePieces> Files::Open(const std::string& device, const std::string& path, size_t limit) const {
  return std::make_unique<OnePiece>(Read(device, path, limit));
}

}  // namespace kexec_helper::grub
