#include "kafka/librdkafka/group_identity.hpp"

#include <cstring>
#include <memory>

#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/handles.hpp"

namespace widgetstream::rdkafka {
namespace {

constexpr std::string_view magic = "CGMDv2:";

struct GivenBack {
  rd_kafka_t* client;
  void operator()(void* memory) const noexcept { rd_kafka_mem_free(client, memory); }
};

}  // namespace

GroupMetadata parseGroupMetadata(std::string_view serialized) {
  GroupMetadata identity;
  const std::size_t group_at = magic.size() + sizeof identity.generation;
  const auto group_end = serialized.find('\0', std::min(group_at, serialized.size()));
  const auto member_end = group_end == std::string_view::npos ? group_end : serialized.find('\0', group_end + 1);
  if (!serialized.starts_with(magic) || member_end == std::string_view::npos) {
    throw Error{ErrorKind::fatal, "this version of librdkafka writes group metadata in a way that is not known here"};
  }
  std::memcpy(&identity.generation, serialized.data() + magic.size(), sizeof identity.generation);
  identity.member_id = serialized.substr(group_end + 1, member_end - group_end - 1);
  return identity;
}

GroupMetadata identityOf(rd_kafka_t* client) {
  const GroupMetadataHandle metadata{rd_kafka_consumer_group_metadata(client)};
  if (!metadata) return {};
  void* buffer = nullptr;
  std::size_t size = 0;
  throwIfFailed(rd_kafka_consumer_group_metadata_write(metadata.get(), &buffer, &size), "reading group metadata");
  const std::unique_ptr<void, GivenBack> owned{buffer, GivenBack{client}};
  return parseGroupMetadata({static_cast<const char*>(buffer), size});
}

}  // namespace widgetstream::rdkafka
