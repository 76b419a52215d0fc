#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "widgetstream/state/window_store_builders.hpp"

namespace widgetstream {

/// Key, start and value of a row; the start in milliseconds.
using WindowRow = std::tuple<std::string, std::int64_t, std::string>;
using WindowRows = std::vector<WindowRow>;

enum class WindowEngine { rocksdb, rocksdb_by_time, rocksdb_indexed, memory };

struct WindowStoreCase {
  WindowEngine engine = WindowEngine::rocksdb;
  bool caching = false;
};

[[nodiscard]] inline std::string nameOf(const WindowStoreCase& of) {
  static const char* const names[] = {"rocksdb", "rocksdb_by_time", "rocksdb_indexed", "memory"};
  return std::string{names[static_cast<int>(of.engine)]} + (of.caching ? "_cached" : "_direct");
}

[[nodiscard]] inline std::vector<WindowStoreCase> allWindowStoreCases() {
  std::vector<WindowStoreCase> cases;
  for (const auto engine :
       {WindowEngine::rocksdb, WindowEngine::rocksdb_by_time, WindowEngine::rocksdb_indexed, WindowEngine::memory}) {
    for (const bool caching : {false, true}) cases.push_back({engine, caching});
  }
  return cases;
}

[[nodiscard]] inline WindowStoreSupplier windowSupplier(WindowEngine engine, Milliseconds retention,
                                                        Milliseconds window_size, bool duplicates = false) {
  switch (engine) {
    case WindowEngine::rocksdb:
      return persistentWindowStore("windows", retention, window_size, duplicates);
    case WindowEngine::rocksdb_by_time:
      return persistentTimeOrderedWindowStore("windows", retention, window_size, duplicates);
    case WindowEngine::rocksdb_indexed:
      return persistentTimeOrderedWindowStore("windows", retention, window_size, duplicates, true);
    case WindowEngine::memory:
      break;
  }
  return inMemoryWindowStore("windows", retention, window_size, duplicates);
}

/// Reads of a window store of text as lists.
class WindowReads {
 public:
  using Reads = ReadOnlyWindowStore<std::string, std::string>;
  using Bound = std::optional<std::string>;

  explicit WindowReads(const Reads& reads) : reads_(reads) {}

  [[nodiscard]] std::optional<std::string> fetch(const std::string& key, std::int64_t start) const {
    return reads_.fetch(key, fromMillis(start));
  }
  [[nodiscard]] WindowRows fetch(const std::string& key, std::int64_t from, std::int64_t to,
                                 bool backward = false) const {
    WindowRows rows;
    const Reads::KeyVisitor visit = [&](Timestamp start, const std::string& value) {
      rows.emplace_back(key, toMillis(start), value);
      return true;
    };
    if (backward) {
      reads_.backwardFetch(key, fromMillis(from), fromMillis(to), visit);
    } else {
      reads_.fetch(key, fromMillis(from), fromMillis(to), visit);
    }
    return rows;
  }
  [[nodiscard]] WindowRows range(const Bound& first, const Bound& last, std::int64_t from, std::int64_t to,
                                 bool backward = false) const {
    WindowRows rows;
    const Nullable<std::string> low{first ? &*first : nullptr};
    const Nullable<std::string> high{last ? &*last : nullptr};
    if (backward) {
      reads_.backwardFetch(low, high, fromMillis(from), fromMillis(to), into(rows));
    } else {
      reads_.fetch(low, high, fromMillis(from), fromMillis(to), into(rows));
    }
    return rows;
  }
  [[nodiscard]] WindowRows all(bool backward = false) const {
    WindowRows rows;
    if (backward) {
      reads_.backwardAll(into(rows));
    } else {
      reads_.all(into(rows));
    }
    return rows;
  }

 private:
  static Reads::Visitor into(WindowRows& rows) {
    return [&rows](const Windowed<std::string>& key, const std::string& value) {
      rows.emplace_back(key.key, toMillis(key.window.start), value);
      return true;
    };
  }

  const Reads& reads_;
};

}  // namespace widgetstream
