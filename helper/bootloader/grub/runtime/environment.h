// The variables of a GRUB script.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kexec_helper::grub {

// A stack of contexts: a submenu and `configfile` see only the exported variables of the one above, and what they set
// is gone after them (GRUB: normal/context.c, kern/env.c).
class Environment {
 public:
  // Throws Error for a variable that is marked as unknown.
  std::optional<std::string> Get(const std::string& name) const;

  // The value or "".
  std::string Value(const std::string& name) const { return Get(name).value_or(""); }

  // `root` loses the parentheses around a device.
  void Set(const std::string& name, const std::string& value);

  // A variable with a hook in GRUB becomes empty or, a color, keeps its value; everything else is gone.
  void Unset(const std::string& name);

  // Makes it visible in contexts opened from now on; one that is not set becomes empty.
  void Export(const std::string& name);

  // Its value depends on what only GRUB sees while it runs; `reason` is what Get throws. kUntilSet ends with the next
  // Set, kForever is a variable that GRUB computes whenever it is read.
  enum class Unknown { kUntilSet, kForever };
  void MarkUnknown(const std::string& name, const std::string& reason, Unknown how);

  void OpenContext();
  void CloseContext();

 private:
  struct Variable {
    std::string value;
    bool exported = false;
  };
  using Context = std::map<std::string, Variable>;

  struct Mark {
    std::string reason;
    Unknown how = Unknown::kUntilSet;
  };

  std::vector<Context> contexts_ = std::vector<Context>(1);
  std::map<std::string, Mark> unknown_;
};

}  // namespace kexec_helper::grub
