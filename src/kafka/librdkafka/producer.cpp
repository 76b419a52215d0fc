#include "kafka/librdkafka/producer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "kafka/librdkafka/delivery_reports.hpp"
#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/topic_limits.hpp"
#include "kafka/librdkafka/topic_metadata.hpp"

namespace widgetstream::rdkafka {
namespace {

using SteadyClock = std::chrono::steady_clock;

// As long as Java's metadata.max.age.ms.
constexpr std::chrono::minutes partitions_age{5};
// Nothing wakes a flush when its last record is acknowledged, so it looks this often.
constexpr Milliseconds flush_slice{2};
constexpr Milliseconds farewell{1000};
constexpr std::chrono::minutes replacements_span{1};
constexpr std::size_t most_replacements = 3;
constexpr Milliseconds patience_for_limit{1000};

PropertyLayers layersOf(const ProducerSettings& settings, const ClientProperties& common) {
  PropertyLayers layers;
  layers.defaults = {
      {"linger.ms", "5"},
      {"batch.size", "1000000"},
      {"queue.buffering.max.kbytes", std::to_string(std::max<std::size_t>(settings.queue_bytes / 1024, 1))},
      {"queue.buffering.max.messages", std::to_string(std::max<std::size_t>(settings.queue_records, 1))},
      // Java's max.request.size, and what a broker takes by default.
      {"message.max.bytes", "1048576"},
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
      // A misspelt topic shall be an error, not a new topic with the broker's idea of partitions.
      {"allow.auto.create.topics", "false"},
      {"enable.idempotence", "true"},
      {"acks", "all"},
  };
  layers.common = common;
  layers.own = settings.properties;
  // librdkafka hashes keys with CRC32 unless told otherwise, Java producers with murmur2. If both write one topic,
  // equal keys part company and a join silently misses its pair.
  layers.required = {{"partitioner", "murmur2_random"}, {"delivery.report.only.error", "true"}};
  return layers;
}

const void* pointerOf(const NullableBytesView& bytes) noexcept {
  if (!bytes) return nullptr;
  // A view of nothing may point nowhere, which librdkafka would take for null.
  return bytes->data() ? bytes->data() : "";
}

std::size_t sizeOf(const NullableBytesView& bytes) noexcept {
  return bytes ? bytes->size() : 0;
}

HeadersHandle copyOf(const Headers& headers) {
  HeadersHandle copy{rd_kafka_headers_new(headers.size())};
  for (const Header& header : headers) {
    const auto value = header.value ? NullableBytesView{*header.value} : std::nullopt;
    throwIfFailed(rd_kafka_header_add(copy.get(), header.key.data(), static_cast<ssize_t>(header.key.size()),
                                      pointerOf(value), static_cast<ssize_t>(sizeOf(value))),
                  "adding header " + header.key);
  }
  return copy;
}

std::int64_t timestampFor(Timestamp at) noexcept {
  if (at == no_timestamp) return 0;
  return std::max<std::int64_t>(toMillis(at), 1);
}

/// Fails everything the client has.
void purge(rd_kafka_t* client) {
  (void)rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
}

std::size_t numberOf(rd_kafka_t* client, const char* property) {
  std::array<char, 64> text{};
  std::size_t size = text.size();
  std::size_t number = 0;
  if (rd_kafka_conf_get(rd_kafka_conf(client), property, text.data(), &size) == RD_KAFKA_CONF_OK) {
    std::from_chars(text.data(), text.data() + std::char_traits<char>::length(text.data()), number);
  }
  return number;
}

}  // namespace

LibrdkafkaProducer::Incarnation::Incarnation(const PropertyLayers& layers, const Logger& log)
    : fate(std::make_shared<ProducerFate>()),
      client(RD_KAFKA_PRODUCER, layers, log, [this](rd_kafka_conf_t* conf, ClientContext& context) {
        context.part = fate;
        tellDeliveries(conf);
      }) {
  fate->batch_bytes = std::min(numberOf(client.get(), "batch.size"), numberOf(client.get(), "message.max.bytes"));
}

LibrdkafkaProducer::LibrdkafkaProducer(const ProducerSettings& settings, const ClientProperties& common, Logger log)
    : layers_(layersOf(settings, common)), log_(std::move(log)) {
  incarnations_.push_back(std::make_unique<Incarnation>(layers_, log_));
  current_.store(incarnations_.back().get());
  max_record_bytes_ = numberOf(client(), "message.max.bytes");
}

LibrdkafkaProducer::~LibrdkafkaProducer() {
  // Whoever waits for deliveries must hear of them; what is not out by now is given up.
  for (const auto& incarnation : incarnations_) {
    rd_kafka_t* const client = incarnation->client.get();
    purge(client);
    (void)rd_kafka_flush(client, static_cast<int>(farewell.count()));
  }
}

Producer::Topic& LibrdkafkaProducer::topic(const std::string& name) {
  KnownTopic* topic = nullptr;
  {
    const std::lock_guard lock{topics_mutex_};
    std::unique_ptr<KnownTopic>& known = topics_[name];
    if (!known) {
      known = std::make_unique<KnownTopic>();
      known->name = name;
    }
    topic = known.get();
  }
  (void)resolve(*topic);
  return reinterpret_cast<Topic&>(*topic);
}

LibrdkafkaProducer::Resolved& LibrdkafkaProducer::resolve(KnownTopic& topic) {
  Incarnation* const now = current_.load(std::memory_order_acquire);
  Resolved* const known = topic.resolved.load(std::memory_order_acquire);
  return known && known->of == now ? *known : resolveAnew(topic, *now);
}

LibrdkafkaProducer::Resolved& LibrdkafkaProducer::resolveAnew(KnownTopic& topic, Incarnation& incarnation) {
  const std::lock_guard lock{topics_mutex_};
  Resolved* const known = topic.resolved.load(std::memory_order_acquire);
  if (known && known->of == &incarnation) return *known;
  TopicHandle handle{rd_kafka_topic_new(incarnation.client.get(), topic.name.c_str(), nullptr)};
  if (!handle) throwIfFailed(rd_kafka_last_error(), "the handle of topic " + topic.name);
  incarnation.topics.push_back(std::make_unique<Resolved>(Resolved{&incarnation, std::move(handle)}));
  topic.resolved.store(incarnation.topics.back().get(), std::memory_order_release);
  return *incarnation.topics.back();
}

std::int32_t LibrdkafkaProducer::partitionCount(Topic& topic, Milliseconds timeout) {
  KnownTopic& asked = known(topic);
  const Resolved& at = resolve(asked);
  const std::lock_guard lock{asked.mutex};
  const bool stale = asked.partitions == 0 || SteadyClock::now() > asked.partitions_at + partitions_age;
  if (!stale) return asked.partitions;
  try {
    const auto metadata = askForTopic(at.of->client.get(), at.handle.get(), timeout);
    asked.partitions = metadata ? static_cast<std::int32_t>(metadata->leaders.size()) : 0;
    asked.partitions_at = SteadyClock::now();
  } catch (const Error& error) {
    // An old count is better than none: partitions are added to a topic rarely, and never taken away.
    if (asked.partitions == 0 || error.kind() != ErrorKind::retriable) throw;
  }
  return asked.partitions;
}

bool LibrdkafkaProducer::send(Topic& topic, const OutgoingRecord& record, DeliveryChannel& channel) {
  KnownTopic& to = known(topic);
  const Resolved& at = resolve(to);
  HeadersHandle headers;
  if (record.headers && !record.headers->empty()) headers = copyOf(*record.headers);
  channel.deliveries.began();
  // NOLINTBEGIN(cppcoreguidelines-pro-type-vararg): librdkafka's interface to timestamps and headers
  const auto code = rd_kafka_producev(
      at.of->client.get(), RD_KAFKA_V_RKT(at.handle.get()), RD_KAFKA_V_PARTITION(record.partition),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(pointerOf(record.key), sizeOf(record.key)),
      RD_KAFKA_V_VALUE(const_cast<void*>(pointerOf(record.value)), sizeOf(record.value)),
      RD_KAFKA_V_TIMESTAMP(timestampFor(record.timestamp)), RD_KAFKA_V_HEADERS(headers.get()),
      RD_KAFKA_V_OPAQUE(&channel), RD_KAFKA_V_END);
  // NOLINTEND(cppcoreguidelines-pro-type-vararg)
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    (void)headers.release();  // the message's now
    const std::size_t bytes = sizeOf(record.key) + 2 * sizeOf(record.value);  // copied once more into its request
    average_bytes_.store((15 * average_bytes_.load(std::memory_order_relaxed) + 16 * bytes) / 16,
                         std::memory_order_relaxed);
    return true;
  }
  channel.deliveries.succeeded();  // it never set out
  if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
  return refuse(to, record, code, *at.of);
}

std::size_t LibrdkafkaProducer::queuedBytes() const {
  const auto records = static_cast<std::size_t>(std::max(rd_kafka_outq_len(client()), 0));
  return records * (produced_record_overhead + average_bytes_.load(std::memory_order_relaxed) / 16);
}

bool LibrdkafkaProducer::refuse(const KnownTopic& topic, const OutgoingRecord& record, rd_kafka_resp_err_t code,
                                Incarnation& by) {
  if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
    throw Error{ErrorKind::bad_record, "a record of " + std::to_string(sizeOf(record.key) + sizeOf(record.value)) +
                                           " bytes for topic " + topic.name + " exceeds message.max.bytes, which is " +
                                           std::to_string(max_record_bytes_)};
  }
  if (rd_kafka_fatal_error(by.client.get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    replace(by);
    return false;
  }
  if (code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) {
    throw Error{ErrorKind::invalid_argument,
                "topic " + topic.name + " has no partition " + std::to_string(record.partition)};
  }
  throw Error{kindOf(code), "sending to topic " + topic.name + " failed with " + describe(code)};
}

void LibrdkafkaProducer::replaceIfDoneFor() {
  Incarnation* const now = current_.load(std::memory_order_acquire);
  if (now->fate->done_for.load(std::memory_order_acquire)) return replace(*now);
  if (const auto topic = now->fate->narrowTopic()) narrow(*now, *topic);
}

void LibrdkafkaProducer::replace(const Incarnation& done_for) {
  const std::lock_guard lock{replacing_};
  if (current_.load() != &done_for) return;  // somebody else has done it
  std::array<char, 512> reason{};
  const auto code = rd_kafka_fatal_error(done_for.client.get(), reason.data(), reason.size());
  const std::string why = std::string{rd_kafka_err2name(code)} + ": " + done_for.client.redact()(reason.data());
  const auto now = SteadyClock::now();
  while (!replacements_.empty() && now - replacements_.front() > replacements_span) replacements_.pop_front();
  if (replacements_.size() >= most_replacements)
    throw Error{ErrorKind::fatal, "the producer is done for again and again: " + why};
  replacements_.push_back(now);
  log_.warning("the producer is done for and another one takes its place: what was under way is done again",
               {{"error", why}});
  succeed(*incarnations_.back());
}

std::size_t LibrdkafkaProducer::narrowed(Incarnation& now, const std::string& topic) const {
  try {
    const auto limit = largestBatchOf(now.client.get(), topic, patience_for_limit);
    if (limit && *limit < now.fate->batch_bytes) return std::max<std::size_t>(*limit, 1);
  } catch (const Error& error) {
    log_.warning("the size of the batches that a topic takes is not told", {{"topic", topic}, {"error", error.what()}});
  }
  // Halves come to an end too: batches of one record.
  return std::max<std::size_t>(now.fate->batch_bytes / 2, 1);
}

void LibrdkafkaProducer::narrow(Incarnation& now, const std::string& topic) {
  if (narrowing_.exchange(true)) return;
  // Without the lock: others go on meanwhile, and discard() must not wait. `now` lives much longer than the broker is
  // asked, even if it is replaced.
  const std::size_t batch_bytes = narrowed(now, topic);
  const std::lock_guard lock{replacing_};
  narrowing_ = false;
  if (current_.load() != &now) return;  // somebody else has replaced it
  layers_.own["batch.size"] = std::to_string(batch_bytes);
  log_.warning(
      "a topic takes smaller batches than the producer makes: a producer of such batches takes its place, and what was "
      "under way is done again",
      {{"topic", topic}, {"batch.size", std::to_string(batch_bytes)}});
  now.fate->replaced.store(true, std::memory_order_release);
  succeed(now);
}

void LibrdkafkaProducer::discard() {
  const std::lock_guard lock{replacing_};
  Incarnation& now = *incarnations_.back();
  for (const auto& before : incarnations_) {
    if (before.get() != &now) before->fate->discarded.store(true, std::memory_order_release);
  }
  if (rd_kafka_outq_len(now.client.get()) == 0) return;
  log_.warning("what the producer has under way is given up",
               {{"records", std::to_string(rd_kafka_outq_len(now.client.get()))}});
  now.fate->discarded.store(true, std::memory_order_release);
  succeed(now);
}

/// With replacing_ held. Another client takes the place of `old`, which is the newest and sends nothing more.
void LibrdkafkaProducer::succeed(Incarnation& old) {
  const auto now = SteadyClock::now();
  purge(old.client.get());
  old.replaced_at = now;
  // Nobody can still be in a call to a client that was replaced long ago.
  std::erase_if(incarnations_, [&](const auto& before) {
    if (before.get() == &old || now - before->replaced_at <= replacements_span) return false;
    if (rd_kafka_outq_len(before->client.get()) > 0) return false;
    forget(*before);
    return true;
  });
  incarnations_.push_back(std::make_unique<Incarnation>(layers_, log_));
  current_.store(incarnations_.back().get(), std::memory_order_release);
}

void LibrdkafkaProducer::forget(const Incarnation& old) {
  const std::lock_guard lock{topics_mutex_};
  for (const auto& [name, topic] : topics_) {
    const Resolved* const resolved = topic->resolved.load();
    if (resolved && resolved->of == &old) topic->resolved.store(nullptr);
  }
}

/// With serving_ held. Clients that were replaced still have to tell what became of their records.
void LibrdkafkaProducer::serve(Milliseconds timeout) {
  {
    const std::lock_guard lock{replacing_};
    for (std::size_t i = 0; i + 1 < incarnations_.size(); ++i) {
      rd_kafka_t* const before = incarnations_[i]->client.get();
      if (rd_kafka_outq_len(before) > 0) purge(before);  // what a sender gave it while it was being replaced
      rd_kafka_poll(before, 0);
    }
  }
  rd_kafka_poll(client(), static_cast<int>(std::max(timeout, Milliseconds{0}).count()));
}

void LibrdkafkaProducer::poll(Milliseconds timeout) {
  {
    std::unique_lock serving{serving_, std::defer_lock};
    if (timeout <= Milliseconds{0} ? !serving.try_lock() : !serving.try_lock_for(timeout)) return;
    serve(timeout);
  }
  replaceIfDoneFor();
}

bool LibrdkafkaProducer::flush(Deliveries& deliveries, Milliseconds timeout) {
  const auto deadline = SteadyClock::now() + timeout;
  while (deliveries.underWay() > 0) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - SteadyClock::now());
    if (left <= Milliseconds{0}) return false;
    const auto slice = std::min(left, flush_slice);
    {
      std::unique_lock serving{serving_, std::defer_lock};
      if (!serving.try_lock_for(slice)) continue;
      if (deliveries.underWay() == 0) break;
      serve(Milliseconds{0});
      // It makes lingering records go at once, for as long as the call lasts.
      if (deliveries.underWay() > 0) (void)rd_kafka_flush(client(), static_cast<int>(slice.count()));
    }
    replaceIfDoneFor();
  }
  return true;
}

}  // namespace widgetstream::rdkafka
