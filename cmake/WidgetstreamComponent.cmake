# One library of the package: the core or a component. Sources and headers are whatever its rooms hold.

# widgetstream_add_component(<target> [EXPORT_NAME <name>] SOURCE_ROOMS <room>... HEADER_ROOMS <room>...)
# makes <target> and its alias widgetstream::<name>. The room "." means the headers directly in include/widgetstream.
function(widgetstream_add_component target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "EXPORT_NAME" "SOURCE_ROOMS;HEADER_ROOMS")
  if(NOT arg_EXPORT_NAME)
    set(arg_EXPORT_NAME ${target})
  endif()

  set(sources "")
  foreach(room IN LISTS arg_SOURCE_ROOMS)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${room}/*.cpp")
    list(APPEND sources ${found})
  endforeach()
  set(headers "")
  foreach(room IN LISTS arg_HEADER_ROOMS)
    if(room STREQUAL ".")
      file(GLOB found CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/widgetstream/*.hpp")
    else()
      file(GLOB_RECURSE found CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/widgetstream/${room}/*.hpp")
    endif()
    list(APPEND headers ${found})
  endforeach()

  add_library(${target} ${sources})
  add_library(widgetstream::${arg_EXPORT_NAME} ALIAS ${target})
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${headers})
  target_include_directories(${target}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    PRIVATE "${PROJECT_SOURCE_DIR}/src")
  # Before 1.0 a minor release may break compatibility, so the soname bears the minor version.
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${arg_EXPORT_NAME}
    POSITION_INDEPENDENT_CODE ON
    DEFINE_SYMBOL ""  # so that a shared build's compile commands are those of a static one, and ccache knows them
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    VERIFY_INTERFACE_HEADER_SETS ${PROJECT_IS_TOP_LEVEL})
  widgetstream_compiler_options(${target})
  set_property(GLOBAL APPEND PROPERTY WIDGETSTREAM_COMPONENTS ${target})
endfunction()

# The core compiles Boost.JSON into itself, so that it needs Boost's headers only. A shared core keeps those symbols to
# itself: a program may well link a Boost.JSON of its own.
function(widgetstream_hide_boost_json target)
  if(BUILD_SHARED_LIBS)
    set(script "${PROJECT_SOURCE_DIR}/cmake/hide-boost-json.map")
    target_link_options(${target} PRIVATE "LINKER:--version-script=${script}")
    set_target_properties(${target} PROPERTIES LINK_DEPENDS "${script}")
  endif()
endfunction()

# Adds every direct subdirectory of `directory` that has a CMakeLists.txt.
function(widgetstream_add_subdirectories directory)
  file(GLOB lists CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${directory}/*/CMakeLists.txt")
  foreach(list IN LISTS lists)
    cmake_path(GET list PARENT_PATH subdirectory)
    add_subdirectory("${subdirectory}")
  endforeach()
endfunction()
