// What nearly every object under the sanitizers includes, compiled once: it halves the time of the unit tests' build.
// No file relies on it, since the program itself is built without.
#include <gtest/gtest.h>

#include <boost/filesystem/operations.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>
