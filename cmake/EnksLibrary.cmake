# enks_library(NAME DEPS libs...): the library of the folder src/NAME and, from its *_test.cc files,
# the test program enks_NAME_test. Sources are listed by glob, a folder being a library. What lies
# in a folder testing/ is for tests: the folder's CMakeLists.txt makes a library enks_NAME_testing
# of it.
# WHOLE_TEST: ctest runs the test program as one test, because its tests share something costly to
# start (a database server). Otherwise each test is a process of its own.
function(enks_library name)
  cmake_parse_arguments(ARG "WHOLE_TEST" "" "DEPS;TEST_DEPS;EXTRA_SOURCES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "/testing/")

  if(sources OR ARG_EXTRA_SOURCES)
    add_library(enks_${name} STATIC ${sources} ${ARG_EXTRA_SOURCES})
    target_include_directories(enks_${name} PUBLIC "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(enks_${name} PUBLIC ${ARG_DEPS})
  else()
    add_library(enks_${name} INTERFACE)
    target_include_directories(enks_${name} INTERFACE "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(enks_${name} INTERFACE ${ARG_DEPS})
  endif()

  if(tests AND ENKS_TESTS)
    add_executable(enks_${name}_test ${tests})
    target_link_libraries(enks_${name}_test PRIVATE enks_${name} ${ARG_TEST_DEPS} GTest::gmock
                                                    GTest::gtest_main)
    # The sanitizers look at what runs; optimizing the tests themselves, and preparing them for a
    # fuzzer, would take more than half of the time that their compilation takes.
    if(ENKS_FUZZ)
      target_compile_options(enks_${name}_test PRIVATE -O0 -fno-sanitize=fuzzer-no-link)
    endif()
    if(ARG_WHOLE_TEST)
      add_test(NAME enks_${name}_test COMMAND enks_${name}_test)
      set_tests_properties(enks_${name}_test PROPERTIES TIMEOUT 600 LABELS unit)
    else()
      gtest_discover_tests(enks_${name}_test DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300 LABELS
                           unit)
    endif()
  endif()
endfunction()
