#include "runtime/global/positions_file.hpp"

#include <sstream>

#include "state/small_file.hpp"

namespace widgetstream {

Positions readPositions(const std::filesystem::path& file) {
  const std::optional<std::string> text = detail::readSmallFile(file);
  if (!text) return {};
  std::istringstream lines{*text};
  int version = -1;
  std::size_t count = 0;
  if (!(lines >> version >> count) || version != 0) return {};
  Positions positions;
  for (std::size_t i = 0; i < count; ++i) {
    TopicPartition at;
    std::int64_t offset = -1;
    if (!(lines >> at.topic >> at.partition >> offset) || offset < 0) return {};
    positions.emplace(std::move(at), offset);
  }
  return positions;
}

void writePositions(const std::filesystem::path& file, const Positions& positions) {
  std::string text = "0\n" + std::to_string(positions.size()) + "\n";
  for (const auto& [at, offset] : positions) {
    text += at.topic + " " + std::to_string(at.partition) + " " + std::to_string(offset) + "\n";
  }
  detail::writeSmallFile(file, text);
}

}  // namespace widgetstream
