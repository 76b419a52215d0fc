// describe(): the text of Java Kafka Streams, for 72 topologies that Java itself printed.
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <sstream>

#include "widgetstream/topology/topology.hpp"

namespace widgetstream {
namespace {

std::string contentsOf(const std::string& file) {
  std::ifstream in{std::string{WIDGETSTREAM_TEST_DIR} + "/topology/data/" + file};
  EXPECT_TRUE(in) << "cannot read " << file;
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(separator, from)) != std::string::npos; from = at + separator.size()) {
    parts.push_back(text.substr(from, at - from));
  }
  parts.push_back(text.substr(from));
  return parts;
}

std::vector<std::string> list(const std::string& text) {
  return text.empty() ? std::vector<std::string>{} : split(text, "|");
}

/// Name of the topology to the text after it, for a file of blocks that begin with `marker`.
std::map<std::string, std::string> blocks(const std::string& text, const std::string& marker) {
  std::map<std::string, std::string> found;
  for (const std::string& block : split(text, marker)) {
    const std::size_t end_of_name = block.find('\n');
    if (end_of_name != std::string::npos) found.emplace(block.substr(0, end_of_name), block.substr(end_of_name + 1));
  }
  return found;
}

/// The rows do not say which stores are global: the topics of those are g, g2 and gt.
bool isGlobal(const std::string& topics) {
  return topics == "g" || topics == "g2" || topics == "gt";
}

Topology build(const std::string& rows) {
  Topology topology;
  std::optional<GraphNode> global_source;
  for (const std::string& row : split(rows, "\n")) {
    if (row.empty()) continue;
    const std::vector<std::string> field = split(row, "\t");
    GraphNode node;
    node.name = field[2];
    node.parents = list(field[3]);
    if (field[1] == "SourceNodeFactory") {
      node.kind = GraphNode::Kind::source;
      node.topics = list(field[5]);
      if (field[6] != "null") node.topic_pattern.emplace(field[6]);
      if (isGlobal(field[5])) {
        global_source = std::move(node);
        continue;
      }
    } else if (field[1] == "SinkNodeFactory") {
      node.kind = GraphNode::Kind::sink;
      const std::string prefix = "StaticTopicNameExtractor(";
      if (field[7].rfind(prefix, 0) == 0) {
        node.topic = field[7].substr(prefix.size(), field[7].size() - prefix.size() - 1);
      } else {
        node.topic_extractor = [](const AnyRecord&, const RecordContext&) { return std::string{}; };
      }
    }
    const std::string name = node.name;
    if (global_source && node.parents == std::vector{global_source->name}) {
      GlobalStore store;
      store.builder.name = field[4];
      topology.addGlobalStore(std::move(store), std::move(*global_source), std::move(node));
      global_source.reset();
      continue;
    }
    topology.add(std::move(node));
    for (const std::string& store : list(field[4])) {
      if (!topology.graph().stores.contains(store)) {
        StoreBuilder builder;
        builder.name = store;
        topology.addStateStore(builder);
      }
      topology.connectProcessorAndStateStores(name, {store});
    }
  }
  return topology;
}

TEST(Describe, EqualsTheTextOfJavaForEveryTopologyOfTheContract) {
  const auto expected = blocks(contentsOf("describe-golden.txt"), "### ");
  int compared = 0;
  for (const auto& [name, rows] : blocks(contentsOf("describe-input.tsv"), "@@ ")) {
    const Topology topology = build(rows);
    ASSERT_TRUE(expected.contains(name)) << name;
    std::string text = expected.at(name).substr(0, expected.at(name).find("---\n"));
    if (const std::size_t at = text.find("(extractor class: "); at != std::string::npos) {
      text.replace(at, text.find(')', at) - at, "(extractor class: *");
    }
    EXPECT_EQ(topology.describe(), text) << name;
    ++compared;
  }
  EXPECT_EQ(compared, 72);
}

TEST(Describe, ShowsSubTopologiesInTheOrderOfTheirFirstNode) {
  Topology topology;
  topology.addSource<std::string, std::string>("second-letter", {"b"})
      .addSource<std::string, std::string>("first-letter", {"a"})
      .addSink<std::string, std::string>("out", "o", {"first-letter"});
  EXPECT_EQ(topology.describe(),
            "Topologies:\n   Sub-topology: 0\n    Source: second-letter (topics: [b])\n      --> none\n\n"
            "  Sub-topology: 1\n    Source: first-letter (topics: [a])\n      --> out\n"
            "    Sink: out (topic: o)\n      <-- first-letter\n\n");
}

}  // namespace
}  // namespace widgetstream
