// The producer against the embedded broker.
#include "kafka/librdkafka/producer.hpp"
#include "tests/kafka/embedded_cluster.hpp"
#include "tests/kafka/producer_contract.hpp"

namespace widgetstream {

INSTANTIATE_TEST_SUITE_P(Embedded, ProducerContract, ::testing::Values(embeddedCluster()), nameOfCluster);

namespace {

class DoneForProducer : public ::testing::Test {
 protected:
  DoneForProducer() { broker.createTopic("topic", 1); }

  void doFor() {
    ASSERT_EQ(rd_kafka_test_fatal_error(producer().client(), RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "a test"),
              RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  rdkafka::LibrdkafkaProducer& producer() { return static_cast<rdkafka::LibrdkafkaProducer&>(*producer_); }
  bool send(const std::string& value) {
    Producer::Topic& topic = producer_->topic("topic");
    return waitUntil([&] {
      OutgoingRecord record;
      record.value = value;
      if (producer_->send(topic, record, channel)) return true;
      producer_->poll(Milliseconds{1});
      return false;
    });
  }

  Deliveries deliveries;
  DeliveryChannel channel{deliveries};
  EmbeddedBroker broker;
  std::unique_ptr<Producer> producer_ = broker.clients()->producer({});
};

TEST_F(DoneForProducer, IsReplacedAndRecordsGoOn) {
  ASSERT_TRUE(send("first"));
  ASSERT_TRUE(producer_->flush(deliveries, std::chrono::seconds{30}));
  ASSERT_FALSE(deliveries.anyFailed());
  const rd_kafka_t* const before = producer().client();
  doFor();
  ASSERT_TRUE(send("second"));
  EXPECT_NE(producer().client(), before);
  ASSERT_TRUE(producer_->flush(deliveries, std::chrono::seconds{30}));
  EXPECT_FALSE(deliveries.anyFailed()) << "it set out with the new client";
  EXPECT_EQ(channel.last_offset.load(), 1);
}

TEST_F(DoneForProducer, ThatFailsAgainAndAgainIsAFatalError) {
  for (int i = 0; i < 3; ++i) {
    doFor();
    ASSERT_TRUE(send("x"));
  }
  doFor();
  try {
    (void)send("x");
    FAIL() << "it was replaced for ever";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::fatal);
  }
}

}  // namespace
}  // namespace widgetstream
