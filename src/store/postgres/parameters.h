#pragma once

#include <libpq-fe.h>

#include <array>
#include <cstddef>
#include <initializer_list>
#include <vector>

#include "store/sql/connection.h"

namespace enks::store::postgres {

// The values of one statement as libpq takes them: numbers as text, so that they fit an integer
// column of any width; text and blobs as they are. Views into the values it was made from.
class Parameters {
 public:
  explicit Parameters(std::initializer_list<sql::Value> values);
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  int count() const { return static_cast<int>(types_.size()); }
  const Oid* types() const { return types_.data(); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  // "-9223372036854775808" and the NUL that the text format needs.
  using Digits = std::array<char, 21>;
  friend struct ParameterAdder;

  void Add(Oid type, const char* value, std::size_t length, int format);

  std::vector<Digits> digits_;  // never grows beyond what was reserved: values_ points into it
  std::vector<Oid> types_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

}  // namespace enks::store::postgres
