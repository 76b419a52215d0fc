// Which errors are worth waiting for, which are one document's, and which need somebody's hand.
#include "connectors/mongo/faults.hpp"

#include <gtest/gtest.h>
#include <mongoc/mongoc.h>

namespace widgetstream {
namespace {

TEST(MongoFaults, WaitsForAServerThatIsAwayBusyOrNoLongerPrimary) {
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_SOCKET), MongoFault::transient);
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_NAME_RESOLUTION), MongoFault::transient);
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_SERVER_SELECTION, MONGOC_ERROR_SERVER_SELECTION_FAILURE), MongoFault::transient);
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_SERVER, 10107), MongoFault::transient);
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_SERVER, 11600), MongoFault::transient);
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_WRITE_CONCERN, 64), MongoFault::transient);
  EXPECT_EQ(faultOfWrite(112, "WriteConflict"), MongoFault::transient);
}

TEST(MongoFaults, BlamesOneDocumentForWhatIsItsOwn) {
  EXPECT_EQ(faultOfWrite(121, "Document failed validation"), MongoFault::document);
  EXPECT_EQ(faultOfWrite(0, "illegal update"), MongoFault::document);
  EXPECT_EQ(faultOfWrite(11000, "E11000 duplicate key error collection: a.b index: email_1"), MongoFault::document);
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID), MongoFault::document);
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_SERVER, 10334), MongoFault::document);
}

TEST(MongoFaults, TriesAgainWhenTwoUpsertsOfOneIdMet) {
  EXPECT_EQ(faultOfWrite(11000, "E11000 duplicate key error collection: a.b index: _id_ dup key"),
            MongoFault::transient);
}

TEST(MongoFaults, GivesUpWhereRetryingOrRejectingWouldHideAMistake) {
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_CLIENT, MONGOC_ERROR_CLIENT_AUTHENTICATE), MongoFault::permanent);
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_SERVER, 13), MongoFault::permanent);
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_SERVER, 18), MongoFault::permanent);
  EXPECT_EQ(faultOfWrite(13, "not authorized"), MongoFault::permanent);
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_SCRAM, MONGOC_ERROR_SCRAM_PROTOCOL_ERROR), MongoFault::permanent);
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_WRITE_CONCERN, 100), MongoFault::permanent);
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_SERVER, 424242), MongoFault::permanent);
}

TEST(MongoFaults, DoesNotBlameDocumentsForAWriteConcernThatAStandaloneServerRefuses) {
  EXPECT_EQ(faultOfBulk(MONGOC_ERROR_SERVER, 2), MongoFault::permanent);
}

}  // namespace
}  // namespace widgetstream
