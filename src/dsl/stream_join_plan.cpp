#include "widgetstream/dsl/stream_join_plan.hpp"

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

struct Suffixes {
  std::string_view this_join;
  std::string_view other_join;
  std::string_view shared;
};

Suffixes suffixesOf(JoinKind kind) {
  switch (kind) {
    case JoinKind::left:
      return {"-this-join", "-outer-other-join", "-left-shared-join"};
    case JoinKind::outer:
      return {"-outer-this-join", "-outer-other-join", "-outer-shared-join"};
    case JoinKind::inner:
      break;
  }
  return {"-this-join", "-other-join", ""};
}

std::string joined(const std::string& name, std::string_view suffix) {
  std::string made = name + std::string{suffix};
  checkName(made, "name");
  return made;
}

}  // namespace

StreamJoinPlan::StreamJoinPlan(StreamsGraph& graph, JoinKind kind, const JoinWindows& windows, const std::string& name,
                               JoinStoreOptions options)
    : windows_(windows),
      options_(std::move(options)),
      suppliers_(options_.suppliers ? *options_.suppliers : graph.config().dsl_store_suppliers) {
  const Suffixes suffixes = suffixesOf(kind);
  // Numbers are used up whether the user gave a name or not.
  const auto named = [&](std::string_view suffix, std::string_view prefix) {
    std::string generated = graph.newProcessorName(prefix);
    return name.empty() ? generated : joined(name, suffix);
  };
  this_windowed = named("-this-windowed", prefix::windowed);
  other_windowed = named("-other-windowed", prefix::windowed);
  const std::string this_generated =
      graph.newProcessorName(kind == JoinKind::outer ? prefix::outer_this : prefix::join_this);
  const std::string other_generated =
      graph.newProcessorName(kind == JoinKind::inner ? prefix::join_other : prefix::outer_other);
  this_join = name.empty() ? this_generated : joined(name, suffixes.this_join);
  other_join = name.empty() ? other_generated : joined(name, suffixes.other_join);
  merge = named("-merge", prefix::merge);
  nameStores(graph, kind, this_generated, other_generated);
}

void StreamJoinPlan::nameStores(StreamsGraph& graph, JoinKind kind, const std::string& this_generated,
                                const std::string& other_generated) {
  const Suffixes suffixes = suffixesOf(kind);
  const std::string& base = options_.store_name;
  const auto store = [&](const std::optional<WindowStoreSupplier>& given, const std::string& generated,
                         std::string_view suffix) {
    if (given) return checked(*given);
    const std::string name = (base.empty() ? generated : base + std::string{suffix}) + "-store";
    return suppliers_.window_store(
        {.name = name, .retention = windows_.retention(), .window_size = windows_.size(), .retain_duplicates = true});
  };
  this_store_ = store(options_.this_store, this_generated, suffixes.this_join);
  other_store_ = store(options_.other_store, other_generated, suffixes.other_join);
  if (this_store_.name == other_store_.name) {
    throw Error{ErrorKind::invalid_topology, "both stores of join '" + merge + "' are named '" + this_store_.name +
                                                 "'; give each store a name of its own"};
  }
  if (kind != JoinKind::inner && windows_.waitsForPartners()) {
    if (options_.this_store) {
      shared_store = options_.this_store->name + std::string{suffixes.shared};
    } else if (!base.empty()) {
      shared_store = base + std::string{suffixes.shared};
    } else {
      constexpr std::size_t digits = 10;
      shared_store = std::string{prefix::outer_shared} + this_generated.substr(this_generated.size() - digits);
    }
    shared_store += "-store";
    checkName(shared_store, "store");
  }
  if (!base.empty()) return;
  graph.noteGeneratedStore(this_store_.name, options_.logging);
  graph.noteGeneratedStore(other_store_.name, options_.logging);
  if (!shared_store.empty()) graph.noteGeneratedStore(shared_store, options_.logging);
}

WindowStoreSupplier StreamJoinPlan::checked(const WindowStoreSupplier& given) const {
  const auto refuse = [&](const std::string& why) {
    throw Error{ErrorKind::invalid_topology,
                "store '" + given.name + "' does not fit the join '" + merge + "': " + why};
  };
  checkName(given.name, "store");
  if (!given.retain_duplicates) refuse("it must retain duplicates");
  if (given.retention != windows_.retention() || given.window_size != windows_.size()) {
    refuse("its windows of " + std::to_string(given.window_size.count()) + " ms kept for " +
           std::to_string(given.retention.count()) + " ms must be the JoinWindows' of " +
           std::to_string(windows_.size().count()) + " ms kept for " + std::to_string(windows_.retention().count()) +
           " ms, size plus grace");
  }
  return given;
}

StoreBuilder StreamJoinPlan::finished(StoreBuilder builder, bool given) const {
  builder.caching = false;
  if (given) {
    // As in Java, where what StreamJoined says of the changelog does not reach the user's own stores.
    builder.changelog.kind = ChangelogRetention::Kind::windowed;
    return builder;
  }
  builder.logging = options_.logging;
  builder.log_config = options_.log_config;
  builder.log_config["cleanup.policy"] = "delete";  // compaction has nothing to do where each key comes once
  builder.changelog.kind = ChangelogRetention::Kind::expiring;
  return builder;
}

KeyValueStoreSupplier StreamJoinPlan::sharedSupplier() const {
  // As in Java: suppliers that were asked for, else the kind of the user's own store.
  if (options_.suppliers || !options_.this_store) return suppliers_.key_value_store(shared_store);
  return this_store_.persistent ? persistentKeyValueStore(shared_store) : inMemoryKeyValueStore(shared_store);
}

void requireHistory(const StreamsGraph& graph, const std::vector<std::string>& stores, Milliseconds grace,
                    const std::string& join) {
  for (const std::string& name : stores) {
    const StoreBuilder* store = graph.findStore(name);
    const bool versioned = store && store->changelog.kind == ChangelogRetention::Kind::versioned;
    if (!versioned) {
      throw Error{
          ErrorKind::invalid_topology,
          "join '" + join + "' has a grace period, but store '" + name +
              "' of its table keeps no versions: materialize the table with persistentVersionedKeyValueStore()"};
    }
    if (grace > store->changelog.retention) {
      throw Error{ErrorKind::invalid_topology,
                  "join '" + join + "' has a grace period of " + std::to_string(grace.count()) + " ms, but store '" +
                      name + "' keeps versions for " + std::to_string(store->changelog.retention.count()) +
                      " ms only: keep them at least as long"};
    }
  }
}

void requireSameGraph(const StreamsGraph* left, const StreamsGraph* right, const char* operation) {
  if (left == right) return;
  throw Error{ErrorKind::invalid_topology, std::string{operation} +
                                               " of streams or tables of two StreamsBuilders; make both with the same "
                                               "builder"};
}

}  // namespace widgetstream::detail
