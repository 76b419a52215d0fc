// The examples of docs/dsl.md on joins of streams and on suppress; see doc_examples_test.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace {

using namespace widgetstream;
using namespace ::testing;
using Count = std::int64_t;

/// Each test draws one example and runs it.
class DocExamplesOfJoins : public Test {
 protected:
  TopologyTestDriver& driver() {
    if (!driver_) driver_.emplace(builder.build());
    return *driver_;
  }
  template <class V>
  void put(const std::string& topic, const std::string& key, const V& value, std::int64_t seconds) {
    driver().input<std::string, V>(topic).pipe(key, value, fromMillis(seconds * 1000));
  }
  template <class V>
  auto sent(const std::string& topic) {
    return driver().output<std::string, V>(topic).readAll();
  }

  StreamsBuilder builder;
  KStream<std::string, std::string> clicks = builder.stream<std::string, std::string>("clicks");
  KStream<std::string, std::string> views = builder.stream<std::string, std::string>("views");

 private:
  std::optional<TopologyTestDriver> driver_;
};

TEST_F(DocExamplesOfJoins, JoinOfStreams) {
  // doc
  using std::chrono::minutes;
  const auto within = JoinWindows::ofTimeDifferenceAndGrace(minutes{10}, minutes{1});
  views.join(clicks, [](const std::string& view, const std::string& click) { return view + ">" + click; }, within)
      .to("clicked");
  views.leftJoin(
           clicks,
           [](const std::string& view, Nullable<std::string> click) { return view + ">" + click.value_or("nothing"); },
           within.before(minutes{0}), StreamJoined::as("view-clicks").withName("match"))
      .to("views-with-click");
  views.outerJoin(
           clicks,
           [](Nullable<std::string> view, Nullable<std::string> click) {
             return view.value_or("nothing") + ">" + click.value_or("nothing");
           },
           within)
      .to("all");
  // end
  put<std::string>("views", "Fred", "v", 0);
  put<std::string>("clicks", "Fred", "c", 60);
  put<std::string>("views", "Wilma", "w", 120);
  put<std::string>("views", "Pebbles", "later", 2000);
  EXPECT_THAT(sent<std::string>("clicked"), ElementsAre(Pair("Fred", "v>c")));
  EXPECT_THAT(sent<std::string>("views-with-click"), ElementsAre(Pair("Fred", "v>c"), Pair("Wilma", "w>nothing")));
  EXPECT_THAT(sent<std::string>("all"), ElementsAre(Pair("Fred", "v>c"), Pair("Wilma", "w>nothing")));
}

TEST_F(DocExamplesOfJoins, JoinWithATable) {
  // doc
  auto regions = builder.table<std::string, std::string>("regions");
  clicks.join(regions, [](const std::string& click, const std::string& region) { return region + ":" + click; })
      .to("clicks-of-known-users");
  clicks.leftJoin(regions,
                  [](const std::string& user, const std::string& click, Nullable<std::string> region) {
                    return user + " " + region.value_or("somewhere") + ":" + click;
                  },
                  Joined::as("add-region"))
      .to("clicks-with-region");
  // end
  put<std::string>("regions", "Fred", "Bedrock", 0);
  put<std::string>("clicks", "Fred", "c", 1);
  put<std::string>("clicks", "Wilma", "d", 1);
  EXPECT_THAT(sent<std::string>("clicks-of-known-users"), ElementsAre(Pair("Fred", "Bedrock:c")));
  EXPECT_THAT(sent<std::string>("clicks-with-region"),
              ElementsAre(Pair("Fred", "Fred Bedrock:c"), Pair("Wilma", "Wilma somewhere:d")));
}

TEST_F(DocExamplesOfJoins, JoinWithAGlobalTable) {
  // doc
  auto pages = builder.globalTable<std::string, std::string>("pages");
  clicks.join(pages, [](const std::string& click) { return click; },
              [](const std::string& click, const std::string& title) { return click + " " + title; })
      .to("clicks-with-title");
  // end
  put<std::string>("pages", "/home", "Welcome", 0);
  put<std::string>("clicks", "Fred", "/home", 1);
  EXPECT_THAT(sent<std::string>("clicks-with-title"), ElementsAre(Pair("Fred", "/home Welcome")));
}

TEST_F(DocExamplesOfJoins, SuppressUntilTimeLimit) {
  auto prices = builder.table<std::string, std::string>("prices");
  // doc
  using std::chrono::seconds;
  prices.suppress(Suppressed::untilTimeLimit(seconds{10}, BufferConfig::maxRecords(10'000)))
      .toStream()
      .to("calm-prices");
  // end
  put<std::string>("prices", "W1", "1", 0);
  put<std::string>("prices", "W1", "2", 9);
  put<std::string>("prices", "W2", "3", 10);
  EXPECT_THAT(sent<std::string>("calm-prices"), ElementsAre(Pair("W1", "2")));
}

}  // namespace
