#include "runtime/metrics/task_metrics.hpp"

namespace widgetstream {
namespace {

using std::chrono::nanoseconds;

MetricLabels labelsOf(const std::string& thread, const TaskId& task) {
  MetricLabels labels;
  if (!thread.empty()) labels.emplace_back("thread_id", thread);
  labels.emplace_back("task_id", toString(task));
  return labels;
}

}  // namespace

TaskMetrics::TaskMetrics(MetricsRegistry& registry, const Clock& clock, const MetricsSettings& settings,
                         const TaskId& task, const std::string& thread, const ThreadMetrics* of_thread)
    : registry_(registry),
      clock_(clock),
      settings_(settings),
      labels_(labelsOf(thread, task)),
      process_(settings.window),
      punctuate_(settings.window),
      lateness_(settings.window),
      enforced_(settings.window),
      restore_(settings.window),
      dropped_(settings.window),
      task_set_(registry, clock, "stream-task-metrics", labels_) {
  remaining_ = task_set_.value("restore-remaining-records-total", "Offsets that are still to be restored.");
  task_set_.gauge("dropped-records-rate", "Average number of dropped records a second.",
                  [this] { return dropped_.read(clock_.elapsed()).rate; });
  if (of_thread) {
    task_set_.gauge("active-process-ratio", "Share of the thread's processing that goes into this task.",
                    [this, of_thread] {
                      const nanoseconds now = clock_.elapsed();
                      const double all = of_thread->processing().read(now).sum_rate;
                      return all > 0 ? process_.read(now).sum_rate / all : 0.0;
                    });
  }
  if (!settings.debug()) return;
  task_set_.latency("process", "processed records", process_);
  task_set_.latency("punctuate", "rounds of punctuation", punctuate_);
  task_set_.averageAndMaximum("record-lateness", "milliseconds that a record was behind stream time", lateness_);
  task_set_.rateAndTotal("enforced-processing",
                         "records taken while an input that might have had an earlier one was empty", enforced_);
  task_set_.gauge("restore-rate", "Average number of restored records a second.",
                  [this] { return restore_.read(clock_.elapsed()).rate; });
  task_set_.count("restore-total", "Number of restored records.",
                  [this] { return static_cast<double>(restore_.read(clock_.elapsed()).total); });
  buffered_ = task_set_.value("active-buffer-count", "Records that wait to be processed.");
  cache_bytes_ = task_set_.value("cache-size-bytes-total", "Bytes of changes that wait for the next commit.");
}

void TaskMetrics::dropped(std::string_view reason) {
  dropped_.record(clock_.elapsed(), 1);
  for (auto& [known, counter] : dropped_by_reason_) {
    if (known == reason) return counter->add();
  }
  dropped_by_reason_.emplace_back(std::string{reason},
                                  task_set_.counter("dropped-records-total", "Records that went no further.",
                                                    {{"reason", std::string{reason}}}));
  dropped_by_reason_.back().second->add();
}

void TaskMetrics::processed(nanoseconds now, nanoseconds took, std::size_t records) noexcept {
  const double millis = millisOf(took);
  process_.record(now, millis, records, millis / static_cast<double>(records));
}

void TaskMetrics::punctuated(nanoseconds now, nanoseconds took) noexcept {
  punctuate_.record(now, millisOf(took));
}

void TaskMetrics::restored(nanoseconds now, std::size_t records) noexcept {
  restore_.record(now, static_cast<double>(records), records, 0);
}

void TaskMetrics::setBuffered(std::size_t records, std::size_t cache_bytes) noexcept {
  if (buffered_) buffered_->set(static_cast<double>(records));
  if (cache_bytes_) cache_bytes_->set(static_cast<double>(cache_bytes));
}

void TaskMetrics::connect(TopicTraffic& traffic, const char* what, const std::string& node, const std::string& topic) {
  MetricLabels labels = labels_;
  labels.emplace_back("processor_node_id", node);
  labels.emplace_back("topic", topic);
  const auto counter = [&](const std::string& kind, const std::string& help) {
    return registry_.passingCounter(kafkaMetricName("stream-topic-metrics", kind + "-" + what + "-total"), help, labels);
  };
  traffic.tellTo(counter("records", std::string{"Records "} + what + "."),
                 counter("bytes", std::string{"Bytes "} + what + "."));
}

void TaskMetrics::connectSource(TopicTraffic& traffic, const std::string& node, const std::string& topic) {
  connect(traffic, "consumed", node, topic);
}

void TaskMetrics::connectSink(TopicTraffic& traffic, const std::string& node, const std::string& topic) {
  connect(traffic, "produced", node, topic);
}

std::shared_ptr<Sensor> TaskMetrics::endToEnd(const std::string& node) {
  std::shared_ptr<Sensor>& sensor = end_to_end_[node];
  if (sensor) return sensor;
  MetricLabels labels = labels_;
  labels.emplace_back("processor_node_id", node);
  sensor = std::make_shared<Sensor>(settings_.window);
  auto& set = *node_sets_.emplace_back(
      std::make_unique<MetricSet>(registry_, clock_, "stream-processor-node-metrics", std::move(labels)));
  const auto reader = [sensor = sensor, &clock = clock_](double Sensor::Reading::*part) {
    return [sensor, &clock, part] { return sensor->read(clock.elapsed()).*part; };
  };
  set.gauge("record-e2e-latency-avg", "Average time from a record's timestamp until it is here, in milliseconds.",
            reader(&Sensor::Reading::average));
  set.gauge("record-e2e-latency-max", "Longest time from a record's timestamp until it is here, in milliseconds.",
            reader(&Sensor::Reading::largest));
  set.gauge("record-e2e-latency-min", "Shortest time from a record's timestamp until it is here, in milliseconds.",
            reader(&Sensor::Reading::smallest));
  return sensor;
}

StoreMeasure* TaskMetrics::store(const std::string& name) {
  if (!settings_.debug()) return nullptr;
  MetricLabels labels = labels_;
  labels.emplace_back("store", name);
  stores_.push_back(std::make_unique<StoreMetrics>(registry_, clock_, settings_.window, std::move(labels)));
  return stores_.back().get();
}

std::shared_ptr<Gauge> TaskMetrics::lag(const TopicPartition& partition) {
  MetricLabels labels = labels_;
  labels.emplace_back("topic", partition.topic);
  labels.emplace_back("partition", std::to_string(partition.partition));
  auto lag = std::make_shared<Gauge>();
  lags_.push_back(registry_.observe("kafka_consumer_consumer_fetch_manager_metrics_records_lag",
                                    "Records of an input partition that are not processed yet.", std::move(labels),
                                    [lag] { return lag->value(); }));
  return lag;
}

}  // namespace widgetstream
