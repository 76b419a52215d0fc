#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "state/entry.hpp"
#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::detail {

/// Entries of a table in the order of one of their keys, for walks. Additions cost an append; they are sorted in when
/// someone asks.
///
/// The rows of joins and sessions are asked for by one key. From the first time that someone does, they are held in
/// groups besides, of those that are equal but for a few last bytes, which are found by their hash: no order of all
/// rows is needed then.
///
/// State  borrows the entries, which remember their place here.
class SortedEntries {
 public:
  /// By which key: an entry may be in one of each at the same time.
  enum class By { key, index_key };

  /// Those of a group share all but the last `tail` bytes; 0: there are no groups.
  explicit SortedEntries(By by, std::size_t tail = 0) noexcept : by_(by), tail_(tail), sorted_(ByKey{by}) {}

  void add(Entry& entry);
  void erase(Entry& entry) noexcept;
  /// Forgets all entries, which must still exist.
  void clear() noexcept;

  /// The entries within the bounds, in their direction, behind those in `into`.
  void within(const ScanBounds& bounds, std::vector<const Entry*>& into);

  /// Entries in order. Two groups whose beginnings have one hash are one.
  class Group {
   public:
    using Entries = boost::container::small_vector<Entry*, 2>;
    [[nodiscard]] Entries::const_iterator begin() const noexcept { return entries_.begin() + gone_; }
    [[nodiscard]] Entries::const_iterator end() const noexcept { return entries_.end(); }
    [[nodiscard]] bool empty() const noexcept { return begin() == end(); }

    void insert(Entries::const_iterator before, Entry& entry) { entries_.insert(before, &entry); }
    /// Out of order, until sort().
    void append(Entry& entry) { entries_.push_back(&entry); }
    template <class Before>
    void sort(const Before& before) {
      std::sort(entries_.begin(), entries_.end(), before);
    }
    /// The oldest row goes first, as a rule: no others move then.
    void erase(Entries::const_iterator at);

   private:
    Entries entries_;
    Entries::difference_type gone_ = 0;  // so many in front are erased
  };
  [[nodiscard]] bool grouped() const noexcept { return tail_ != 0; }
  /// The group of the keys with this beginning; null: it has no entries.
  [[nodiscard]] const Group* group(BytesView beginning);
  /// As within(), of entries of the group.
  void within(const Group& group, const ScanBounds& bounds, std::vector<const Entry*>& into) const;

 private:
  struct ByKey {
    using is_transparent = void;
    By by;
    [[nodiscard]] BytesView of(const Entry& entry) const noexcept {
      return by == By::key ? entry.key : entry.indexKey();
    }
    bool operator()(const Entry* left, const Entry* right) const noexcept { return of(*left) < of(*right); }
    bool operator()(const Entry* left, BytesView right) const noexcept { return of(*left) < right; }
    bool operator()(BytesView left, const Entry* right) const noexcept { return left < of(*right); }
  };

  [[nodiscard]] Entry::Place& place(Entry& entry) const noexcept {
    return entry.unsorted_at[static_cast<std::size_t>(by_)];
  }
  void sortIn();
  [[nodiscard]] static std::uint64_t hash(BytesView beginning) noexcept;
  [[nodiscard]] std::uint64_t hashOf(const Entry& entry) const noexcept;
  void makeGroups();
  void addToGroup(Entry& entry);
  void eraseFromGroup(Entry& entry) noexcept;
  template <class Sorted, class FirstNotBefore, class FirstBehind>
  static void append(const Sorted& sorted, const ScanBounds& bounds, const FirstNotBefore& first_not_before,
                     const FirstBehind& first_behind, std::vector<const Entry*>& into);

  By by_;
  std::size_t tail_;
  bool has_groups_ = false;
  boost::unordered_flat_map<std::uint64_t, Group> groups_;  // of all entries, if it has them
  std::set<Entry*, ByKey> sorted_;
  std::vector<Entry*> unsorted_;
};

}  // namespace widgetstream::detail
