# The tree-sitter grammars, compiled from the pinned npm packages in grammars/node_modules (`make setup` fetches them).
set(HEDDLE_GRAMMARS ${CMAKE_SOURCE_DIR}/grammars/node_modules)
foreach(language bash python javascript)
  set(source ${HEDDLE_GRAMMARS}/tree-sitter-${language}/src)
  if(NOT EXISTS ${source}/parser.c)
    message(FATAL_ERROR "grammars/node_modules is missing, or older than its lock file: run `make setup` first")
  endif()
  add_library(grammar_${language} STATIC ${source}/parser.c ${source}/scanner.c)
  target_include_directories(grammar_${language} PRIVATE ${source})
  target_compile_options(grammar_${language} PRIVATE -O2 -w)
endforeach()

# The runtime comes from npm too: Debian's 0.20.7 corrupts the heap when a node has more than 65,535 children, as hostile
# text makes them.
set(runtime ${HEDDLE_GRAMMARS}/tree-sitter/vendor/tree-sitter/lib)
add_library(tree_sitter STATIC ${runtime}/src/lib.c)
target_include_directories(tree_sitter PRIVATE ${runtime}/src PUBLIC ${runtime}/include)
target_compile_options(tree_sitter PRIVATE -O2 -w -std=gnu11)
