#include "connectors/mongo/faults.hpp"

#include <mongoc/mongoc.h>

#include <algorithm>

namespace widgetstream {
namespace {

constexpr std::int32_t transient_codes[] = {
    6,      // HostUnreachable
    7,      // HostNotFound
    24,     // LockTimeout
    46,     // LockBusy
    50,     // MaxTimeMSExpired
    63,     // StaleShardVersion
    64,     // WriteConcernFailed: a timeout of the write concern
    89,     // NetworkTimeout
    91,     // ShutdownInProgress
    112,    // WriteConflict
    117,    // ConflictingOperationInProgress
    133,    // FailedToSatisfyReadPreference
    134,    // ReadConcernMajorityNotAvailableYet
    150,    // StaleEpoch
    189,    // PrimarySteppedDown
    202,    // NetworkInterfaceExceededTimeLimit
    262,    // ExceededTimeLimit
    290,    // TransactionExceededLifetimeLimitSeconds
    314,    // ObjectIsBusy
    317,    // ConnectionPoolExpired
    384,    // ConnectionError
    9001,   // SocketException
    10058,  // NotWritablePrimary of old servers
    10107,  // NotWritablePrimary
    11600,  // InterruptedAtShutdown
    11601,  // Interrupted
    11602,  // InterruptedDueToReplStateChange
    13388,  // StaleConfig
    13435,  // NotPrimaryNoSecondaryOk
    13436,  // NotPrimaryOrSecondary
    14031,  // OutOfDiskSpace
};

constexpr std::int32_t permanent_codes[] = {
    11,    // UserNotFound
    13,    // Unauthorized
    18,    // AuthenticationFailed
    20,    // IllegalOperation
    31,    // RoleNotFound
    59,    // CommandNotFound
    73,    // InvalidNamespace
    79,    // UnknownReplWriteConcern
    100,   // UnsatisfiableWriteConcern
    115,   // CommandNotSupported
    166,   // CommandNotSupportedOnView
    323,   // APIStrictError
    8000,  // AtlasError: no rights, or a quota
};

// Errors by which a server refuses a whole bulk for the sake of one document. Only those that cannot be about anything
// else: BadValue, for one, is also what a standalone server answers to w=2, and every document would be rejected.
constexpr std::int32_t document_codes[] = {
    15,     // Overflow: nested too deep
    22,     // InvalidBSON
    52,     // DollarPrefixedFieldName
    53,     // InvalidIdField
    54,     // NotSingleValueField
    55,     // InvalidDBRef
    56,     // EmptyFieldName
    57,     // DottedFieldName
    66,     // ImmutableField
    121,    // DocumentValidationFailure
    10334,  // BSONObjectTooLarge
    11000,  // DuplicateKey
    17280,  // KeyTooLong
    17419,  // the document would grow beyond the limit
    17420,  // the document is larger than the limit
};

template <std::size_t n>
constexpr bool contains(const std::int32_t (&codes)[n], std::int32_t code) noexcept {
  return std::ranges::find(codes, code) != std::end(codes);
}

MongoFault faultOfServer(std::int32_t code) noexcept {
  if (contains(transient_codes, code)) return MongoFault::transient;
  if (contains(document_codes, code)) return MongoFault::document;
  return MongoFault::permanent;
}

}  // namespace

MongoFault faultOfWrite(std::int32_t code, std::string_view message) noexcept {
  // Two upserts of one new _id at the same time: the loser finds the document the next time. Any other unique index
  // refuses for good.
  if (code == 11000 && message.find("index: _id_") != std::string_view::npos) return MongoFault::transient;
  if (contains(transient_codes, code)) return MongoFault::transient;
  if (contains(permanent_codes, code)) return MongoFault::permanent;
  return MongoFault::document;
}

MongoFault faultOfBulk(std::uint32_t domain, std::uint32_t code) noexcept {
  const auto server_code = static_cast<std::int32_t>(code);
  switch (domain) {
    case MONGOC_ERROR_STREAM:
      return MongoFault::transient;
    case MONGOC_ERROR_SERVER_SELECTION:
      return code == MONGOC_ERROR_SERVER_SELECTION_BAD_WIRE_VERSION ? MongoFault::permanent : MongoFault::transient;
    case MONGOC_ERROR_PROTOCOL:
      return code == MONGOC_ERROR_PROTOCOL_BAD_WIRE_VERSION ? MongoFault::permanent : MongoFault::transient;
    case MONGOC_ERROR_CLIENT:
      return code == MONGOC_ERROR_CLIENT_NOT_READY || code == MONGOC_ERROR_CLIENT_NO_ACCEPTABLE_PEER
                 ? MongoFault::transient
                 : MongoFault::permanent;
    case MONGOC_ERROR_BSON:  // "Document 7 is too large for the cluster"
      return MongoFault::document;
    case MONGOC_ERROR_COMMAND:
      return code == MONGOC_ERROR_COMMAND_INVALID_ARG ? MongoFault::document : faultOfServer(server_code);
    case MONGOC_ERROR_WRITE_CONCERN:
    case MONGOC_ERROR_SERVER:
      return faultOfServer(server_code);
    default:
      return MongoFault::permanent;
  }
}

}  // namespace widgetstream
