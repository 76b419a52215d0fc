#include "widgetstream/dsl/table_joined.hpp"

#include <string_view>

namespace widgetstream::detail {

AnyPartitioner byKeyAlone(AnyPartitioner partitioner) {
  if (!partitioner) return {};
  return [choose = std::move(partitioner)](std::string_view topic, const AnyRecord& record, std::int32_t partitions) {
    AnyRecord key_only = record;
    key_only.value = nullptr;
    PartitionChoice choice = choose(topic, key_only, partitions);
    const bool is_one = choice.kind == PartitionChoice::Kind::by_key || choice.kind == PartitionChoice::Kind::one ||
        (choice.kind == PartitionChoice::Kind::several && choice.partitions.size() == 1);
    if (!is_one) {
      throw Error{ErrorKind::bad_record, "the partitioner for topic '" + std::string{topic} +
                                             "' of a foreign-key join chose several partitions or none; it must choose "
                                             "the one where the table has the key"};
    }
    return choice;
  };
}

}  // namespace widgetstream::detail
