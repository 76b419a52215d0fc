#include "runtime/metrics/thread_metrics.hpp"

#include <algorithm>

namespace widgetstream {

using std::chrono::nanoseconds;

ThreadMetrics::ThreadMetrics(MetricsRegistry& registry, const Clock& clock, nanoseconds window,
                             const std::string& thread_name)
    : clock_(clock),
      poll_(window),
      poll_records_(window),
      process_(window),
      process_records_(window),
      punctuate_(window),
      commit_(window),
      created_(window),
      closed_(window),
      restore_(window),
      thread_set_(registry, clock, "stream-thread-metrics", {{"thread_id", thread_name}}),
      restore_set_(registry, clock, "stream-state-updater-metrics", {{"thread_id", thread_name}}) {
  thread_set_.latency("poll", "calls to poll", poll_);
  thread_set_.averageAndMaximum("poll-records", "number of records that a call to poll brought", poll_records_);
  thread_set_.averageAndMaximum("process-latency", "time of processing one record in milliseconds", process_);
  thread_set_.gauge("process-rate", "Average number of processed records a second.",
                    [this] { return process_.read(clock_.elapsed()).rate; });
  processed_total_ = thread_set_.counter("process-total", "Number of processed records.");
  thread_set_.averageAndMaximum("process-records", "number of records processed in one round", process_records_);
  thread_set_.latency("punctuate", "rounds of punctuation", punctuate_);
  thread_set_.latency("commit", "commits", commit_);
  thread_set_.rateAndTotal("task-created", "tasks created", created_);
  thread_set_.rateAndTotal("task-closed", "tasks closed", closed_);
  addRatio("poll-ratio", "polling", poll_);
  addRatio("process-ratio", "processing", process_);
  addRatio("punctuate-ratio", "punctuation", punctuate_);
  addRatio("commit-ratio", "committing", commit_);
  blocked_ = thread_set_.counter("blocked-time-ns-total", "Nanoseconds the thread has waited for Kafka.");
  thread_set_.gauge("thread-start-time", "When the thread was made, in milliseconds since 1970.",
                    [at = static_cast<double>(toMillis(clock.now()))] { return at; });
  state_ = thread_set_.value("thread-state", "0 created, 1 starting, 2 partitions revoked, 3 partitions assigned, "
                                             "4 running, 5 pending shutdown, 6 dead.");
  tasks_ = thread_set_.value("active-tasks", "Tasks that the thread has.");
  restoring_tasks_ = restore_set_.value("active-restoring-tasks", "Tasks whose stores are being restored.");
  restore_set_.gauge("restore-records-rate", "Average number of restored records a second.",
                     [this] { return restore_.read(clock_.elapsed()).sum_rate; });
  restore_set_.gauge("restore-call-rate", "Average number of batches of restored records a second.",
                     [this] { return restore_.read(clock_.elapsed()).rate; });
  restored_total_ = restore_set_.counter("restore-records-total", "Number of restored records.");
}

void ThreadMetrics::addRatio(const char* name, const char* what, const Sensor& sensor) {
  thread_set_.gauge(name, std::string{"Share of the time that the thread spends with "} + what + ".",
                    [this, &sensor] { return std::min(sensor.read(clock_.elapsed()).sum_rate / 1e3, 1.0); });
}

void ThreadMetrics::polled(nanoseconds now, nanoseconds took, std::size_t records) noexcept {
  poll_.record(now, millisOf(took));
  if (records > 0) poll_records_.record(now, static_cast<double>(records));
}

void ThreadMetrics::processed(nanoseconds now, nanoseconds took, std::size_t records) noexcept {
  if (records == 0) return;
  const double millis = millisOf(took);
  process_.record(now, millis, records, millis / static_cast<double>(records));
  process_records_.record(now, static_cast<double>(records));
  processed_total_->add(records);
}

void ThreadMetrics::punctuated(nanoseconds now, nanoseconds took) noexcept {
  punctuate_.record(now, millisOf(took));
}

void ThreadMetrics::committed(nanoseconds now, nanoseconds took) noexcept {
  commit_.record(now, millisOf(took));
}

void ThreadMetrics::restored(nanoseconds now, std::size_t records) noexcept {
  restore_.record(now, static_cast<double>(records));
  restored_total_->add(records);
}

void ThreadMetrics::setTasks(std::size_t tasks, std::size_t restoring) noexcept {
  tasks_->set(static_cast<double>(tasks));
  restoring_tasks_->set(static_cast<double>(restoring));
}

}  // namespace widgetstream
