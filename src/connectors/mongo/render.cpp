#include "connectors/mongo/render.hpp"

#include <bson/bson.h>

#include <memory>

namespace widgetstream {
namespace {

constexpr int most_rendered_bytes = 1 << 20;

}  // namespace

std::string renderBson(std::string_view bson) {
  bson_t document;
  if (!bson_init_static(&document, reinterpret_cast<const std::uint8_t*>(bson.data()), bson.size())) return {};
  const std::unique_ptr<bson_json_opts_t, decltype(&bson_json_opts_destroy)> options{
      bson_json_opts_new(BSON_JSON_MODE_RELAXED, most_rendered_bytes), &bson_json_opts_destroy};
  const std::unique_ptr<char, decltype(&bson_free)> json{bson_as_json_with_opts(&document, nullptr, options.get()),
                                                         &bson_free};
  return json ? json.get() : "";
}

}  // namespace widgetstream
