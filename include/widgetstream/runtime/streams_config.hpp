#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "widgetstream/core/clock.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/core/recording_level.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/kafka/clients.hpp"
#include "widgetstream/processor/error_handlers.hpp"
#include "widgetstream/processor/processor_context.hpp"
#include "widgetstream/topology/erased.hpp"
#include "widgetstream/topology/topology_config.hpp"

namespace widgetstream {

/// `<temporary directory>/kafka-streams`, as Java has it. It does not survive a restart of most machines: set another
/// one for state that is dear to restore.
[[nodiscard]] std::filesystem::path defaultStateDir();

/// How an application runs. The names in the comments are those of Kafka Streams and of fromProperties().
struct StreamsConfig {
  /// `application.id`, required: the consumer group, the beginning of internal topic names, and the state's directory.
  std::string application_id;
  /// `bootstrap.servers`, required unless KafkaStreams is given its clients: HOST:PORT,HOST:PORT.
  std::string bootstrap_servers;

  /// `client.id`: names of threads and Kafka clients begin with it; empty: `<application.id>-<process id>`.
  std::string client_id;

  /// `state.dir`: local stores live in `<state.dir>/<application.id>`.
  std::filesystem::path state_dir = defaultStateDir();
  /// `state.cleanup.delay.ms`: how often this instance looks for directories of tasks that it does not have any more, and
  /// deletes those that nobody has used for as long.
  Milliseconds state_cleanup_delay{600'000};
  /// `state.cleanup.dir.max.age.ms`: at the start directories of tasks are deleted that nobody has used for longer, to be
  /// restored from the changelogs. -1: none.
  Milliseconds state_cleanup_dir_max_age{-1};
  /// `num.stream.threads`, at least 1: how many tasks of this process run at the same time.
  int num_stream_threads = 1;

  /// `commit.interval.ms`: after a crash at most this much is processed again. Latency does not depend on it, except
  /// behind record caches, which pass on what they hold at each commit.
  Milliseconds commit_interval{30'000};
  /// `statestore.cache.max.bytes`: record caches of all threads together. 0 turns caching off: every update is
  /// forwarded and logged.
  std::size_t cache_max_bytes = std::size_t{10} << 20;
  /// `memory.budget.bytes`: a ceiling, not a target, over record caches, changes that wait for a commit, read caches, the
  /// block cache and memtables of RocksDB, fetch queues and the produce queue. Not set: half of what this process may
  /// have, by its control group or the machine's memory. Fewer threads, stores and partitions do not make it smaller, nor
  /// more of them larger.
  std::optional<std::size_t> memory_budget_bytes;
  /// `statestore.uncommitted.max.bytes`: changes that wait in memory for the next commit, of all threads together, record
  /// caches included. A thread that has its share commits early. Not set: an eighth of the budget, at most 64 MiB.
  std::optional<std::size_t> uncommitted_max_bytes;

  /// `buffered.records.per.partition`: a partition whose task cannot go on is not fetched beyond this once as much waits
  /// as the memory budget has room for.
  std::size_t buffered_records_per_partition = 1000;
  /// `poll.ms`: the longest wait for records in one go. They end it when they arrive.
  Milliseconds poll{100};
  /// `max.task.idle.ms`: how long a task waits for an empty input before it goes on with the others, so that records
  /// are taken in order of time. 0 waits only for what is known to be on the broker, -1 for nothing.
  Milliseconds max_task_idle{0};
  /// Java's internal `__emit.interval.ms.kstreams.windowed.aggregation__` and
  /// `__emit.interval.ms.kstreams.outer.join.spurious.results.fix__`: how often, by the clock, processors look for
  /// windows that have closed. 0 looks at every record.
  Milliseconds emit_interval{1000};
  /// `task.timeout.ms`: how long a task may begin anew again and again, because a client call times out for example,
  /// until its thread fails. 0: at once. An outage that only holds back commits and acknowledgements does not count.
  Milliseconds task_timeout{300'000};
  /// `retry.backoff.ms`, `retry.backoff.max.ms`: the pause before a task begins anew, and the longest, for it doubles
  /// each time.
  Milliseconds retry_backoff{100};
  Milliseconds retry_backoff_max{10'000};
  /// `max.poll.interval.ms`: how long a stream thread may take for one step, user code most of all. When it takes longer
  /// this instance leaves its group until it comes round; others do again what was not committed.
  Milliseconds max_poll_interval{300'000};
  /// `auto.offset.reset`: earliest, latest, none or by a duration; for sources that do not say it themselves.
  AutoOffsetReset auto_offset_reset = AutoOffsetReset::earliest;
  /// Time of records for sources that do not say it themselves; empty: the record's own, a negative one fails.
  TimestampExtractor default_timestamp_extractor;

  /// `replication.factor` of internal topics; -1: the broker's default.
  std::int16_t replication_factor = -1;
  /// `topic.` configs of internal topics, by their names without the prefix.
  std::map<std::string, std::string> topic_configs;
  /// `windowstore.changelog.additional.retention.ms`: how much longer than its store the changelog of a window or
  /// session store keeps records, to allow for clocks that differ.
  Milliseconds window_changelog_additional_retention{std::chrono::hours{24}};
  /// `repartition.purge.interval.ms`: how often what was committed is deleted from repartition topics.
  Milliseconds repartition_purge_interval{30'000};

  /// `deserialization.exception.handler`, `processing.exception.handler`, `production.exception.handler`, and our own
  /// `sink.exception.handler`. In properties: fail, continue, dead-letter or retry (again and again), or Java's class
  /// names. The production handler's fail is Java's default: what may pass is tried again.
  ErrorHandler deserialization_exception_handler = logAndFail();
  ErrorHandler processing_exception_handler = logAndFail();
  ErrorHandler production_exception_handler = retryOrFail();
  ErrorHandler sink_exception_handler = logAndFail();
  /// `processing.exception.handler.global.enabled`: true asks the processing handler for processors of global stores
  /// too. Otherwise what they throw ends the application.
  bool processing_exception_handler_global_enabled = false;
  /// `errors.dead.letter.queue.topic.name`: made when missing. Handlers that ask for dead letters need it.
  std::string dead_letter_queue_topic;

  /// `metrics.recording.level`: info, debug (latencies of tasks and stores too) or trace.
  RecordingLevel metrics_recording_level = RecordingLevel::info;
  /// `metrics.sample.window.ms`: rates, averages and largest values are those of the last two of these.
  Milliseconds metrics_sample_window{30'000};

  /// `log.summary.interval.ms`: how often each stream thread says in the log what it has done; 0: never.
  Milliseconds log_summary_interval{120'000};

  /// `group.instance.id`: set for static membership, where partitions wait for this instance's return until the session
  /// ends instead of moving at once.
  std::string group_instance_id;
  /// `topology.optimization` and what else counts while a topology is built: give it to the builder,
  /// `StreamsBuilder{config.topology}`. Nothing here changes a topology that is built.
  TopologyConfig topology;

  /// How long the destructor waits for close().
  Milliseconds close_timeout{30'000};

  /// Settings of the Kafka clients under librdkafka's names: of all, and of one kind above those (`consumer.`,
  /// `producer.`, `admin.`).
  ClientProperties client_properties;
  ClientProperties consumer_properties;
  ClientProperties producer_properties;
  /// `global.consumer.`, above those of all consumers.
  ClientProperties global_consumer_properties;
  ClientProperties admin_properties;

  /// Settings of the program's own, under names that are not the library's: its processors find them in appConfigs().
  AppConfigs app_configs;

  /// Settings of Java's that fromProperties() took although nothing here depends on them, each with the reason. They
  /// are told in the log at the start.
  std::map<std::string, std::string> without_effect;

  LogSink log = logToStandardError();
  /// Must outlive the application.
  const Clock* clock = &systemClock();

  /// Reads settings under the names of Kafka Streams and librdkafka, as a properties file has them. `also_known` are
  /// names of the program's own: they are kept in `app_configs`, and a misspelt name may have been meant to be one.
  /// Java's properties files may be given as they are: see `without_effect` for what is ignored.
  /// Errors  Error{invalid_config} for an unknown name, with the nearest known one; for a wrong value, with the name,
  ///         the value and what was expected; for what Java has and this version does not, with what to do instead.
  [[nodiscard]] static StreamsConfig fromProperties(const std::map<std::string, std::string>& properties,
                                                    const std::vector<std::string>& also_known = {});

  /// Every setting by its name, secrets too.
  [[nodiscard]] AppConfigs properties() const;
  /// Every setting as `name=value` lines; secrets are not shown, and none of the values of `app_configs`.
  [[nodiscard]] std::string describe() const;

  /// Errors  Error{invalid_config} for settings that do not go together or are out of range.
  void validate() const;
};

}  // namespace widgetstream
