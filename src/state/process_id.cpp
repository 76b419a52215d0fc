#include "state/process_id.hpp"

#include <array>
#include <cctype>
#include <random>
#include <string_view>

#include "state/small_file.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/serde/json.hpp"

namespace widgetstream::detail {
namespace {

constexpr std::string_view file_name = "kafka-streams-process-metadata";
constexpr std::string_view id_field = "processId";

/// A random UUID (version 4).
[[nodiscard]] std::string makeUuid() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;
  std::string uuid;
  for (const char form : std::string_view{"xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx"}) {
    const unsigned nibble = random() & 0xF;
    if (form == 'x') {
      uuid += digits[nibble];
    } else if (form == 'y') {
      uuid += digits[(nibble & 0x3) | 0x8];
    } else {
      uuid += form;
    }
  }
  return uuid;
}

[[nodiscard]] bool isUuid(std::string_view text) {
  constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool fits = form[i] == '-' ? text[i] == '-' : std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
    if (!fits) return false;
  }
  return true;
}

[[nodiscard]] JsonObject readMetadata(const std::filesystem::path& file, const Logger& log) {
  const auto text = readSmallFile(file);
  if (!text) return {};
  try {
    return fromJson<JsonObject>(*text);
  } catch (const Error& error) {
    // Losing the id costs one reassignment, refusing to start costs more.
    log.warning("the process metadata cannot be read and are made anew",
                {{"file", file.string()}, {"error", error.what()}});
    return {};
  }
}

}  // namespace

std::string loadOrMakeProcessId(const std::filesystem::path& application_directory, const Logger& log) {
  const auto file = application_directory / file_name;
  JsonObject metadata = readMetadata(file, log);
  if (const JsonValue* id = metadata.find(id_field)) {
    if (const std::string* text = id->text(); text && isUuid(*text)) return *text;
  }
  std::string made = makeUuid();
  metadata.set(std::string{id_field}, made);
  writeSmallFile(file, toJson(metadata));
  return made;
}

}  // namespace widgetstream::detail
