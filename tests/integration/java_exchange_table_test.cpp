// Joins of tables: Java Kafka Streams and this library take over from each other.

#include <string>
#include <vector>

#include "tests/integration/java_exchange_suite.hpp"

namespace widgetstream {
namespace {

std::string numbered(const char* name, int number) {
  return name + std::to_string(number);
}

/// Rows of both sides under the same keys; some go, some come again, some are older than what they replace.
struct TableTableJoin {
  static ExchangeCase definition() {
    return {.topology = "table-table-join", .inputs = {{"left", 2}, {"right", 2}}, .settings = {}};
  }

  static std::vector<ExchangePart> parts(std::int64_t epoch) {
    std::vector<ExchangePart> parts;
    for (int part = 0; part < 3; ++part) {
      ExchangeInput left{"left", {}};
      ExchangeInput right{"right", {}};
      for (int i = 0; i < 30; ++i) {
        // No two records have one time, so both languages take those of the two topics in the same order. A late one
        // is not the first of its part.
        const std::int64_t time = epoch + part * 10'000 + i * 100;
        const std::int64_t late = i % 7 == 6 ? 450 : 0;
        KafkaTestRecord of_left{.key = numbered("k", (i * 3 + part) % 13), .headers = {{"side", "left"}}};
        of_left.timestamp_ms = time + 1 - late;
        if (i % 5 != 4) of_left.value = numbered("l", part * 100 + i);
        left.records.push_back(of_left);
        KafkaTestRecord of_right{.key = numbered("k", (i * 5 + 2 * part) % 13), .headers = {}};
        of_right.timestamp_ms = time + 52 - late;
        if (i % 6 != 5) of_right.value = numbered("r", part * 100 + i);
        right.records.push_back(of_right);
      }
      parts.push_back({left, right});
    }
    return parts;
  }
};

class JavaExchangeTableTableJoin : public JavaExchange<TableTableJoin> {};

TEST_F(JavaExchangeTableTableJoin, EveryChangeOfEitherSideIsJoinedForwardsAndBack) {
  expectSameRecords("out");
}

TEST_F(JavaExchangeTableTableJoin, TheTablesAndTheirJoinAreLoggedAlike) {
  expectSameRecords("left-rows-changelog");
  expectSameRecords("right-rows-changelog");
  expectSameRecords("joined-changelog");
}

TEST_F(JavaExchangeTableTableJoin, OffsetsAndPartitionTimesAreCommittedAlike) {
  expectSameCommits();
}

TEST_F(JavaExchangeTableTableJoin, InternalTopicsAreMadeAlike) {
  expectSameInternalTopics();
}

/// Orders "customer:number" and customers; both sides change, orders move to other customers.
struct ForeignKeyJoin {
  static ExchangeCase definition() {
    return {.topology = "foreign-key-join", .inputs = {{"left", 2}, {"right", 3}}, .settings = {}};
  }

  static std::vector<ExchangePart> parts(std::int64_t epoch) {
    std::vector<ExchangePart> parts;
    for (int part = 0; part < 3; ++part) {
      ExchangeInput orders{"left", {}};
      ExchangeInput customers{"right", {}};
      for (int i = 0; i < 30; ++i) {
        const std::int64_t time = epoch + part * 10'000 + i * 100;
        KafkaTestRecord order{.key = numbered("order", (i * 3 + part) % 17), .headers = {{"side", "left"}}};
        order.timestamp_ms = time + 1;
        if (i % 8 != 7) order.value = numbered("c", (i * 7 + part) % 5) + ":" + std::to_string(part * 100 + i);
        orders.records.push_back(order);
        if (i % 3 != 0) continue;
        KafkaTestRecord customer{.key = numbered("c", (i + part) % 6), .headers = {}};
        customer.timestamp_ms = time + 52;
        if (i % 9 != 6) customer.value = numbered("name", part * 100 + i);
        customers.records.push_back(customer);
      }
      parts.push_back({orders, customers});
    }
    return parts;
  }
};

class JavaExchangeForeignKeyJoin : public JavaExchange<ForeignKeyJoin> {};

// Both sides meet behind two topics of the application's own, so the order of what is joined on the way is not the
// same twice; what is joined in the end is.
TEST_F(JavaExchangeForeignKeyJoin, EveryOrderIsJoinedToItsCustomerForwardsAndBack) {
  expectSameTable("out");
  expectSameTable("joined-changelog");
}

TEST_F(JavaExchangeForeignKeyJoin, TheTablesAndSubscriptionsAreLoggedAlike) {
  expectSameRecords("orders-changelog");
  expectSameRecords("customers-changelog");
  expectSameTable("by-customer-subscription-store-changelog");
}

TEST_F(JavaExchangeForeignKeyJoin, SubscriptionsGoToTheSamePartitions) {
  expectSameRecordsInAnyOrder("by-customer-subscription-registration-topic");
}

TEST_F(JavaExchangeForeignKeyJoin, InternalTopicsAreMadeAlike) {
  expectSameInternalTopics();
}

}  // namespace
}  // namespace widgetstream
