# Every library enks links, all of them Debian packages: docs/decisions.md says why each is here.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(absl REQUIRED)
find_package(fmt REQUIRED)
find_package(CURL REQUIRED)
find_package(Protobuf REQUIRED)
find_package(GTest REQUIRED)
find_package(ZLIB REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)

# Boost (Asio, Beast), CLI11, toml++ and RapidCheck are used as headers or plain libraries.
find_path(ENKS_BOOST_INCLUDE boost/beast/core.hpp REQUIRED)
find_path(ENKS_CLI11_INCLUDE CLI/CLI.hpp REQUIRED)
find_path(ENKS_TOML_INCLUDE toml++/toml.h REQUIRED)
find_path(ENKS_RAPIDCHECK_INCLUDE rapidcheck.h REQUIRED)
find_library(ENKS_RAPIDCHECK_LIBRARY rapidcheck REQUIRED)

include(GoogleTest)
