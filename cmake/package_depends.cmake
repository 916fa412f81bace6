# What the Debian package depends on, asked of dpkg-shlibdeps when cpack runs.
if(CPACK_GENERATOR STREQUAL DEB)
  set(folder ${CPACK_TOPLEVEL_DIRECTORY}/depends)
  file(WRITE ${folder}/debian/control "Source: heddle\n\nPackage: heddle\nArchitecture: any\n")
  execute_process(COMMAND dpkg-shlibdeps -O ${CPACK_HEDDLE_PROGRAMS} WORKING_DIRECTORY ${folder}
    OUTPUT_VARIABLE depends ERROR_VARIABLE failure RESULT_VARIABLE code OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "dpkg-shlibdeps (package dpkg-dev): ${code} ${failure}")
  endif()
  string(REPLACE "shlibs:Depends=" "" depends "${depends}")
  # libcurl is loaded when it is first used, so it is not among what the program is linked to.
  set(CPACK_DEBIAN_PACKAGE_DEPENDS "${depends}, libcurl4 | libcurl3-gnutls")
endif()
