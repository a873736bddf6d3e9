#include "store/postgres/parameters.h"

#include <charconv>
#include <cstdint>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "store/postgres/type_ids.h"

namespace enks::store::postgres {
namespace {

constexpr int kTextFormat = 0;
constexpr int kBinaryFormat = 1;

}  // namespace

struct ParameterAdder {
  Parameters& out;

  // Type 0: the server decides from the place where the parameter stands.
  void operator()(sql::Null) const { out.Add(0, nullptr, 0, kTextFormat); }
  void operator()(std::int64_t number) const {
    Parameters::Digits& digits = out.digits_.emplace_back();
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size() - 1, number).ptr;
    *end = '\0';
    out.Add(kInt8, digits.data(), 0, kTextFormat);
  }
  // A null pointer would mean NULL, so an empty text or blob must come with an address.
  void operator()(std::string_view text) const {
    out.Add(kText, text.empty() ? "" : text.data(), text.size(), kBinaryFormat);
  }
  void operator()(base::ByteView blob) const {
    out.Add(kBytea, blob.empty() ? "" : base::AsText(blob).data(), blob.size(), kBinaryFormat);
  }
};

Parameters::Parameters(std::initializer_list<sql::Value> values) {
  digits_.reserve(values.size());
  for (const sql::Value& value : values) std::visit(ParameterAdder{*this}, value);
}

void Parameters::Add(Oid type, const char* value, std::size_t length, int format) {
  types_.push_back(type);
  values_.push_back(value);
  lengths_.push_back(static_cast<int>(length));
  formats_.push_back(format);
}

}  // namespace enks::store::postgres
