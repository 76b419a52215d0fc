// Topologies of the corpus without state.

#include <vector>

#include "tests/golden/java_text.hpp"
#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

void drawNullKeysAndValues(StreamsBuilder& b) {
  b.stream<Text, Text>("in")
      .mapValues([](Nullable<Text> k, Nullable<Text> v) -> std::optional<Text> {
        if (v) return *v + "?";
        if (k) return *k + "!";
        return std::nullopt;
      })
      .filter([](Nullable<Text>, Nullable<Text>) { return true; })
      .to("out");
}

void drawSplitWithDefault(StreamsBuilder& b) {
  auto branches = b.stream<Text, Text>("in")
                      .split(Named::as("by-"))
                      .branch([](const Text& v) { return v.starts_with("a"); }, Branched::as("a"))
                      .branch([](const Text& v) { return v.ends_with("z"); })
                      .branch([](const Text& v) { return v.size() > 3; },
                              Branched::withFunction(
                                  [](const KStream<Text, Text>& s) {
                                    return s.mapValues([](const Text& v) { return std::to_string(v.size()) + v; });
                                  },
                                  "long"))
                      .defaultBranch(Branched::as("rest"));
  branches.at("by-a").to("out-a");
  branches.at("by-2").to("out-z");
  branches.at("by-long").to("out-long");
  branches.at("by-rest").to("out-rest");
}

void drawFlatMapFanOut(StreamsBuilder& b) {
  b.stream<Text, Text>("in")
      .flatMap([](const Text& k, const Text& v) {
        std::vector<std::pair<Text, Count>> out;
        for (const Text& word : split(v, ' ')) {
          if (!word.empty()) out.emplace_back(k + "-" + word, word.size());
        }
        return out;
      })
      .to("out");
}

void drawPeekAndForeach(StreamsBuilder& b) {
  const auto look = [](const Text&, const Text&) {};
  const auto in = b.stream<Text, Text>("in");
  in.peek(look, Named::as("look")).to("out");
  in.foreach (look, Named::as("end"));
  in.peek(look).foreach (look);
}

void drawRepartitionNamed(StreamsBuilder& b) {
  b.stream<Text, Text>("in")
      .selectKey([](const Text& v) { return static_cast<Count>(v.size()); })
      .repartition(Repartitioned::as("by-length")
                       .withKeySerde(LongSerde{})
                       .withValueSerde(StringSerde{})
                       .withNumberOfPartitions(3))
      .mapValues([](const Count& k, const Text& v) { return std::to_string(k) + v; })
      .to("out");
}

void drawMergeWithItself(StreamsBuilder& b) {
  const auto in = b.stream<Text, Text>("in");
  in.merge(in).merge(in.filter([](const Text& v) { return v == "x"; })).to("out");
}

void drawUserTopicInTheMiddle(StreamsBuilder& b) {
  b.stream<Text, Text>("in").map([](const Text& k, const Text& v) { return std::pair{v, k}; }).to("middle");
  b.stream<Text, Text>("middle").mapValues([](const Text& k, const Text& v) { return k + v; }).to("out");
}

void drawErrorBadName(StreamsBuilder& b) {
  b.stream<Text, Text>("in").filter([](const Text&) { return true; }, Named::as("not ok!")).to("o1");
}

void drawErrorTwoNodesOneName(StreamsBuilder& b) {
  const auto in = b.stream<Text, Text>("in");
  in.filter([](const Text&) { return true; }, Named::as("same")).to("o1");
  in.mapValues([](const Text& v) { return v; }, Named::as("same")).to("o2");
}

}  // namespace

void addStateless(Topologies& to) {
  to["null_keys_and_values"] = drawn(drawNullKeysAndValues);
  to["split_with_default"] = drawn(drawSplitWithDefault);
  to["flat_map_fan_out"] = drawn(drawFlatMapFanOut);
  to["peek_and_foreach"] = drawn(drawPeekAndForeach);
  to["repartition_named"] = drawn(drawRepartitionNamed);
  to["merge_with_itself"] = drawn(drawMergeWithItself);
  to["user_topic_in_the_middle"] = drawn(drawUserTopicInTheMiddle);
  to["error_bad_name"] = drawn(drawErrorBadName);
  to["error_two_nodes_one_name"] = drawn(drawErrorTwoNodesOneName);
  to["bad_bytes_are_skipped"] = drawn(
      [](StreamsBuilder& b) { b.stream<Text, Count>("in").mapValues([](const Count& v) { return v + 1; }).to("out"); });
  to["bad_bytes_stop_the_task"] = drawn([](StreamsBuilder& b) { b.stream<Text, Count>("in").to("out"); });
  to["filter_and_filter_not"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in")
        .filter([](const Text& v) { return v.size() > 2; })
        .filterNot([](const Text& k, const Text&) { return k.starts_with("x"); }, Named::as("no-x"))
        .to("out");
  });
  to["map_values_chain"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in", Consumed::as("source"))
        .mapValues(upperCase, Named::as("upper"))
        .mapValues([](const Text& k, const Text& v) { return static_cast<Count>(k.size() * 100 + v.size()); })
        .to("out", Produced::as("sink"));
  });
  to["select_key"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in")
        .selectKey([](const Text& v) { return v.substr(0, 1); }, Named::as("first-letter"))
        .mapValues([](const Text& k, const Text& v) { return k + ":" + v; })
        .to("out");
  });
  to["stream_of_several_topics"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>(std::vector<std::string>{"t1", "t2", "t3"})
        .mapValues([](const Text& k, const Text& v) { return k + v; })
        .to("out");
  });
  to["to_dynamic_topic"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in").to([](const Text& v, const RecordContext& at) {
      return "out-" + v + "-" + Text{at.topic()} + std::to_string(at.offset());
    });
  });
}

}  // namespace widgetstream::golden
