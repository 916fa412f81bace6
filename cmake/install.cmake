# What is installed: the program, its manual page and its completions (written by the program itself), and the .deb.
install(TARGETS heddle RUNTIME DESTINATION bin)
if(TARGET heddle-runner)
  install(TARGETS heddle-runner RUNTIME DESTINATION libexec/heddle)
endif()
# With the private prefix of llama.cpp its libraries are installed too, and a script starts the runner by their loader.
if(TARGET heddle-runner AND EXISTS ${HEDDLE_LLAMA_PREFIX}/complete)
  install(DIRECTORY ${HEDDLE_LLAMA_PREFIX}/lib/ DESTINATION lib/heddle/llama USE_SOURCE_PERMISSIONS
    PATTERN "cmake" EXCLUDE PATTERN "gconv" EXCLUDE PATTERN "engines-3" EXCLUDE PATTERN "ossl-modules" EXCLUDE PATTERN "pkgconfig" EXCLUDE)
  install(CODE "
    set(folder \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/libexec/heddle\")
    file(RENAME \"\${folder}/heddle-runner\" \"\${folder}/heddle-runner.elf\")
    file(WRITE \"\${folder}/heddle-runner\" [[#!/bin/sh
here=$(dirname \"$(readlink -f \"$0\")\")
lib=$here/../../lib/heddle/llama
exec \"$lib/ld-linux-x86-64.so.2\" --library-path \"$lib\" \"$here/heddle-runner.elf\" --backends \"$(echo \"$lib\"/ggml/backends*)\" \"$@\"
]])
    file(CHMOD \"\${folder}/heddle-runner\" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  ")
endif()
install(CODE "
  set(bin \"${CMAKE_BINARY_DIR}/src/heddle\")
  set(root \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share\")
  foreach(pair \"man|man/man1/heddle.1\" \"completions bash|bash-completion/completions/heddle\"
               \"completions zsh|zsh/site-functions/_heddle\" \"completions fish|fish/vendor_completions.d/heddle.fish\")
    string(REPLACE \"|\" \";\" parts \"\${pair}\")
    list(GET parts 0 words)
    list(GET parts 1 path)
    separate_arguments(words)
    execute_process(COMMAND \"\${bin}\" \${words} OUTPUT_VARIABLE text RESULT_VARIABLE code)
    if(NOT code EQUAL 0)
      message(FATAL_ERROR \"heddle \${words} failed\")
    endif()
    file(WRITE \"\${root}/\${path}\" \"\${text}\")
  endforeach()
")
# The library for others, with its headers; pkg-config and CMake find it as heddle-constrain.
install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/heddle DESTINATION include)
install(TARGETS heddle-constrain EXPORT heddle-constrain ARCHIVE DESTINATION lib)
install(EXPORT heddle-constrain NAMESPACE heddle:: FILE heddle-constrain-config.cmake DESTINATION lib/cmake/heddle-constrain)
configure_file(${CMAKE_SOURCE_DIR}/cmake/heddle-constrain.pc.in ${CMAKE_BINARY_DIR}/heddle-constrain.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/heddle-constrain.pc DESTINATION lib/pkgconfig)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME heddle)
set(CPACK_PACKAGE_CONTACT "heddle maintainers <maintainers@heddle.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "a sentence becomes a safe shell command, checked against this machine")
# Which packages the programs need is asked when the package is made, of those that use the system's libraries. The
# libraries of the private prefix need nothing of the system, and no package of it has them: dpkg-shlibdeps fails on them.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_SOURCE_DIR}/cmake/package_depends.cmake)
set(CPACK_HEDDLE_PROGRAMS ${CMAKE_BINARY_DIR}/src/heddle)
if(TARGET heddle-runner AND NOT EXISTS ${HEDDLE_LLAMA_PREFIX}/complete)
  list(APPEND CPACK_HEDDLE_PROGRAMS ${CMAKE_BINARY_DIR}/src/heddle-runner)
endif()
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libboost-json1.81-dev, libpcre2-dev, libutf8proc-dev")  # to link the library
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
