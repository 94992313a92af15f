// SPDX-License-Identifier: Apache-2.0
// A generation's parts, to and from a file.
#include <utility>

#include "core/base/str_cat.h"
#include "core/text/canonicalizer.h"
#include "matchers/engine_choice.h"
#include "matchers/hyperscan/hyperscan_version.h"
#include "matchers/plan/program_check.h"
#include "matchers/query_set_parts.h"
#include "matchers/sections/build_id.h"

namespace presshawk {
namespace {

// Returns false if a text is no longer a valid regex.
bool CompileRegexes(Program* program) {
  for (size_t i = 0; i < program->regex_texts.size(); ++i) {
    const std::string_view text = program->regex_texts[i];
    if (text.empty()) {
      return false;
    }
    Regex::Compiled compiled =
        Regex::Compile(text.substr(1), /*ignore_case=*/text[0] == 'i');
    if (compiled.regex == nullptr) {
      return false;
    }
    program->regexes.push_back(std::move(compiled.regex));
  }
  return true;
}

}  // namespace

std::string BuildAndProcessor() {
  static const std::string* const text = new std::string(
      StrCat("build ", ProgramBuildId(), " ", HyperscanVersion(), " kernel ",
             static_cast<int>(BestKernel())));
  return *text;
}

void SaveParts(const QueryParts& parts, std::string_view notes,
               SectionWriter* writer) {
  writer->Text(notes);
  writer->Text(parts.id);
  writer->Text(EncodeDiagnostics(parts.diagnostics));
  ListInfos::Transfer(&parts.lists, writer);
  Program::Transfer(&parts.program, writer);
  Triggers::Transfer(&parts.triggers, writer);
  parts.engine->Save(writer);
  const uint8_t has_regexes = parts.regex_engine != nullptr ? 1 : 0;
  writer->Value(&has_regexes);
  if (has_regexes != 0) {
    parts.regex_engine->Save(writer);
  }
}

absl::StatusOr<QueryParts> OpenParts(std::shared_ptr<const SectionFile> file,
                                     std::string* notes) {
  SectionReader reader(*file);
  QueryParts parts;
  parts.file = std::move(file);
  *notes = reader.Text();
  parts.id = reader.Text();
  auto diagnostics = DecodeDiagnostics(reader.Text());
  ListInfos::Transfer(&parts.lists, &reader);
  Program::Transfer(&parts.program, &reader);
  Triggers::Transfer(&parts.triggers, &reader);
  if (!reader.ok() || !diagnostics.has_value() || !parts.lists.IsSound() ||
      parts.lists.ids.size() != parts.program.lists.size() ||
      !parts.program.regex_texts.IsSound() ||
      parts.program.patterns > parts.program.terms.size()) {
    return absl::DataLossError("a part of the generation is damaged");
  }
  parts.diagnostics = *std::move(diagnostics);
  if (!CompileRegexes(&parts.program)) {
    return absl::DataLossError("a regular expression is damaged");
  }
  PatternClaims claims(parts.program.patterns);
  auto engine = OpenTermEngine(&reader, &claims);
  if (!engine.ok()) {
    return engine.status();
  }
  parts.engine = *std::move(engine);
  uint8_t has_regexes = 0;
  reader.Value(&has_regexes);
  if (has_regexes != 0) {
    auto regexes = OpenRegexEngine(&reader, &claims);
    if (!regexes.ok()) {
      return regexes.status();
    }
    parts.regex_engine = *std::move(regexes);
  }
  if (!reader.ok() || !reader.at_end()) {
    return absl::DataLossError("parts of the generation are missing");
  }
  const std::string_view problem =
      FindProgramProblem(parts.program, parts.triggers, claims);
  if (!problem.empty()) {
    return absl::DataLossError(std::string(problem));
  }
  return parts;
}

}  // namespace presshawk
