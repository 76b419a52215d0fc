#include "reset_command.hpp"

#include <CLI/CLI.hpp>
#include <ostream>
#include <sstream>

#include "widgetstream/core/clock.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/runtime/properties_file.hpp"

using namespace widgetstream;

namespace {

std::vector<std::string> listOf(const std::string& text) {
  std::vector<std::string> names;
  std::istringstream in{text};
  for (std::string name; std::getline(in, name, ',');) {
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

}  // namespace

ResetCommand::ResetCommand(CLI::App& program)
    : command_(program.add_subcommand(
          "reset", "Set an application back: offsets of its inputs, its internal topics, its local state.\n"
                   "Shows what it would do; --execute does it.")) {
  command_->add_option("--application-id", application_id_, "application.id")->required();
  command_->add_option("--bootstrap-server", bootstrap_servers_, "HOST:PORT,HOST:PORT; default localhost:9092");
  command_->add_option("--config-file", config_file_, "properties for the Kafka clients, for TLS and SASL")
      ->check(CLI::ExistingFile);
  command_->add_option("--input-topics", input_topics_,
                       "topics whose offsets are set, with commas; default: all that the group has offsets of");
  command_->add_option("--internal-topics", internal_topics_,
                       "internal topics to delete, with commas; default: all of the application");
  command_->add_option("--state-dir", state_dir_, "state.dir, to delete the local state on this machine too");

  auto* const to = command_->add_option_group("to", "where the inputs are read from; default: the beginning");
  to->add_flag("--to-earliest", to_earliest_, "the beginning");
  to->add_flag("--to-latest", to_latest_, "the end");
  to->add_option("--to-offset", to_offset_, "this offset");
  to->add_option("--to-datetime", to_datetime_, "the first record of this time: 2026-01-31T12:00:00.000, UTC");
  to->add_option("--by-duration", by_duration_, "the first record of so long ago: P7D, PT1H30M");
  to->add_option("--shift-by", shift_by_, "so many records further, or back");
  to->require_option(0, 1);

  command_->add_flag("--execute", execute_, "do it");
  command_->add_flag("--force", force_, "remove members that are still in the group, because they are dead");
}

bool ResetCommand::given() const {
  return command_->parsed();
}

ApplicationResetOptions ResetCommand::options() const {
  ApplicationResetOptions options;
  options.application_id = application_id_;
  options.input_topics = listOf(input_topics_);
  options.internal_topics = listOf(internal_topics_);
  options.state_dir = state_dir_;
  options.force = force_;
  const auto given = [this](const char* name) { return command_->get_option_group("to")->count(name) > 0; };
  if (to_latest_) options.to.kind = ResetTarget::Kind::latest;
  if (given("--to-offset")) options.to = {ResetTarget::Kind::offset, to_offset_, no_timestamp};
  if (given("--shift-by")) options.to = {ResetTarget::Kind::shift_by, shift_by_, no_timestamp};
  if (given("--to-datetime")) options.to = {ResetTarget::Kind::time, 0, parseIso8601(to_datetime_)};
  if (given("--by-duration"))
    options.to = {ResetTarget::Kind::time, 0, systemClock().now() - parseIso8601Duration(by_duration_)};
  return options;
}

void ResetCommand::run(std::ostream& out) const {
  ClientProperties properties;
  if (!config_file_.empty()) properties = readPropertiesFile(config_file_);
  if (!bootstrap_servers_.empty()) properties["bootstrap.servers"] = bootstrap_servers_;
  if (!properties.contains("bootstrap.servers")) properties["bootstrap.servers"] = "localhost:9092";
  const auto clients = librdkafkaClients(properties, logToStandardError(LogLevel::error));
  ApplicationReset reset{*clients, options()};
  const ApplicationResetPlan plan = reset.plan();
  out << describe(plan);
  if (!execute_) {
    out << "Nothing was changed: --execute does it.\n";
    return;
  }
  reset.execute(plan);
  out << "Done.\n";
}
