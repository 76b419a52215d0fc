#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace widgetstream::detail {

/// Iterates strings in the order of a java.util.HashSet: describe() of Java prints in that order (contract 2.4).
class JavaHashSet {
 public:
  JavaHashSet() : JavaHashSet(16) {}
  /// As `new HashSet<>(collection)` sizes itself.
  static JavaHashSet copyOf(const std::vector<std::string>& values);
  /// As `new HashSet<>(capacity)`.
  static JavaHashSet withCapacity(std::size_t capacity);

  void add(const std::string& value);
  [[nodiscard]] std::vector<std::string> inOrder() const;

 private:
  explicit JavaHashSet(std::size_t capacity) : buckets_(capacity) {}
  [[nodiscard]] std::vector<std::string>& bucketOf(std::string_view value);
  void grow();

  std::vector<std::vector<std::string>> buckets_;
  std::size_t size_ = 0;
};

/// A java.util.TreeSet whose comparator may change its mind between insertions: the order of what is in it then depends
/// on how a red-black tree was built, so it is built the same way.
template <class T, class Compare>
class JavaTreeSet {
 public:
  explicit JavaTreeSet(Compare compare = {}) : compare_(std::move(compare)) {}

  void add(T value) {
    if (root_ == none) {
      root_ = make(std::move(value), none);
      return;
    }
    int at = root_;
    int parent = none;
    int order = 0;
    while (at != none) {
      parent = at;
      order = compare_(value, cells_[at].value);
      if (order == 0) return;
      at = order < 0 ? cells_[at].left : cells_[at].right;
    }
    const int added = make(std::move(value), parent);
    (order < 0 ? cells_[parent].left : cells_[parent].right) = added;
    balance(added);
  }

  [[nodiscard]] std::vector<T> inOrder() const {
    std::vector<T> all;
    walk(root_, all);
    return all;
  }

 private:
  static constexpr int none = -1;
  struct Cell {
    T value;
    int parent;
    int left = none;
    int right = none;
    bool red = false;
  };

  int make(T value, int parent) {
    cells_.push_back({std::move(value), parent});
    return static_cast<int>(cells_.size()) - 1;
  }
  void walk(int at, std::vector<T>& all) const {
    if (at == none) return;
    walk(cells_[at].left, all);
    all.push_back(cells_[at].value);
    walk(cells_[at].right, all);
  }

  int parent(int at) const { return at == none ? none : cells_[at].parent; }
  int left(int at) const { return at == none ? none : cells_[at].left; }
  int right(int at) const { return at == none ? none : cells_[at].right; }
  bool red(int at) const { return at != none && cells_[at].red; }
  void paint(int at, bool red) {
    if (at != none) cells_[at].red = red;
  }

  void replaceChild(int of, int old_child, int new_child) {
    if (of == none) {
      root_ = new_child;
    } else if (cells_[of].left == old_child) {
      cells_[of].left = new_child;
    } else {
      cells_[of].right = new_child;
    }
  }
  void rotateLeft(int at) {
    if (at == none) return;
    const int up = cells_[at].right;
    cells_[at].right = cells_[up].left;
    if (cells_[up].left != none) cells_[cells_[up].left].parent = at;
    cells_[up].parent = cells_[at].parent;
    replaceChild(cells_[at].parent, at, up);
    cells_[up].left = at;
    cells_[at].parent = up;
  }
  void rotateRight(int at) {
    if (at == none) return;
    const int up = cells_[at].left;
    cells_[at].left = cells_[up].right;
    if (cells_[up].right != none) cells_[cells_[up].right].parent = at;
    cells_[up].parent = cells_[at].parent;
    replaceChild(cells_[at].parent, at, up);
    cells_[up].right = at;
    cells_[at].parent = up;
  }

  void balance(int at) {
    paint(at, true);
    while (at != none && at != root_ && red(parent(at))) {
      const int grandparent = parent(parent(at));
      const bool on_left = parent(at) == left(grandparent);
      const int uncle = on_left ? right(grandparent) : left(grandparent);
      if (red(uncle)) {
        paint(parent(at), false);
        paint(uncle, false);
        paint(grandparent, true);
        at = grandparent;
        continue;
      }
      if (on_left) {
        if (at == right(parent(at))) {
          at = parent(at);
          rotateLeft(at);
        }
        paint(parent(at), false);
        paint(parent(parent(at)), true);
        rotateRight(parent(parent(at)));
      } else {
        if (at == left(parent(at))) {
          at = parent(at);
          rotateRight(at);
        }
        paint(parent(at), false);
        paint(parent(parent(at)), true);
        rotateLeft(parent(parent(at)));
      }
    }
    paint(root_, false);
  }

  Compare compare_;
  std::vector<Cell> cells_;
  int root_ = none;
};

}  // namespace widgetstream::detail
