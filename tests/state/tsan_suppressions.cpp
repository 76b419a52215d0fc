// ThreadSanitizer does not see the atomics inside RocksDB, which the distribution compiles without it: it would report
// every memtable that one thread fills and another reads. What RocksDB does itself is left out; our own accesses stay
// in.

#if defined(__SANITIZE_THREAD__)
extern "C" const char*
__tsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier): the name is its interface
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:librocksdb.so\nrace:librocksdb.so\n";
}
#endif
