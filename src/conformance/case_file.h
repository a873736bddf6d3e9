#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "json/document.h"

// The golden requests and answers, as tests/conformance/README.md describes their JSON.
namespace enks::conformance {

// One request and what has to come back. Values live as long as the CaseFile they come from.
struct Step {
  json::Value request;
  json::Value answer;
  json::Value reference_answer;  // where the reference's differs; may not exist
};

struct Case {
  std::string name;           // a sentence that says what has to hold
  std::string divergence;     // id in docs/divergences.md; empty: enks answers as the reference
  std::string known_failure;  // why enks fails it; empty: it must not
  std::vector<Step> steps;
};

// The random bytes behind `padding` of an answer 200, as the settings of the server have it.
struct PaddingRange {
  std::int64_t bytes_min = 0;
  std::int64_t bytes_max = 0;
};

// All cases of one section of a sheet. Immutable; neither copied nor moved, for values point at it.
class CaseFile {
 public:
  // `name` is for messages. kInvalidArgument says what is wrong with the text.
  static Result<std::unique_ptr<CaseFile>> Parse(const std::string& name, std::string text);
  CaseFile(const CaseFile&) = delete;
  CaseFile& operator=(const CaseFile&) = delete;
  ~CaseFile() = default;

  const std::string& name() const { return name_; }
  const std::string& sheet() const { return sheet_; }  // "publish.md section 2"
  const std::string& topic() const { return topic_; }
  const PaddingRange& padding() const { return padding_; }
  // Headers that every answer of this file has, unless its step says otherwise.
  json::Value answer_headers() const { return answer_headers_; }
  const std::vector<Case>& cases() const { return cases_; }

 private:
  CaseFile(std::string name, std::string text);
  Status Read();
  Status ReadHead(json::Value root);
  Status ReadCase(json::Value value);

  const std::string name_;
  const std::string text_;
  const json::Document document_;
  std::string sheet_;
  std::string topic_;
  PaddingRange padding_;
  json::Value answer_headers_;
  std::vector<Case> cases_;
};

using CaseFiles = std::vector<std::unique_ptr<CaseFile>>;

// Every *.json of the folder `kit`/cases, in the order of their names.
Result<CaseFiles> ReadCaseFiles(base::Files& files, const std::filesystem::path& kit);

}  // namespace enks::conformance
