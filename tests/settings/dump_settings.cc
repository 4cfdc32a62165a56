// Prints what kexec-helper reads from settings files, for the differential test: "plain", "shell" (read by /bin/sh) or
// "refused", then "NAME=value" for each variable that is set, every word ended by a NUL. Standard input holds the paths
// of the files, a line each; after each file's words comes an empty one.
#include <fcntl.h>

#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "settings/assignments.h"
#include "sys/error.h"
#include "sys/root.h"
#include "sys/shell.h"

namespace {

using namespace kexec_helper;

void Put(const std::string& word) { std::cout << word << '\0'; }

void Dump(const Root& root, const std::string& path, const std::vector<std::string>& names) {
  std::string text = root.Read(path, 1 << 20);
  Assignments assignments;
  if (ReadAssignments(path, text, assignments)) {
    Put("plain");
    for (const std::string& name : names)
      if (assignments.count(name)) Put(name + "=" + assignments[name].value);
    return;
  }
  ShellResult shell = SourceFiles({{path, text}}, names, std::chrono::seconds(10));
  Put("shell");
  for (const std::string& name : names)
    if (shell.variables.count(name)) Put(name + "=" + shell.variables[name]);
}

}  // namespace

int main(int argc, char** argv) {
  Root root;
  std::vector<std::string> names(argv + 1, argv + argc);
  for (std::string path; std::getline(std::cin, path);) {
    try {
      Dump(root, path, names);
    } catch (const Error& error) {
      Put("refused");
      Put(error.what());
    }
    Put("");
  }
}
