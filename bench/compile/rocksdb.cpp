// What the others are compared with: a program that includes RocksDB itself.
#include <rocksdb/db.h>
