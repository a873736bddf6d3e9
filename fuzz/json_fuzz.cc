#include "input.h"
#include "json/testing/fuzzing.h"

namespace enks::fuzz {

void Run(base::ByteView bytes) {
  json::FuzzDocument(base::AsText(bytes));
}

}  // namespace enks::fuzz
