# Language level, warnings and sanitizers, applied to every target of the project.

option(ORUS_BUILD_TESTS "Build the unit tests and register every test" ON)
option(ORUS_WERROR "Treat warnings as errors" ON)
set(ORUS_SANITIZE "" CACHE STRING "Sanitizers for the whole build, e.g. address,undefined")

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# Paths relative to the source folder, so that clones and work trees share what was compiled.
find_program(ORUS_CCACHE ccache)
if(ORUS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros ${ORUS_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options(-fdebug-compilation-dir=. "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()

add_library(orus_options INTERFACE)
target_include_directories(orus_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(orus_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual
  -Wimplicit-fallthrough -fno-math-errno -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of g++ 12: inside its std::string (GCC bug 105651), and about the storage of
  # llvm::SmallVector, for which LLVM switches the warning off as well.
  target_compile_options(orus_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(ORUS_WERROR)
  target_compile_options(orus_options INTERFACE -Werror)
endif()

# LLVMSupport names libz3 and libzstd as its dependencies; nothing here calls them, and loading them
# would dominate the start-up time of the tools.
add_compile_options(-ffunction-sections -fdata-sections)
add_link_options(-Wl,--as-needed -Wl,--gc-sections)

# Coverage for libFuzzer everywhere; tests/fuzz links its targets with it.
option(ORUS_FUZZ "Make the targets of tests/fuzz programs of libFuzzer (clang only)" OFF)
if(ORUS_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(ORUS_SANITIZE)
  add_compile_options(-fsanitize=${ORUS_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=${ORUS_SANITIZE})
endif()
