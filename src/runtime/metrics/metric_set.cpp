#include "runtime/metrics/metric_set.hpp"

#include <algorithm>

namespace widgetstream {

std::string kafkaMetricName(std::string_view group, std::string_view name) {
  std::string text = "kafka_streams_";
  text += group;
  text += '_';
  text += name;
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

MetricSet::MetricSet(MetricsRegistry& registry, const Clock& clock, std::string group, MetricLabels labels)
    : registry_(registry), clock_(clock), group_(std::move(group)), labels_(std::move(labels)) {}

void MetricSet::gauge(std::string_view name, const std::string& help, std::function<double()> read) {
  tokens_.push_back(registry_.observe(kafkaMetricName(group_, name), help, labels_, std::move(read)));
}

void MetricSet::count(std::string_view name, const std::string& help, std::function<double()> read) {
  tokens_.push_back(registry_.observeCount(kafkaMetricName(group_, name), help, labels_, std::move(read)));
}

std::shared_ptr<Counter> MetricSet::counter(std::string_view name, const std::string& help,
                                            const MetricLabels& further) {
  MetricLabels labels = labels_;
  labels.insert(labels.end(), further.begin(), further.end());
  return registry_.passingCounter(kafkaMetricName(group_, name), help, std::move(labels));
}

std::shared_ptr<Gauge> MetricSet::value(std::string_view name, const std::string& help) {
  auto set = std::make_shared<Gauge>();
  gauge(name, help, [set] { return set->value(); });
  return set;
}

std::function<double()> MetricSet::readerOf(const Sensor& sensor, Part part) const {
  return [&sensor, &clock = clock_, part] { return sensor.read(clock.elapsed()).*part; };
}

void MetricSet::rateAndTotal(const std::string& name, const std::string& events, const Sensor& sensor) {
  gauge(name + "-rate", "Average number of " + events + " a second.", readerOf(sensor, &Sensor::Reading::rate));
  count(name + "-total", "Number of " + events + ".",
        [&sensor, &clock = clock_] { return static_cast<double>(sensor.read(clock.elapsed()).total); });
}

void MetricSet::averageAndMaximum(const std::string& name, const std::string& what, const Sensor& sensor) {
  gauge(name + "-avg", "Average " + what + ".", readerOf(sensor, &Sensor::Reading::average));
  gauge(name + "-max", "Largest " + what + ".", readerOf(sensor, &Sensor::Reading::largest));
}

void MetricSet::latency(const std::string& name, const std::string& events, const Sensor& sensor) {
  averageAndMaximum(name + "-latency", "time of " + events + " in milliseconds", sensor);
  rateAndTotal(name, events, sensor);
}

}  // namespace widgetstream
