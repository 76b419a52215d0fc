# Finds RocksDB and defines RocksDB::rocksdb-shared, the name RocksDB's own package gives it. That package also wants the
# development files of every compressor, which a program that links the shared library does not need, so a plain look
# for header and library is enough. Installed too: the package of a static widgetstream uses it.

find_path(RocksDB_INCLUDE_DIR rocksdb/version.h)
find_library(RocksDB_LIBRARY rocksdb)
mark_as_advanced(RocksDB_INCLUDE_DIR RocksDB_LIBRARY)

if(RocksDB_INCLUDE_DIR)
  file(STRINGS "${RocksDB_INCLUDE_DIR}/rocksdb/version.h" version_lines REGEX "#define ROCKSDB_(MAJOR|MINOR|PATCH) [0-9]+")
  string(REGEX REPLACE "[^0-9;]*([0-9]+)[^;]*" "\\1" version_parts "${version_lines}")
  list(JOIN version_parts "." RocksDB_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(WidgetstreamRocksDB
  REQUIRED_VARS RocksDB_LIBRARY RocksDB_INCLUDE_DIR
  VERSION_VAR RocksDB_VERSION)

if(WidgetstreamRocksDB_FOUND AND NOT TARGET RocksDB::rocksdb-shared)
  add_library(RocksDB::rocksdb-shared UNKNOWN IMPORTED)
  set_target_properties(RocksDB::rocksdb-shared PROPERTIES
    IMPORTED_LOCATION "${RocksDB_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${RocksDB_INCLUDE_DIR}")
endif()
