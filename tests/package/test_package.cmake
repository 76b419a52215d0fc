# Builds and runs a small program against the library as a user gets it. Run by ctest:
#   cmake -DVARIANT=static|shared|add_subdirectory|without_components|query_only -DSOURCE=... -DBINARY=... -DWORK=... -DBUILD_TYPE=...
#         -DGENERATOR=... -DCOMPILER=... -DLAUNCHER=... -DCXX_FLAGS=... -DMAIN_IS_SHARED=... -P test_package.cmake
#
# The core's objects are not compiled anew where that can be helped: the variant of the main build installs from it, and
# the others give the compiler the very commands of the main build, which ccache remembers.

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nfailed with ${result}:\n${output}")
  endif()
  set(run_output "${output}" PARENT_SCOPE)
endfunction()

# A file, because the launcher may be a list and a command line would take it apart.
file(WRITE "${WORK}/common.cmake" "
set(CMAKE_BUILD_TYPE [[${BUILD_TYPE}]] CACHE STRING \"\")
set(CMAKE_CXX_COMPILER [[${COMPILER}]] CACHE STRING \"\")
set(CMAKE_CXX_COMPILER_LAUNCHER [[${LAUNCHER}]] CACHE STRING \"\")
set(CMAKE_CXX_FLAGS [[${CXX_FLAGS}]] CACHE STRING \"\")
")
set(common -G "${GENERATOR}" -C "${WORK}/common.cmake")

# install_from(<build directory>): installs it below WORK/prefix.
function(install_from build)
  run("${CMAKE_COMMAND}" --install "${build}" --prefix "${WORK}/prefix")
endfunction()

function(build_and_run project)
  run("${CMAKE_COMMAND}" -S "${SOURCE}/tests/package/${project}" -B "${WORK}/${project}" ${common} ${ARGN})
  run("${CMAKE_COMMAND}" --build "${WORK}/${project}" --target program --parallel 2)
  run("${WORK}/${project}/program")
  if(NOT run_output MATCHES "package ok")
    message(FATAL_ERROR "${project} ran, but printed: ${run_output}")
  endif()
endfunction()

if(VARIANT STREQUAL "add_subdirectory")
  build_and_run(program "-DWIDGETSTREAM_SOURCE=${SOURCE}")
elseif(VARIANT STREQUAL "without_components" OR VARIANT STREQUAL "query_only")
  string(COMPARE EQUAL "${VARIANT}" "query_only" query)
  run("${CMAKE_COMMAND}" -S "${SOURCE}" -B "${WORK}/build" ${common}
    -DWIDGETSTREAM_QUERY=${query} -DWIDGETSTREAM_MONGO=OFF -DWIDGETSTREAM_REGISTRY=OFF -DWIDGETSTREAM_TESTING=OFF
    -DCMAKE_DISABLE_FIND_PACKAGE_mongoc-1.0=ON -DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON
    -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON
    -DCMAKE_DISABLE_FIND_PACKAGE_Protobuf=ON -DCMAKE_DISABLE_FIND_PACKAGE_benchmark=ON)
  run("${CMAKE_COMMAND}" --build "${WORK}/build" --parallel 2)
  install_from("${WORK}/build")
  build_and_run(core_only "-DCMAKE_PREFIX_PATH=${WORK}/prefix")
  if(query)
    build_and_run(query_only "-DCMAKE_PREFIX_PATH=${WORK}/prefix")
  endif()
else()
  if((VARIANT STREQUAL "shared" AND MAIN_IS_SHARED) OR (VARIANT STREQUAL "static" AND NOT MAIN_IS_SHARED))
    install_from("${BINARY}")
  else()
    string(COMPARE EQUAL "${VARIANT}" "shared" shared)
    run("${CMAKE_COMMAND}" -S "${SOURCE}" -B "${WORK}/build" ${common} -DBUILD_SHARED_LIBS=${shared}
      -DWIDGETSTREAM_BUILD_TESTS=OFF -DWIDGETSTREAM_BUILD_EXAMPLES=OFF -DWIDGETSTREAM_BUILD_BENCHMARKS=OFF)
    run("${CMAKE_COMMAND}" --build "${WORK}/build" --parallel 2)
    install_from("${WORK}/build")
  endif()
  build_and_run(program "-DCMAKE_PREFIX_PATH=${WORK}/prefix")
  build_and_run(core_only "-DCMAKE_PREFIX_PATH=${WORK}/prefix")
endif()
