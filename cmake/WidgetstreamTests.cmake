# Helpers of tests/CMakeLists.txt.

# What any test may use: every component but the registry, GoogleMock, private headers below src/ and the engines those include.
add_library(widgetstream_test_base INTERFACE)
target_include_directories(widgetstream_test_base INTERFACE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}")
target_compile_definitions(widgetstream_test_base INTERFACE WIDGETSTREAM_TEST_DIR="${PROJECT_SOURCE_DIR}/tests")
target_link_libraries(widgetstream_test_base INTERFACE
  widgetstream::query widgetstream::mongo widgetstream::testing widgetstream::widgetstream
  GTest::gmock_main GTest::gmock GTest::gtest
  RdKafka::rdkafka RocksDB::rocksdb-shared mongo::mongoc_shared Boost::json Boost::url)

# The library is what is optimised; its tests are compiled once and run once.
target_compile_options(widgetstream_test_base INTERFACE
  $<$<CONFIG:Release>:-O0> $<$<CONFIG:RelWithDebInfo>:-O0$<SEMICOLON>-g1>)

# Processes, real servers and clients for them. WIDGETSTREAM_TEST_SERVERS in the environment names another directory.
file(GLOB support_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/support/*.cpp")
add_library(widgetstream_test_support STATIC ${support_sources})
widgetstream_compiler_options(widgetstream_test_support)
target_include_directories(widgetstream_test_support PUBLIC "${PROJECT_SOURCE_DIR}")
target_compile_definitions(widgetstream_test_support PRIVATE
  WIDGETSTREAM_TEST_SERVERS_DIR="${PROJECT_SOURCE_DIR}/build/servers")
target_link_libraries(widgetstream_test_support PUBLIC Threads::Threads PRIVATE RdKafka::rdkafka mongo::mongoc_shared)

# GoogleMock and the standard headers cost every test file two seconds, and those that draw topologies two more, so both
# are compiled once. An empty source of its own makes each of them.
set(precompiled_basics
  <algorithm> <chrono> <functional> <map> <memory> <optional> <string> <vector> <gmock/gmock.h> <gtest/gtest.h>)
set(precompiled_topologies
  "${PROJECT_SOURCE_DIR}/include/widgetstream/dsl/streams_builder.hpp"
  "${PROJECT_SOURCE_DIR}/include/widgetstream/testing/topology_test_driver.hpp")
foreach(kind basics topologies)
  add_library(widgetstream_test_pch_${kind} OBJECT "${CMAKE_CURRENT_SOURCE_DIR}/support/precompiled/${kind}.cpp")
  widgetstream_compiler_options(widgetstream_test_pch_${kind})
  target_link_libraries(widgetstream_test_pch_${kind} PRIVATE widgetstream_test_base)
endforeach()
target_precompile_headers(widgetstream_test_pch_basics PRIVATE ${precompiled_basics})
target_precompile_headers(widgetstream_test_pch_topologies PRIVATE ${precompiled_basics} ${precompiled_topologies})
set(rooms_that_draw_topologies dsl golden testing)

# widgetstream_add_room_tests(<room>) makes test_<room> from the room's *_test.cpp, helper .cpp and .proto files.
function(widgetstream_add_room_tests room)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${room}/*.cpp")
  if(NOT sources)
    return()
  endif()
  set(target test_${room})
  add_executable(${target} ${sources})
  widgetstream_compiler_options(${target})
  target_link_libraries(${target} PRIVATE widgetstream_test_base widgetstream_test_support)
  if(room IN_LIST rooms_that_draw_topologies)
    target_precompile_headers(${target} REUSE_FROM widgetstream_test_pch_topologies)
  else()
    target_precompile_headers(${target} REUSE_FROM widgetstream_test_pch_basics)
  endif()

  if(room STREQUAL "registry")  # the others do without it, and need not wait for it
    target_link_libraries(${target} PRIVATE widgetstream::registry OpenSSL::SSL OpenSSL::Crypto)
  endif()

  file(GLOB protos CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${room}/*.proto")
  if(protos)
    find_package(Protobuf REQUIRED)
    target_link_libraries(${target} PRIVATE protobuf::libprotobuf)
    # protobuf_generate adds the .proto's own directory to the one it is given.
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}" "${CMAKE_CURRENT_BINARY_DIR}/${room}")
    file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/${room}")
    protobuf_generate(TARGET ${target} PROTOS ${protos} LANGUAGE cpp
      IMPORT_DIRS "${CMAKE_CURRENT_SOURCE_DIR}/${room}" PROTOC_OUT_DIR "${CMAKE_CURRENT_BINARY_DIR}")
  endif()

  if(room STREQUAL "integration")
    # These run the example programs as a user would, and the one that takes over from Java.
    foreach(program widget-orders word-count protobuf-temperatures exchange-app memory-app widgetstream_cli disk_faults)
      if(TARGET ${program})
        string(TOUPPER "WIDGETSTREAM_${program}" definition)
        string(REPLACE "-" "_" definition "${definition}")
        target_compile_definitions(${target} PRIVATE ${definition}="$<TARGET_FILE:${program}>")
        add_dependencies(${target} ${program})
      endif()
    endforeach()
    if(TARGET temperature_messages)
      target_link_libraries(${target} PRIVATE temperature_messages)
    endif()
    widgetstream_add_suites(${target} ${room} ${sources})
  else()
    gtest_discover_tests(${target} TEST_PREFIX "${room}/" DISCOVERY_MODE PRE_TEST
      PROPERTIES TIMEOUT 120 LABELS ${room})
  endif()
endfunction()

# One ctest entry per suite instead of one per test: the tests of a suite share a broker, which takes seconds to start.
function(widgetstream_add_suites target room)
  set(suites "")
  foreach(source IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
    file(STRINGS "${source}" lines REGEX "^TEST(_F|_P)?\\([A-Za-z0-9]+,")
    foreach(line IN LISTS lines)
      string(REGEX REPLACE "^TEST[_FP]*\\(([A-Za-z0-9]+),.*" "\\1" suite "${line}")
      list(APPEND suites "${suite}")
    endforeach()
  endforeach()
  list(REMOVE_DUPLICATES suites)
  foreach(suite IN LISTS suites)
    add_test(NAME "${room}/${suite}" COMMAND ${target} "--gtest_filter=${suite}.*:*/${suite}.*")
    # Servers and the programs under test fill a small machine: two of these at once would measure each other. These
    # mostly wait.
    set(processors 2)
    if(suite MATCHES "^(NetworkFaults|KafkaOutage|RuntimeWithoutKafka|ProducerContract)$")
      set(processors 1)
    endif()
    set_tests_properties("${room}/${suite}" PROPERTIES TIMEOUT 600 PROCESSORS ${processors} LABELS ${room})
  endforeach()
endfunction()
