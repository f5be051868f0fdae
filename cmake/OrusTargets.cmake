# orus_library(NAME SOURCES a.cpp … [DEPS lib …]): a static library of the project.
function(orus_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC orus_options ${ARG_DEPS})
endfunction()

# orus_tool(NAME SOURCES … DEPS …): an executable in bin/, with the C++ runtime linked statically
# because its dynamic form is the largest part of the start-up time of a small tool.
function(orus_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE orus_options ${ARG_DEPS})
  if(NOT ORUS_SANITIZE)
    target_link_options(${name} PRIVATE -static-libstdc++ -static-libgcc)
  endif()
endfunction()

# orus_unit_test(AREA SOURCES … DEPS …): one doctest executable for a folder, registered with ctest.
function(orus_unit_test area)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(unit_${area} ${CMAKE_SOURCE_DIR}/tests/unit/main.cpp ${ARG_SOURCES})
  target_link_libraries(unit_${area} PRIVATE orus_options doctest::doctest ${ARG_DEPS})
  add_test(NAME unit_${area} COMMAND unit_${area})
  set_tests_properties(unit_${area} PROPERTIES LABELS core)
endfunction()
