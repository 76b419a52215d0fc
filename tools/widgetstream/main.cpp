// The command line of WidgetStream.

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "reset_command.hpp"
#include "widgetstream/core/version.hpp"

int main(int argc, char** argv) {
  try {
    CLI::App program{"Looks after WidgetStream applications."};
    program.set_version_flag("--version", std::string{widgetstream::version()});
    program.require_subcommand(1);
    ResetCommand reset{program};
    CLI11_PARSE(program, argc, argv);
    if (reset.given()) reset.run(std::cout);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "widgetstream: " << error.what() << "\n";
    return 1;
  }
}
