#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "widgetstream/core/topic_partition.hpp"
#include "widgetstream/serde/json_object.hpp"

namespace widgetstream {

/// The one description of a struct: JSON, BSON, query answers and ordered keys all walk it.
///
///     template <>
///     struct widgetstream::Describe<Sensor> {
///       static constexpr auto fields = describe(field("sensorId", &Sensor::sensor_id), field("status",
///       &Sensor::status),
///                                               rest(&Sensor::other));
///     };
///
/// `fields` may also be a static constexpr function that returns the same.
///
/// Fields   text (std::string), integers, floats, bool, Timestamp, JsonValue, JsonObject, described structs, and
///          std::optional, std::vector and std::map<std::string, T> of all these.
/// Order    fields are written in the order described, and read in any order.
/// Absence  every field is required but std::optional ones: those read "absent" and "null" as nullopt, and nullopt is
///          written by leaving the field out.
/// Unknown  members are kept where there is a rest(), and ignored where there is none.
template <class T>
struct Describe;

/// One field and its name outside of the program.
template <class Owner, class Member>
struct Field {
  using member_type = Member;
  std::string_view name;
  Member Owner::*member;
};

/// The members that no field names.
template <class Owner>
struct Rest {
  JsonObject Owner::*member;
};

/// `name` must outlive the program: a literal.
template <class Owner, class Member>
[[nodiscard]] constexpr Field<Owner, Member> field(std::string_view name, Member Owner::*member) {
  return {name, member};
}

/// Keeps unknown members in order and writes them after the described ones. At most one, and last.
template <class Owner>
[[nodiscard]] constexpr Rest<Owner> rest(JsonObject Owner::*member) {
  return {member};
}

template <class... Parts>
[[nodiscard]] constexpr std::tuple<Parts...> describe(Parts... parts) {
  return {parts...};
}

/// A struct with a description.
template <class T>
concept Described = requires {
  Describe<T>::fields;
};

namespace detail {

template <class Part>
struct IsRest : std::false_type {};
template <class Owner>
struct IsRest<Rest<Owner>> : std::true_type {};

template <Described T>
[[nodiscard]] constexpr auto description() {
  if constexpr (requires { Describe<T>::fields(); }) {
    return Describe<T>::fields();
  } else {
    return Describe<T>::fields;
  }
}

template <Described T>
using DescriptionOf = decltype(description<T>());

template <Described T>
inline constexpr std::size_t part_count = std::tuple_size_v<DescriptionOf<T>>;

template <Described T>
[[nodiscard]] constexpr bool hasRest() {
  if constexpr (part_count<T> == 0) {
    return false;
  } else {
    return IsRest<std::tuple_element_t<part_count<T> - 1, DescriptionOf<T>>>::value;
  }
}

/// Fields alone: rest(), if any, is the part after the last of them.
template <Described T>
inline constexpr std::size_t field_count = part_count<T> - (hasRest<T>() ? 1 : 0);

template <Described T>
inline constexpr auto field_names = []<std::size_t... I>(std::index_sequence<I...>) {
  static_assert((!IsRest<std::tuple_element_t<I, DescriptionOf<T>>>::value && ...),
                "rest() comes once, as the last part");
  return std::array<std::string_view, sizeof...(I)>{std::get<I>(description<T>()).name...};
}
(std::make_index_sequence<field_count<T>>{});

template <Described T>
[[nodiscard]] constexpr bool fieldNamesDiffer() {
  const auto& names = field_names<T>;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = i + 1; j < names.size(); ++j) {
      if (names[i] == names[j]) return false;
    }
  }
  return true;
}

/// Calls `visit(field)` for each field in order.
template <Described T, class Visit>
constexpr void forEachField(Visit&& visit) {
  static_assert(fieldNamesDiffer<T>(), "two fields of one description bear the same name");
  constexpr auto parts = description<T>();
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit(std::get<I>(parts)), ...);
  }
  (std::make_index_sequence<field_count<T>>{});
}

}  // namespace detail

template <>
struct Describe<TopicPartition> {
  static constexpr auto fields =
      describe(field("topic", &TopicPartition::topic), field("partition", &TopicPartition::partition));
};

template <>
struct Describe<Origin> {
  static constexpr auto fields = describe(field("topic", &Origin::topic), field("partition", &Origin::partition),
                                          field("offset", &Origin::offset));
};

}  // namespace widgetstream
