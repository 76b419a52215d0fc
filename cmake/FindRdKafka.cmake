# Finds librdkafka and defines RdKafka::rdkafka. Debian ships a pkg-config file for it but no CMake package.
# This file is installed too: the package of a static widgetstream uses it.

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(PC_RDKAFKA QUIET rdkafka)
endif()

find_path(RdKafka_INCLUDE_DIR librdkafka/rdkafka.h HINTS ${PC_RDKAFKA_INCLUDE_DIRS})
find_library(RdKafka_LIBRARY rdkafka HINTS ${PC_RDKAFKA_LIBRARY_DIRS})
mark_as_advanced(RdKafka_INCLUDE_DIR RdKafka_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(RdKafka
  REQUIRED_VARS RdKafka_LIBRARY RdKafka_INCLUDE_DIR
  VERSION_VAR PC_RDKAFKA_VERSION)

if(RdKafka_FOUND AND NOT TARGET RdKafka::rdkafka)
  add_library(RdKafka::rdkafka UNKNOWN IMPORTED)
  set_target_properties(RdKafka::rdkafka PROPERTIES
    IMPORTED_LOCATION "${RdKafka_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${RdKafka_INCLUDE_DIR}")
endif()
