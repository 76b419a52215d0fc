#include "widgetstream/state/read_only_store.hpp"

#include "widgetstream/core/error.hpp"

namespace widgetstream {

void ReadOnlyStore::refuse() const {
  throw Error{ErrorKind::fatal, "store '" + name_ + "' can only be read here"};
}

void ReadOnlyStore::tellDamage(const Error& error) const {
  throw Error{ErrorKind::fatal, "store '" + name_ + "' cannot be read here: " + error.what()};
}

void ReadOnlyStore::open(StoreContext&) { refuse(); }
std::optional<std::int64_t> ReadOnlyStore::changelogOffset() const { refuse(); }
void ReadOnlyStore::restore(std::span<const ChangelogRecord>, std::int64_t) { refuse(); }
void ReadOnlyStore::flushCache() { refuse(); }
void ReadOnlyStore::commit(std::optional<std::int64_t>) { refuse(); }
void ReadOnlyStore::discard() { refuse(); }

}  // namespace widgetstream
