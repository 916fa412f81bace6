# embed(NAME FILES...): writes generated/<layer>/NAME.inc, a table {path, text} of the files, for `#include` in one source.
function(embed layer name)
  set(out ${CMAKE_BINARY_DIR}/generated/${layer}/${name}.inc)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} "-DFILES=${ARGN}" -DROOT=${CMAKE_SOURCE_DIR} -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake VERBATIM)
  add_custom_target(embed_${layer}_${name} DEPENDS ${out})
  add_dependencies(${layer} embed_${layer}_${name})
endfunction()
