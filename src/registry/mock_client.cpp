#include <algorithm>
#include <map>
#include <mutex>

#include "widgetstream/registry/schema_registry_client.hpp"

namespace widgetstream {
namespace {

class MockClient final : public SchemaRegistryClient {
 public:
  Schema getSchemaById(std::int32_t id) override {
    const std::scoped_lock lock{mutex_};
    if (id < 1 || static_cast<std::size_t>(id) > schemas_.size()) {
      throw SchemaRegistryError(ErrorKind::bad_record, "the mock schema registry has no schema " + std::to_string(id),
                                404, 40403);
    }
    return schemas_[static_cast<std::size_t>(id) - 1];
  }

  std::int32_t registerSchema(const std::string& subject, const Schema& schema, bool) override {
    const std::scoped_lock lock{mutex_};
    auto& versions = subjects_[subject];
    const std::int32_t id = idOf(schema);
    if (std::ranges::find(versions, id) == versions.end()) versions.push_back(id);
    return id;
  }

  RegisteredSchema lookUpSchema(const std::string& subject, const Schema& schema, bool) override {
    const std::scoped_lock lock{mutex_};
    const auto& versions = versionsOf(subject);
    for (std::size_t i = 0; i < versions.size(); ++i) {
      if (schemas_[static_cast<std::size_t>(versions[i]) - 1] == schema) return found(subject, versions, i);
    }
    throw SchemaRegistryError(ErrorKind::fatal,
                              "the mock schema registry has no such schema of " + subject + ": register it first", 404,
                              40403);
  }

  RegisteredSchema getLatestSchema(const std::string& subject) override {
    const std::scoped_lock lock{mutex_};
    const auto& versions = versionsOf(subject);
    return found(subject, versions, versions.size() - 1);
  }

 private:
  std::int32_t idOf(const Schema& schema) {
    const auto known = std::ranges::find(schemas_, schema);
    const auto index = known - schemas_.begin();
    if (known == schemas_.end()) schemas_.push_back(schema);
    return static_cast<std::int32_t>(index) + 1;
  }

  const std::vector<std::int32_t>& versionsOf(const std::string& subject) const {
    const auto known = subjects_.find(subject);
    if (known != subjects_.end()) return known->second;
    throw SchemaRegistryError(ErrorKind::fatal,
                              "the mock schema registry does not know " + subject + ": register a schema first", 404,
                              40401);
  }

  RegisteredSchema found(const std::string& subject, const std::vector<std::int32_t>& versions,
                         std::size_t index) const {
    const std::int32_t id = versions[index];
    return {subject, id, static_cast<std::int32_t>(index) + 1, schemas_[static_cast<std::size_t>(id) - 1]};
  }

  mutable std::mutex mutex_;
  std::vector<Schema> schemas_;                                // guarded by mutex_; id 1 is the first
  std::map<std::string, std::vector<std::int32_t>> subjects_;  // guarded by mutex_; the ids of the versions
};

}  // namespace

std::shared_ptr<SchemaRegistryClient> mockSchemaRegistryClient() {
  return std::make_shared<MockClient>();
}

}  // namespace widgetstream
