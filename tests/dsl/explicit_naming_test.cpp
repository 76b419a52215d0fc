// ensure.explicit.internal.resource.naming: names that would move with the next operator are refused.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Text value(const Text& v) {
  return v;
}

/// What a builder that insists on names refuses.
Text refusedNames(const std::function<void(const Texts&)>& draw) {
  TopologyConfig config;
  config.ensure_explicit_internal_resource_naming = true;
  StreamsBuilder builder{config};
  draw(builder.stream<Text, Text>("in"));
  try {
    static_cast<void>(builder.build());
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_topology);
    return error.what();
  }
  return {};
}

TEST(ExplicitNaming, GeneratedStoresChangelogsAndRepartitionTopicsAreRefusedByName) {
  EXPECT_THAT(refusedNames([](const Texts& in) { in.groupBy(value).count().toStream().to("out"); }),
              AllOf(HasSubstr("stores: KSTREAM-AGGREGATE-STATE-STORE-0000000002;"),
                    HasSubstr("changelog topics: KSTREAM-AGGREGATE-STATE-STORE-0000000002-changelog"),
                    HasSubstr("repartition topics: KSTREAM-AGGREGATE-STATE-STORE-0000000002-repartition"),
                    HasSubstr("Materialized")));
}

TEST(ExplicitNaming, GivenNamesAreAccepted) {
  EXPECT_EQ(refusedNames([](const Texts& in) {
              in.groupBy(value, Grouped::as("by-value")).count(Materialized::as("counts")).toStream().to("out");
              in.repartition(Repartitioned::as("again")).to("again");
            }),
            "");
}

TEST(ExplicitNaming, NodesMayHaveGeneratedNames) {
  EXPECT_EQ(refusedNames([](const Texts& in) { in.mapValues(value).filter([](const Text&) { return true; }).to("out"); }),
            "");
}

TEST(ExplicitNaming, ARepartitionWithoutANameIsRefused) {
  EXPECT_THAT(refusedNames([](const Texts& in) { in.repartition().to("out"); }),
              HasSubstr("KSTREAM-REPARTITION-0000000001-repartition"));
}

TEST(ExplicitNaming, IsOffUnlessAskedFor) {
  EXPECT_NO_THROW(static_cast<void>(
      texts([](const Texts& in) { in.groupBy(value).count().toStream().to("out"); })));
}

}  // namespace
}  // namespace widgetstream::dsl_test
