# Third-party libraries. LLVM is used through its static Support library only; Boost through the
# headers of Boost.Serialization only.

find_package(LLVM 19.1 REQUIRED CONFIG HINTS /usr/lib/llvm-19)
find_package(Boost 1.81 REQUIRED)

separate_arguments(llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
add_library(orus_llvm INTERFACE)
target_include_directories(orus_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
target_compile_definitions(orus_llvm INTERFACE ${llvm_definitions})
target_link_libraries(orus_llvm INTERFACE LLVMRemarks LLVMBitstreamReader LLVMSupport LLVMDemangle)

add_library(orus_boost INTERFACE)
target_include_directories(orus_boost SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})

if(ORUS_BUILD_TESTS)
  find_package(doctest REQUIRED)
endif()
