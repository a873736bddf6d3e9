# Language level, warnings, compiler cache and linker for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(ENKS_CCACHE ccache)
if(ENKS_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${ENKS_CCACHE}")
endif()

find_program(ENKS_MOLD mold)
if(ENKS_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                    -Wold-style-cast -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # To clang -Wconversion means this, too; to g++ it does not.
  add_compile_options(-Wno-sign-conversion)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives of these two inside the standard library at -O2.
  add_compile_options(-Wno-restrict -Wno-stringop-overflow)
endif()

# A binary that runs on every x86-64 server since about 2009; hot loops dispatch at run time.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  add_compile_options(-march=x86-64-v2)
endif()
add_compile_definitions(_GLIBCXX_ASSERTIONS)
