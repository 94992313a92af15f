// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/mapping_section.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/str_cat.h"
#include "core/config/dump_text.h"
#include "core/config/options.h"
#include "core/config/suggestion.h"

namespace presshawk {
namespace {

constexpr std::array<std::string_view, 7> kPresets = {
    "generic", "newsapi",       "ninjs1",   "ninjs3",
    "webz",    "eventregistry", "schemaorg"};

}  // namespace

void ReadMapping(ConfigSection* file, Options* options) {
  const std::optional<ConfigScalar> mapping = file->Scalar("mapping");
  if (!mapping.has_value()) {
    return;
  }
  const bool is_file = mapping->text.find_first_of("/.") != std::string::npos;
  const bool is_preset = std::find(kPresets.begin(), kPresets.end(),
                                   mapping->text) != kPresets.end();
  if (!is_file && !is_preset) {
    const std::string_view near = NearestName(mapping->text, kPresets);
    file->Error(
        mapping->place, StrCat("`", mapping->written, "` is no mapping preset"),
        near.empty() ? "write generic, newsapi, ninjs1, ninjs3, webz, "
                       "eventregistry or schemaorg, or a file with its path: "
                       "./mapping.yaml"
                     : StrCat("did you mean ", near, "? (a file: ./",
                              mapping->written, ")"));
  }
  options->mapping = mapping->text;
  options->mapping_place = mapping->place;
}

void DumpMapping(const Options& options, std::string* dump) {
  StrAppend(dump, "mapping: ", QuotedYaml(options.mapping), "\n");
}

}  // namespace presshawk
