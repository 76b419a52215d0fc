#include "bench/support/arguments.hpp"

#include <charconv>
#include <exception>
#include <iostream>
#include <stdexcept>

namespace {

[[noreturn]] void refuse(const std::string& given, const std::map<std::string, std::string>& known) {
  std::string all;
  for (const auto& [name, value] : known) {
    if (!name.starts_with("child")) all += " --" + name + " (" + value + ")";
  }
  throw std::invalid_argument{"cannot use '" + given + "'; there are" + all};
}

}  // namespace

Arguments::Arguments(int argc, char** argv, std::map<std::string, std::string> defaults)
    : values_(std::move(defaults)) {
  for (int i = 1; i < argc; i += 2) {
    const std::string flag = argv[i];
    const std::string name = flag.starts_with("--") ? flag.substr(2) : "";
    if (!values_.contains(name) || i + 1 == argc) refuse(flag, values_);
    values_[name] = argv[i + 1];
  }
}

std::int64_t Arguments::number(const std::string& name) const {
  const std::string& given = text(name);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
  if (error != std::errc{} || end != given.data() + given.size() || value < 1)
    throw std::invalid_argument{"--" + name + " is '" + given + "'; give a whole number, at least 1"};
  return value;
}

int runProgram(const char* name, int argc, char** argv, int (*body)(int argc, char** argv)) {
  try {
    return body(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << '\n';
    return 1;
  }
}
