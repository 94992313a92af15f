// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/limit_section.h"

#include "core/base/str_cat.h"
#include "core/config/quantities.h"

namespace presshawk {
namespace {

constexpr uint64_t kShownMax = 10'000;  // Hits, and snippets, of an alert.

}  // namespace

void ReadLimits(ConfigSection* file, LimitOptions* options) {
  ConfigSection limits = file->Map("limits");
  options->article_bytes = limits.Size("article_bytes", 1UL << 10, 1UL << 30)
                               .value_or(options->article_bytes);
  options->hits = limits.Integer("hits", 0, kShownMax).value_or(options->hits);
  options->snippets =
      limits.Integer("snippets", 0, kShownMax).value_or(options->snippets);
  limits.RejectUnknownKeys();
}

void DumpLimits(const LimitOptions& options, std::string* dump) {
  StrAppend(dump,
            "limits: {article_bytes: ", FormatConfigSize(options.article_bytes),
            ", hits: ", options.hits, ", snippets: ", options.snippets, "}\n");
}

}  // namespace presshawk
