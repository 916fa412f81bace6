# llama.cpp: the system's when it is installed with its CMake package, else the private prefix that tools/llama unpacks.
# Gives HEDDLE_LLAMA, and the targets llama_headers and llama_library. Programs of the prefix are linked so that all of
# their libraries, the C library among them, come from there; nothing else of heddle is.
set(HEDDLE_LLAMA_PREFIX ${CMAKE_SOURCE_DIR}/build/llama CACHE PATH "private prefix of llama.cpp (tools/llama)")
set(HEDDLE_LLAMA OFF)
add_library(llama_headers INTERFACE)
add_library(llama_library INTERFACE)
if(EXISTS ${HEDDLE_LLAMA_PREFIX}/complete)
  set(HEDDLE_LLAMA ON)
  set(lib ${HEDDLE_LLAMA_PREFIX}/lib)
  target_include_directories(llama_headers SYSTEM INTERFACE ${HEDDLE_LLAMA_PREFIX}/include)
  file(GLOB backends ${lib}/ggml/backends*)
  target_compile_definitions(llama_headers INTERFACE HEDDLE_GGML_BACKENDS="${backends}")
  target_link_options(llama_library INTERFACE -L${lib} -Wl,--no-as-needed -Wl,--allow-shlib-undefined
    -Wl,-rpath,${lib} -Wl,--disable-new-dtags -Wl,--dynamic-linker=${lib}/ld-linux-x86-64.so.2)
  # libllama looks for libraries where it says itself; those named here are loaded first, from the prefix.
  target_link_libraries(llama_library INTERFACE llama ggml ggml-base m gcc_s stdc++ gomp)
else()
  find_package(llama QUIET CONFIG)
  if(llama_FOUND)
    set(HEDDLE_LLAMA ON)
    target_link_libraries(llama_headers INTERFACE llama)
    target_compile_definitions(llama_headers INTERFACE HEDDLE_GGML_BACKENDS="")
    target_link_libraries(llama_library INTERFACE llama)
  else()
    message(STATUS "no llama.cpp: heddle-runner is not built (tools/llama provides it)")
  endif()
endif()
