#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/kafka/clients.hpp"
#include "widgetstream/kafka/offsets.hpp"

namespace widgetstream {

/// Where the inputs of an application are to be read from.
struct ResetTarget {
  enum class Kind {
    earliest,  ///< the beginning of each log
    latest,    ///< the end
    offset,    ///< `number`, brought within the log
    shift_by,  ///< the committed offset plus `number`, brought within the log; a partition without one stays so
    time,      ///< the first record of `at` or later; the end where there is none
  };
  Kind kind = Kind::earliest;
  std::int64_t number = 0;
  Timestamp at = no_timestamp;
};

/// A point in time as ISO 8601 has it: `2026-01-31T12:00:00.000`, UTC unless it ends with an offset like `+01:00`.
/// Errors  Error{invalid_argument} naming the text.
[[nodiscard]] Timestamp parseIso8601(std::string_view text);
/// A duration as ISO 8601 has it: `P7D`, `PT1H30M`, `P1DT12H`, `PT0.5S`.
/// Errors  Error{invalid_argument} naming the text.
[[nodiscard]] Milliseconds parseIso8601Duration(std::string_view text);

struct ApplicationResetOptions {
  std::string application_id;
  /// Topics whose offsets are set. Empty: every topic the group has committed offsets of.
  std::vector<std::string> input_topics;
  ResetTarget to;
  /// Internal topics to delete. Empty: all that bear the application's name.
  std::vector<std::string> internal_topics;
  /// `state.dir`, to delete the local state of this machine too. Empty: it stays.
  std::filesystem::path state_dir;
  /// Remove members that are in the group instead of refusing: for those that are dead and whose session lasts.
  bool force = false;
  Milliseconds timeout{30'000};
};

/// An offset before and after.
struct OffsetReset {
  std::optional<std::int64_t> before;
  std::int64_t after = 0;
};

/// What a reset does.
struct ApplicationResetPlan {
  std::vector<GroupMember> members;  ///< that are in the group now
  std::map<TopicPartition, OffsetReset> offsets;
  std::vector<std::string> deleted_topics;
  std::filesystem::path state_directory;  ///< empty: none
};

/// Sets an application back: the offsets of its inputs, its internal topics, its local state. As Java's
/// kafka-streams-application-reset, but it looks first.
///
/// Order    stop every instance, plan(), execute(), start again with local state deleted everywhere.
/// Threads  one at a time.
class ApplicationReset {
 public:
  ApplicationReset(KafkaClients& clients, ApplicationResetOptions options);

  /// Looks and changes nothing.
  /// Errors  Error{invalid_argument} for topics that are not there or are not the application's; Error{retriable} when
  ///         the cluster does not answer.
  [[nodiscard]] ApplicationResetPlan plan();
  /// Does what was planned.
  /// Errors  Error{invalid_argument} when the group has members and `force` is not set; Error{invalid_config} when the
  ///         local state is in use.
  void execute(const ApplicationResetPlan& plan);

 private:
  [[nodiscard]] std::vector<TopicPartition> inputs(const std::map<std::string, std::int32_t>& topics);
  [[nodiscard]] std::vector<std::string> internalTopics(const std::map<std::string, std::int32_t>& topics) const;
  [[nodiscard]] bool isInternal(const std::string& topic) const;
  void planOffsets(const std::vector<TopicPartition>& partitions, ApplicationResetPlan& plan);
  [[nodiscard]] std::vector<GroupMember> members();
  void removeMembers();

  const ApplicationResetOptions options_;
  const std::unique_ptr<Admin> admin_;
  const std::unique_ptr<Consumer> consumer_;
};

/// For people: one line for each thing that a reset does.
[[nodiscard]] std::string describe(const ApplicationResetPlan& plan);

}  // namespace widgetstream
