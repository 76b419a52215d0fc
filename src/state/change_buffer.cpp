#include "widgetstream/state/change_buffer.hpp"

#include "state/waiting_changes.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {

ChangeBuffer::ChangeBuffer(ChangeBufferOptions options) : options_(std::move(options)) {}

ChangeBuffer::~ChangeBuffer() = default;

void ChangeBuffer::open(StoreContext& context) {
  topic_ = context.applicationId() + "-" + options_.name + "-changelog";
  changes_ = std::make_unique<Changes>(options_, makeValueType(topic_), context);
}

void ChangeBuffer::close() noexcept {
  changes_.reset();
}

ChangeBuffer::Changes& ChangeBuffer::changes() const {
  if (!changes_) throw Error(ErrorKind::not_available, "buffer " + options_.name + " is closed");
  return *changes_;
}

void ChangeBuffer::restore(std::span<const ChangelogRecord> records, std::int64_t) {
  changes().restore(records);
}
void ChangeBuffer::logChanges() {
  changes().log();
}
void ChangeBuffer::commit(std::optional<std::int64_t>) {
  changes().commit();
}
void ChangeBuffer::discard() {
  changes().discard();
}
std::size_t ChangeBuffer::bufferedBytes() const {
  return changes_ ? changes_->liveBytes() : 0;
}
std::uint64_t ChangeBuffer::engineMemoryBytes() const {
  return changes_ ? changes_->heldBytes() : 0;
}

std::size_t ChangeBuffer::size() const noexcept {
  return changes_ ? changes_->size() : 0;
}
std::size_t ChangeBuffer::bytes() const noexcept {
  return changes_ ? changes_->bytes() : 0;
}
Timestamp ChangeBuffer::firstTime() const {
  return changes().firstTime();
}
void ChangeBuffer::removeFirst() {
  changes().removeFirst();
}
void ChangeBuffer::putChange(Timestamp time, BytesView key, const void* new_value, const void* old_value,
                             const RecordStamp& stamp) {
  changes().put(time, key, new_value, old_value, stamp);
}
WaitingChange ChangeBuffer::firstChange() {
  return changes().first();
}
ChangeBuffer::Prior ChangeBuffer::priorOf(BytesView key) {
  return changes().prior(key);
}

}  // namespace widgetstream::detail
