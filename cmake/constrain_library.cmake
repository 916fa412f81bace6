# constrain_library(LAYERS): the library of include/heddle for other programs: the objects of these layers in one archive.
# Objects that were compiled for link-time optimisation carry machine code as well, and lose what only the same version of
# the same compiler reads.
function(constrain_library)
  foreach(layer ${ARGN})
    if(CMAKE_INTERPROCEDURAL_OPTIMIZATION AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
      target_compile_options(${layer} PRIVATE -ffat-lto-objects)
    endif()
    list(APPEND objects $<TARGET_OBJECTS:${layer}>)
  endforeach()
  add_library(heddle-constrain STATIC ${objects})
  set_target_properties(heddle-constrain PROPERTIES LINKER_LANGUAGE CXX)
  target_include_directories(heddle-constrain INTERFACE $<INSTALL_INTERFACE:include>)
  target_link_libraries(heddle-constrain INTERFACE boost_json pcre2-8 utf8proc)
  add_custom_command(TARGET heddle-constrain POST_BUILD COMMAND ${CMAKE_STRIP} -g --remove-section=.gnu.lto_*
    --remove-section=.gnu.debuglto_* -N __gnu_lto_slim -N __gnu_lto_v1 $<TARGET_FILE:heddle-constrain> VERBATIM)
endfunction()
