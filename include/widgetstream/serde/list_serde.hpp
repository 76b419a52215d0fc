#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/serde/serde.hpp"

namespace widgetstream {

namespace detail {

template <class Item>
struct ListItem {
  using Value = Item;
  static constexpr bool may_be_null = false;
};
template <class T>
struct ListItem<std::optional<T>> {
  using Value = T;
  static constexpr bool may_be_null = true;
};

/// Writes the beginning of a list and what stands around its items. See ListSerde for the form.
class ListWriter {
 public:
  /// `item_size` 0 is the form whose items have lengths; `nulls` are the positions of null, ascending.
  ListWriter(std::size_t size, std::size_t item_size, const std::vector<std::size_t>& nulls, Bytes& out);

  void null();
  /// Between these two the item's bytes are appended to the same bytes.
  void beginItem();
  void endItem();

 private:
  Bytes& out_;
  std::size_t item_size_;
  std::size_t begin_ = 0;
};

/// Walks the items of a list. Everything throws Error{bad_record} where the bytes are none.
class ListReader {
 public:
  ListReader(BytesView bytes, std::size_t item_size);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// To be called size() times.
  [[nodiscard]] NullableBytesView next();
  /// Nothing may follow the last item.
  void finish() const;

 private:
  [[nodiscard]] std::size_t readCount(const char* what);
  void readNulls();

  BytesView rest_;
  std::size_t item_size_ = 0;  ///< 0: each item has its length before it
  std::size_t size_ = 0;
  std::size_t position_ = 0;
  std::vector<std::size_t> nulls_;  ///< ascending, each once
  std::size_t next_null_ = 0;
};

[[noreturn]] void failListItem(std::size_t position, const Error& error);
[[noreturn]] void failNullListItem(std::size_t position);

}  // namespace detail

/// A list as Java's ListSerde writes it. `Item` is T, or std::optional<T> for lists in which null may stand.
///
/// Source  org.apache.kafka.common.serialization.ListSerializer, 4.3.0; all integers are i32, big-endian.
///
///     items of fixed size (Short, Integer, Long, Float, Double, UUID):
///       00 | how many nulls | the position of each null | size | the items that are not null
///     any other:
///       01 | size | for each item: its length and its bytes, or -1 for null
///
/// Errors  Error{bad_record} for bytes that are no such list, that name or lead to more items than they hold, or go on
///         behind them; for a null where Item is not optional. An error of an item names its position.
template <class Item>
class ListSerde {
 public:
  /// What an item is where it is not null.
  using Value = typename detail::ListItem<Item>::Value;

  explicit ListSerde(Serde<Value> items) : items_(std::move(items)), item_size_(items_.listItemSize()) {}

  void encode(const std::vector<Item>& list, const SerdeContext& at, Bytes& out) const {
    detail::ListWriter writer{list.size(), item_size_, nullsOf(list), out};
    for (const Item& item : list) {
      if constexpr (may_be_null) {
        if (!item) {
          writer.null();
          continue;
        }
      }
      writer.beginItem();
      if constexpr (may_be_null) {
        items_.encode(*item, at, out);
      } else {
        items_.encode(item, at, out);
      }
      writer.endItem();
    }
  }

  [[nodiscard]] std::vector<Item> decode(BytesView bytes, const SerdeContext& at) const {
    detail::ListReader reader{bytes, item_size_};
    std::vector<Item> list;
    list.reserve(reader.size());
    for (std::size_t i = 0; i < reader.size(); ++i) {
      if (const NullableBytesView item = reader.next()) {
        list.push_back(decodeItem(i, *item, at));
      } else if constexpr (may_be_null) {
        list.emplace_back();
      } else {
        detail::failNullListItem(i);
      }
    }
    reader.finish();
    return list;
  }

 private:
  static constexpr bool may_be_null = detail::ListItem<Item>::may_be_null;

  [[nodiscard]] std::vector<std::size_t> nullsOf(const std::vector<Item>& list) const {
    std::vector<std::size_t> nulls;
    if constexpr (may_be_null) {
      for (std::size_t i = 0; item_size_ != 0 && i < list.size(); ++i) {
        if (!list[i]) nulls.push_back(i);
      }
    }
    return nulls;
  }

  [[nodiscard]] Value decodeItem(std::size_t position, BytesView bytes, const SerdeContext& at) const {
    std::optional<Value> item;
    try {
      items_.decode(bytes, at, item);
    } catch (const Error& error) {
      detail::failListItem(position, error);
    }
    return std::move(*item);
  }

  Serde<Value> items_;
  std::size_t item_size_;
};

}  // namespace widgetstream
