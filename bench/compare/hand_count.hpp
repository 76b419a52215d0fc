#pragma once

#include "bench/compare/workload.hpp"

/// The counts of all keys in memory, written to RocksDB, changelog and output at the end: what is left of the work when
/// a cache holds every key. Not bounded in memory, no commits.
void countByHand(const Run& run, Progress& progress, RunNotes& notes);

/// Each record read from and written to RocksDB, changelog and output.
void countByHandUncached(const Run& run, Progress& progress, RunNotes& notes);

/// The counts of the window of 10 seconds that is open in each partition, in memory; written to RocksDB, changelog and
/// output when the next one begins.
void countWindowsByHand(const Run& run, Progress& progress, RunNotes& notes);
