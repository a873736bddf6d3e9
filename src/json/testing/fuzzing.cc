#include "json/testing/fuzzing.h"

#include <string>
#include <vector>

#include "base/check.h"
#include "json/document.h"
#include "json/writer.h"

namespace enks::json {
namespace {

// What the writer makes of a text, the parser reads back as the same text.
void CheckTextSurvives(Value string) {
  const std::string text = string.Text();
  std::string quoted;
  AppendQuoted(text, quoted);
  const Document again(quoted);
  ENKS_CHECK(again.outcome() == ParseOutcome::kOk && !again.HasMore());
  ENKS_CHECK(again.Root().Text() == text);
}

void CheckInside(Value child, Value parent) {
  ENKS_CHECK(parent.begin() < child.begin() && child.end() < parent.end());
}

}  // namespace

std::size_t FuzzDocument(std::string_view bytes) {
  const Document document(bytes);
  if (document.outcome() == ParseOutcome::kSyntax) {
    ENKS_CHECK(document.position() >= 1 && document.position() <= bytes.size());
  }
  if (document.outcome() != ParseOutcome::kOk) return 0;

  std::size_t count = 0;
  std::vector<Value> unvisited = {document.Root()};  // not the stack: texts nest deeply
  while (!unvisited.empty()) {
    const Value value = unvisited.back();
    unvisited.pop_back();
    ++count;
    ENKS_CHECK(value.begin() < value.end() && value.end() <= bytes.size());
    if (value.kind() == Kind::kString) CheckTextSurvives(value);
    if (value.kind() != Kind::kArray && value.kind() != Kind::kObject) continue;
    for (Value child = value.First(); child.Exists(); child = child.Next()) {
      CheckInside(child, value);
      unvisited.push_back(child);
    }
  }
  return count;
}

}  // namespace enks::json
