# The tree-sitter grammars, compiled from the pinned npm packages in grammars/node_modules (`make setup` fetches them).
set(HEDDLE_GRAMMARS ${CMAKE_SOURCE_DIR}/grammars/node_modules)
if(NOT EXISTS ${HEDDLE_GRAMMARS}/tree-sitter-bash/src/parser.c)
  message(FATAL_ERROR "grammars/node_modules is missing: run `make setup` first")
endif()
add_library(grammar_bash STATIC
  ${HEDDLE_GRAMMARS}/tree-sitter-bash/src/parser.c ${HEDDLE_GRAMMARS}/tree-sitter-bash/src/scanner.c)
target_include_directories(grammar_bash PRIVATE ${HEDDLE_GRAMMARS}/tree-sitter-bash/src)
target_compile_options(grammar_bash PRIVATE -O2 -w)
