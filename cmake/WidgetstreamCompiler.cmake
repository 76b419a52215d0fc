# Language level, warnings and sanitizers of the project's own targets.

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo" FORCE)
  endif()
  find_program(CCACHE_PROGRAM ccache)
  if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Without this sloppiness ccache cannot cache a file that uses the tests' precompiled header. NOHASHDIR lets the
    # build directories share what they compile.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        "${CMAKE_COMMAND}" -E env CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${CCACHE_PROGRAM}")
  endif()
endif()

# A sanitizer belongs to the whole program, so it is the one option that is not per target.
if(WIDGETSTREAM_SANITIZE)
  add_compile_options(-fsanitize=${WIDGETSTREAM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${WIDGETSTREAM_SANITIZE})
endif()

# C++20 for whoever uses the target, strict warnings for the target itself only.
function(widgetstream_compiler_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  # Designated initializers leave fields to their defaults on purpose, and bson_t carries an attribute (alignment) that
  # a unique_ptr to it does not need.
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers -Wno-ignored-attributes)
  if(WIDGETSTREAM_TIDY)
    find_program(CLANG_TIDY_PROGRAM clang-tidy REQUIRED)
    set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "${CLANG_TIDY_PROGRAM}")
  endif()
  if(WIDGETSTREAM_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE" AND WIDGETSTREAM_SANITIZE MATCHES "thread")
    set(c11_threads "${PROJECT_SOURCE_DIR}/cmake/tsan_c11_threads.cpp")
    target_sources(${target} PRIVATE "${c11_threads}")
    set_source_files_properties("${c11_threads}" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  endif()
endfunction()
