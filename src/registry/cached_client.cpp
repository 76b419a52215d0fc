#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>

#include "registry/rest_api.hpp"
#include "widgetstream/registry/schema_registry_client.hpp"

namespace widgetstream {
namespace {

using Clock = std::chrono::steady_clock;

/// What was told once. Beyond `most` entries it forgets all of them: programs have few schemas, and whatever fills it
/// is no working set.
template <class Key, class Value>
class Memory {
 public:
  explicit Memory(std::size_t most) : most_(most) {}

  [[nodiscard]] std::optional<Value> find(const Key& key) const {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return std::nullopt;
    return found->second;
  }
  void remember(Key key, Value value) {
    if (entries_.size() >= most_) entries_.clear();
    entries_.insert_or_assign(std::move(key), std::move(value));
  }

 private:
  std::size_t most_;
  std::map<Key, Value> entries_;
};

/// Subject, the schema, and whether equal meaning is enough.
using SubjectKey = std::tuple<std::string, SchemaType, std::string, std::vector<SchemaReference>, bool>;

class CachedClient final : public SchemaRegistryClient {
 public:
  explicit CachedClient(SchemaRegistryOptions options)
      : missing_ttl_(options.missing_id_ttl),
        by_id_(options.max_schemas),
        registered_(options.max_schemas),
        looked_up_(options.max_schemas),
        missing_(options.max_schemas),
        api_(std::move(options)) {}

  Schema getSchemaById(std::int32_t id) override {
    return remembered(by_id_, id, [&] {
      failIfMissing(id);
      try {
        return api_.schemaById(id);
      } catch (const SchemaRegistryError& error) {
        if (error.kind() == ErrorKind::bad_record) rememberMissing(id, error);
        throw;
      }
    });
  }

  std::int32_t registerSchema(const std::string& subject, const Schema& schema, bool normalize) override {
    return remembered(registered_, keyOf(subject, schema, normalize),
                      [&] { return api_.registerSchema(subject, schema, normalize); });
  }

  RegisteredSchema lookUpSchema(const std::string& subject, const Schema& schema, bool normalize) override {
    return remembered(looked_up_, keyOf(subject, schema, normalize),
                      [&] { return api_.lookUp(subject, schema, normalize); });
  }

  RegisteredSchema getLatestSchema(const std::string& subject) override {
    const std::scoped_lock asking{asking_};
    return api_.latest(subject);
  }

 private:
  struct Missing {
    Clock::time_point until;
    SchemaRegistryError error;
  };

  static SubjectKey keyOf(const std::string& subject, const Schema& schema, bool normalize) {
    return {subject, schema.type, schema.text, schema.references, normalize};
  }

  /// Threads that want to know the same wait for the one that asks, and find its answer. Those that know need not wait.
  template <class Key, class Value, class Ask>
  Value remembered(Memory<Key, Value>& memory, const Key& key, Ask ask) {
    const auto find = [&] {
      const std::scoped_lock lock{mutex_};
      return memory.find(key);
    };
    if (auto known = find()) return std::move(*known);
    const std::scoped_lock asking{asking_};
    if (auto known = find()) return std::move(*known);
    Value value = ask();
    const std::scoped_lock lock{mutex_};
    memory.remember(key, value);
    return value;
  }

  void failIfMissing(std::int32_t id) {
    const std::scoped_lock lock{mutex_};
    const auto missing = missing_.find(id);
    if (missing && Clock::now() < missing->until) throw missing->error;
  }
  void rememberMissing(std::int32_t id, const SchemaRegistryError& error) {
    const std::scoped_lock lock{mutex_};
    missing_.remember(id, Missing{Clock::now() + missing_ttl_, error});
  }

  const Milliseconds missing_ttl_;
  std::mutex asking_;
  std::mutex mutex_;
  Memory<std::int32_t, Schema> by_id_;              // guarded by mutex_
  Memory<SubjectKey, std::int32_t> registered_;     // guarded by mutex_
  Memory<SubjectKey, RegisteredSchema> looked_up_;  // guarded by mutex_
  Memory<std::int32_t, Missing> missing_;           // guarded by mutex_
  detail::RegistryRestApi api_;
};

}  // namespace

std::shared_ptr<SchemaRegistryClient> cachedSchemaRegistryClient(SchemaRegistryOptions options) {
  return std::make_shared<CachedClient>(std::move(options));
}

}  // namespace widgetstream
