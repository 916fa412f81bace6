# embed(NAME FILES...): writes generated/<layer>/NAME.inc, a table {path, text} of the files, for `#include` in one source.
function(embed layer name)
  set(out ${CMAKE_BINARY_DIR}/generated/${layer}/${name}.inc)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} "-DFILES=${ARGN}" -DROOT=${CMAKE_SOURCE_DIR} -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake VERBATIM)
  add_custom_target(embed_${layer}_${name} DEPENDS ${out})
  add_dependencies(${layer} embed_${layer}_${name})
endfunction()

# The rule tables: data/rules through the layer's own parser (src/shell/rows/compile_rules_main.cc).
function(compiled_rules)
  file(GLOB rules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/data/rules/*.toml
       ${CMAKE_SOURCE_DIR}/data/rules/*.txt ${CMAKE_SOURCE_DIR}/data/rules/options/*.txt)
  set(shell ${CMAKE_CURRENT_SOURCE_DIR}/shell)
  add_executable(compile_rules ${shell}/rows/compile_rules_main.cc ${shell}/rows/invocation.cc
                 ${shell}/rows/program_index.cc ${shell}/rows/rules.cc ${shell}/rows/rules_toml.cc ${shell}/risk.cc)
  target_include_directories(compile_rules PRIVATE ${CMAKE_BINARY_DIR}/include/shell)
  target_link_libraries(compile_rules PRIVATE base heddle_flags)
  set(out ${CMAKE_BINARY_DIR}/generated/shell/builtin_rules.inc)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/shell)
  add_custom_command(OUTPUT ${out} COMMAND compile_rules ${out} ${rules}
                     DEPENDS compile_rules ${rules} VERBATIM)
  add_custom_target(builtin_rules DEPENDS ${out})
  add_dependencies(shell builtin_rules)
endfunction()

# The ask tables: the lexicon and intents of data/ask through the layer's own loader (src/ask/compile_book_main.cc).
function(compiled_book)
  file(GLOB data CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/data/ask/*.ask ${CMAKE_SOURCE_DIR}/data/ask/lexicon.txt)
  set(ask ${CMAKE_CURRENT_SOURCE_DIR}/ask)
  add_executable(compile_book ${ask}/compile_book_main.cc ${ask}/book.cc ${ask}/lexicon.cc ${ask}/slots.cc
                 ${ask}/pattern_compile.cc ${ask}/pattern.cc ${ask}/kinds.cc)
  target_include_directories(compile_book PRIVATE ${CMAKE_BINARY_DIR}/include/ask)
  target_link_libraries(compile_book PRIVATE base heddle_flags)
  set(out ${CMAKE_BINARY_DIR}/generated/ask/builtin_book.inc)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/ask)
  add_custom_command(OUTPUT ${out} COMMAND compile_book ${out} ${data} DEPENDS compile_book ${data} VERBATIM)
  add_custom_target(builtin_book DEPENDS ${out})
  add_dependencies(ask builtin_book)
endfunction()

# The dashboard: web/ built by Vite, where its packages are installed (tools/setup); else an empty list.
function(dashboard layer)
  set(web ${CMAKE_SOURCE_DIR}/web)
  set(page ${CMAKE_BINARY_DIR}/web)
  if(EXISTS ${web}/node_modules/vite/bin/vite.js)
    file(GLOB sources CONFIGURE_DEPENDS ${web}/src/* ${web}/index.html ${web}/*.json ${web}/*.ts)
    set(built ${page}/index.html ${page}/dashboard.js ${page}/dashboard.css)
    add_custom_command(OUTPUT ${built}
      COMMAND node node_modules/typescript/bin/tsc --noEmit
      COMMAND node node_modules/vite/bin/vite.js build --outDir ${page} --emptyOutDir --logLevel warn
      WORKING_DIRECTORY ${web} DEPENDS ${sources} VERBATIM)
    embed(${layer} dashboard ${built})
  else()
    message(STATUS "the dashboard is left out: npm ci in web/ has not been run (tools/setup does)")
    file(WRITE ${CMAKE_BINARY_DIR}/generated/${layer}/dashboard.inc "{\"\", \"\"},\n")
  endif()
endfunction()
