# Installs libraries, public headers and the CMake package. Each component has an export file of its own, so that a
# program which does not ask for one needs none of its packages.

include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/widgetstream")

get_property(components GLOBAL PROPERTY WIDGETSTREAM_COMPONENTS)
foreach(component IN LISTS components)
  install(TARGETS ${component} EXPORT ${component}-targets FILE_SET HEADERS)
  install(EXPORT ${component}-targets NAMESPACE widgetstream:: DESTINATION "${package_dir}")
endforeach()

get_target_property(core_type widgetstream TYPE)
if(core_type STREQUAL "STATIC_LIBRARY")
  set(WIDGETSTREAM_IS_STATIC ON)
else()
  set(WIDGETSTREAM_IS_STATIC OFF)
endif()
configure_package_config_file(cmake/widgetstream-config.cmake.in widgetstream-config.cmake
  INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a minor release may break source compatibility, so 0.4 must not satisfy a request for 0.3.
write_basic_package_version_file(widgetstream-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/widgetstream-config.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/widgetstream-config-version.cmake"
  cmake/FindRdKafka.cmake
  cmake/FindWidgetstreamRocksDB.cmake
  DESTINATION "${package_dir}")
