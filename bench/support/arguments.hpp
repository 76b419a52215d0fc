#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// The `--name value` pairs of a command line.
///
/// Errors  std::invalid_argument that lists the names there are, for one that is none of them or has no value
class Arguments {
 public:
  /// `defaults` are the names a program takes, with what they are when not given. Names that begin with "child" are
  /// for a program's own use and not listed.
  Arguments(int argc, char** argv, std::map<std::string, std::string> defaults);

  [[nodiscard]] const std::string& text(const std::string& name) const { return values_.at(name); }
  /// Errors  std::invalid_argument for anything but a whole number, at least 1
  [[nodiscard]] std::int64_t number(const std::string& name) const;

 private:
  std::map<std::string, std::string> values_;
};

/// Runs a program's body: 0, or 1 with the error on standard error.
int runProgram(const char* name, int argc, char** argv, int (*body)(int argc, char** argv));
