#include "state/rocksdb/status.hpp"

#include <rocksdb/status.h>

#include <string_view>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

using rocksdb::Status;

[[nodiscard]] std::string_view verb(RocksDbStep step) {
  switch (step) {
    case RocksDbStep::open:
      return "cannot open";
    case RocksDbStep::read:
      return "cannot read";
    case RocksDbStep::write:
      break;
  }
  return "cannot write";
}

[[nodiscard]] bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

[[nodiscard]] ErrorKind kindOf(const Status& status, RocksDbStep step, const std::string& text) {
  if (status.IsNoSpace() || status.IsBusy() || status.IsTimedOut() || status.IsTryAgain() || status.IsIncomplete())
    return ErrorKind::retriable;
  if (status.IsIOError() &&
      (says(text, "Permission denied") || says(text, "Too many open files") || says(text, "Read-only file system")))
    return ErrorKind::fatal;
  if (status.IsIOError() && says(text, "lock")) return ErrorKind::retriable;
  // A write that failed for good leaves the memtable in doubt; Kafka has what it held, so the store is made anew.
  if (status.IsCorruption() || status.IsIOError() || status.IsNotFound()) return ErrorKind::store_corrupted;
  // At opening these tell that the files are of another kind; later, that we call RocksDB wrongly.
  if (step == RocksDbStep::open && (status.IsInvalidArgument() || status.IsNotSupported()))
    return ErrorKind::store_corrupted;
  return ErrorKind::fatal;
}

[[nodiscard]] std::string advice(ErrorKind kind, const std::string& text) {
  if (says(text, "format_version") || says(text, "format version"))
    return "; its files were written by a newer RocksDB (Java's Kafka Streams writes format_version 6), which this one "
           "cannot read: the store must be restored from its changelog";
  switch (kind) {
    case ErrorKind::retriable:
      return "; nothing was changed, try again";
    case ErrorKind::store_corrupted:
      return "; the local state must be deleted and restored from the changelog";
    default:
      return "; check owner, mode and limits";
  }
}

}  // namespace

void throwIfFailed(const Status& status, RocksDbStep step, const std::string& where) {
  if (status.ok()) return;
  const std::string text = status.ToString();
  const ErrorKind kind = kindOf(status, step, text);
  throw Error(kind, std::string{verb(step)} + " " + where + ": " + text + advice(kind, text));
}

}  // namespace widgetstream::detail
