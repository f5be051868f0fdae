# Headers of the standard library and of LLVM take most of the time of compiling a file, so clang
# gets them precompiled: one set for the folders that use LLVM, one for those that stay free of it.
# g++ compiles without, which finds includes that are missing.
option(ORUS_PCH "Precompile the headers of the standard library and of LLVM (clang only)" ON)
if(ORUS_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  foreach(set std llvm)
    file(WRITE ${CMAKE_BINARY_DIR}/pch/${set}.cpp "")
    add_library(orus_pch_${set} OBJECT ${CMAKE_BINARY_DIR}/pch/${set}.cpp)
    target_precompile_headers(orus_pch_${set} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch-${set}.h)
  endforeach()
  target_link_libraries(orus_pch_std PRIVATE orus_options)
  target_link_libraries(orus_pch_llvm PRIVATE orus_options orus_llvm)
endif()

function(orus_precompiled_headers target)
  if(NOT TARGET orus_pch_std)
    return()
  endif()
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${CMAKE_SOURCE_DIR}
             OUTPUT_VARIABLE folder)
  if(folder MATCHES "^(compiler|tools)/|/(sema|ir|analysis|lower|opt|codegen|syntax)$")
    target_precompile_headers(${target} REUSE_FROM orus_pch_llvm)
  else()
    target_precompile_headers(${target} REUSE_FROM orus_pch_std)
  endif()
endfunction()

# orus_library(NAME SOURCES a.cpp … [DEPS lib …]): a static library of the project.
function(orus_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC orus_options ${ARG_DEPS})
  orus_precompiled_headers(${name})
endfunction()

# orus_tool(NAME SOURCES … DEPS …): an executable in bin/, with the C++ runtime linked statically
# because its dynamic form is the largest part of the start-up time of a small tool.
function(orus_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE orus_options ${ARG_DEPS})
  orus_precompiled_headers(${name})
  if(NOT ORUS_SANITIZE)
    target_link_options(${name} PRIVATE -static-libstdc++ -static-libgcc)
  endif()
endfunction()

# orus_unit_test(AREA SOURCES … DEPS …): one doctest executable for a folder, registered with ctest.
function(orus_unit_test area)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(unit_${area} ${CMAKE_SOURCE_DIR}/tests/unit/main.cpp ${ARG_SOURCES})
  target_link_libraries(unit_${area} PRIVATE orus_options doctest::doctest ${ARG_DEPS})
  orus_precompiled_headers(unit_${area})
  add_test(NAME unit_${area} COMMAND unit_${area})
  set_tests_properties(unit_${area} PROPERTIES LABELS core)
endfunction()
