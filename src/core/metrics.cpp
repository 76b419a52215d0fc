#include "widgetstream/core/metrics.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

/// Keeps an observed gauge alive. Its end waits for a read that is going on, and no read follows it.
class ObservedGauge {
 public:
  explicit ObservedGauge(std::function<double()> read) : state_(std::make_shared<State>()) {
    state_->read = std::move(read);
    call_ = std::make_shared<std::function<double()>>([state = state_] {
      const std::lock_guard lock{state->mutex};
      return state->read ? state->read() : std::nan("");
    });
  }
  ~ObservedGauge() {
    const std::lock_guard lock{state_->mutex};
    state_->read = nullptr;
  }
  ObservedGauge(const ObservedGauge&) = delete;
  ObservedGauge& operator=(const ObservedGauge&) = delete;

  [[nodiscard]] const std::shared_ptr<std::function<double()>>& call() const noexcept { return call_; }

 private:
  struct State {
    std::mutex mutex;
    std::function<double()> read;  // guarded by mutex
  };
  std::shared_ptr<State> state_;
  std::shared_ptr<std::function<double()>> call_;
};

void appendEscaped(std::string& text, std::string_view raw, bool quoted) {
  for (const char c : raw) {
    if (c == '\\') {
      text += "\\\\";
    } else if (c == '\n') {
      text += "\\n";
    } else if (c == '"' && quoted) {
      text += "\\\"";
    } else {
      text += c;
    }
  }
}

std::string seriesName(const std::string& name, const MetricLabels& labels) {
  std::string text = name;
  if (labels.empty()) return text;
  char before = '{';
  for (const auto& [label, value] : labels) {
    text += before;
    text += label;
    text += "=\"";
    appendEscaped(text, value, true);
    text += '"';
    before = ',';
  }
  text += '}';
  return text;
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return std::string(text, end);
}

std::optional<double> ask(const std::function<double()>& read) {
  try {
    const double value = read();
    if (std::isnan(value)) return std::nullopt;
    return value;
  } catch (...) {
    return std::nullopt;  // one gauge that cannot be read must not hide the others
  }
}

/// What one HELP and TYPE head: the format wants the series of a name side by side.
struct Family {
  std::string help;
  bool counts = false;
  struct Line {
    std::string series;
    std::shared_ptr<Counter> counter;
    std::shared_ptr<Gauge> gauge;
    std::shared_ptr<std::function<double()>> observer;
  };
  std::vector<Line> lines;
};

std::optional<std::string> valueOf(const Family::Line& line) {
  if (line.counter) return std::to_string(line.counter->value());
  if (line.gauge) return number(line.gauge->value());
  const std::optional<double> seen = ask(*line.observer);
  return seen ? std::optional{number(*seen)} : std::nullopt;
}

void append(std::string& text, const std::string& name, const Family& family) {
  text += "# HELP " + name + ' ';
  appendEscaped(text, family.help, false);
  text += "\n# TYPE " + name + (family.counts ? " counter\n" : " gauge\n");
  for (const Family::Line& line : family.lines) {
    if (const auto value = valueOf(line)) text += line.series + ' ' + *value + '\n';
  }
}

}  // namespace

MetricsRegistry::Series& MetricsRegistry::find(const std::string& name, const std::string& help,
                                               MetricLabels&& labels) {
  std::string identity = seriesName(name, labels);
  if (const auto known = by_identity_.find(identity); known != by_identity_.end()) return *known->second;
  if (series_.size() >= look_again_at_) forgetGone();
  series_.push_back(std::make_unique<Series>(Series{name, help, std::move(labels), {}, {}, {}, {}}));
  by_identity_.emplace(std::move(identity), series_.back().get());
  return *series_.back();
}

/// Series whose holders are gone stay empty for ever: they are swept when there are twice as many as after the last time.
void MetricsRegistry::forgetGone() {
  std::erase_if(by_identity_, [](const auto& entry) { return entry.second->gone(); });
  std::erase_if(series_, [](const auto& series) { return series->gone(); });
  look_again_at_ = std::max<std::size_t>(series_.size() * 2, 64);
}

std::shared_ptr<Counter> MetricsRegistry::counter(const std::string& name, const std::string& help,
                                                  MetricLabels labels) {
  const std::lock_guard lock{mutex_};
  Series& series = find(name, help, std::move(labels));
  if (series.gauge || !series.observer.expired()) {
    throw Error{ErrorKind::invalid_argument, "metric " + name + " is a gauge already and cannot be a counter"};
  }
  if (!series.counter) series.counter = series.passing.lock();
  if (!series.counter) series.counter = std::make_shared<Counter>();
  return series.counter;
}

std::shared_ptr<Counter> MetricsRegistry::passingCounter(const std::string& name, const std::string& help,
                                                         MetricLabels labels) {
  const std::lock_guard lock{mutex_};
  Series& series = find(name, help, std::move(labels));
  if (series.gauge || !series.observer.expired()) {
    throw Error{ErrorKind::invalid_argument, "metric " + name + " is a gauge already and cannot be a counter"};
  }
  if (series.counter) return series.counter;
  std::shared_ptr<Counter> counter = series.passing.lock();
  if (!counter) counter = std::make_shared<Counter>();
  series.passing = counter;
  return counter;
}

std::shared_ptr<Gauge> MetricsRegistry::gauge(const std::string& name, const std::string& help, MetricLabels labels) {
  const std::lock_guard lock{mutex_};
  Series& series = find(name, help, std::move(labels));
  if (series.counter || !series.passing.expired() || !series.observer.expired()) {
    throw Error{ErrorKind::invalid_argument, "metric " + name + " is in use already and cannot be set as a gauge"};
  }
  if (!series.gauge) series.gauge = std::make_shared<Gauge>();
  return series.gauge;
}

std::shared_ptr<void> MetricsRegistry::observe(const std::string& name, const std::string& help, MetricLabels labels,
                                               std::function<double()> read) {
  return observed(name, help, std::move(labels), std::move(read), false);
}

std::shared_ptr<void> MetricsRegistry::observeCount(const std::string& name, const std::string& help,
                                                    MetricLabels labels, std::function<double()> read) {
  return observed(name, help, std::move(labels), std::move(read), true);
}

std::shared_ptr<void> MetricsRegistry::observed(const std::string& name, const std::string& help, MetricLabels&& labels,
                                                std::function<double()>&& read, bool counts) {
  auto token = std::make_shared<ObservedGauge>(std::move(read));
  const std::lock_guard lock{mutex_};
  Series& series = find(name, help, std::move(labels));
  if (series.counter || series.gauge || !series.passing.expired()) {
    throw Error{ErrorKind::invalid_argument, "metric " + name + " is in use already and cannot be observed"};
  }
  series.observer = token->call();
  series.counts = counts;
  return token;
}

void MetricsRegistry::remove(const std::pair<std::string, std::string>& label) {
  const std::lock_guard lock{mutex_};
  const auto has = [&label](const Series& series) {
    return std::find(series.labels.begin(), series.labels.end(), label) != series.labels.end();
  };
  std::erase_if(by_identity_, [&](const auto& entry) { return has(*entry.second); });
  std::erase_if(series_, [&](const auto& series) { return has(*series); });
}

std::uint64_t MetricsRegistry::total(const std::string& name) const {
  const std::lock_guard lock{mutex_};
  std::uint64_t sum = 0;
  for (const auto& series : series_) {
    if (series->name != name) continue;
    if (const auto counter = series->counter ? series->counter : series->passing.lock()) sum += counter->value();
  }
  return sum;
}

std::string MetricsRegistry::prometheus() const {
  std::map<std::string, Family> families;
  {
    const std::lock_guard lock{mutex_};
    for (const auto& series : series_) {
      Family::Line line{seriesName(series->name, series->labels),
                        series->counter ? series->counter : series->passing.lock(), series->gauge,
                        series->observer.lock()};
      if (!line.counter && !line.gauge && !line.observer) continue;
      Family& family = families[series->name];
      if (family.lines.empty()) family.help = series->help;
      family.counts = family.counts || line.counter != nullptr || series->counts;
      family.lines.push_back(std::move(line));
    }
  }
  // Observers run without the lock: they may take locks of their own, or use the registry.
  std::string text;
  for (const auto& [name, family] : families) append(text, name, family);
  return text;
}

}  // namespace widgetstream
