// SPDX-License-Identifier: Apache-2.0
// The parts of a compiled generation, and how they are saved and opened.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/flat_array.h"
#include "core/model/watchlist_info.h"
#include "matchers/hyperscan/regex_engine.h"
#include "matchers/plan/program.h"
#include "matchers/plan/triggers.h"
#include "matchers/query_set.h"

namespace presshawk {

// By slot: what alerts contain about a list, and which it gets.
struct ListInfos {
  StringPool ids, names, versions, labels, forms_releases;
  FlatArray<int32_t> min_relevances;

  void Add(const WatchListInfo& list) {
    ids.Add(list.id);
    names.Add(list.name);
    versions.Add(list.version);
    labels.Add(list.labels_json);
    forms_releases.Add(list.forms_release);
    min_relevances.push_back(list.min_relevance);
  }
  WatchListInfo of(ListSlot slot) const {
    return {ids[slot],    names[slot],          versions[slot],
            labels[slot], forms_releases[slot], min_relevances[slot]};
  }

  bool IsSound() const {
    for (const StringPool* pool :
         {&ids, &names, &versions, &labels, &forms_releases}) {
      if (!pool->IsSound() || pool->size() != ids.size()) {
        return false;
      }
    }
    return min_relevances.size() == ids.size();
  }
  template <typename Self, typename Archive>
  static void Transfer(Self* self, Archive* archive) {
    for (auto* const pool : {&self->ids, &self->names, &self->versions,
                             &self->labels, &self->forms_releases}) {
      StringPool::Transfer(pool, archive);
    }
    archive->Array(&self->min_relevances);
  }
};

struct QueryParts {
  // The file in which the arrays lie; null if they own their memory.
  std::shared_ptr<const SectionFile> file;
  Program program;
  Triggers triggers;
  std::unique_ptr<const TermEngine> engine;
  std::unique_ptr<const RegexEngine> regex_engine;  // Null without regexes.
  ListInfos lists;
  std::string id;
  EngineUse engine_use;  // Not saved.
  std::vector<Diagnostic> diagnostics;
};

// Compiles the parts of a generation, from the arguments of
// QuerySet::Compile(). A test may exchange parts before it makes the QuerySet.
absl::StatusOr<QueryParts> CompileParts(
    absl::Span<const WatchList* const> lists, CheckedLists checked,
    absl::Span<const uint32_t> chosen, const QuerySet::Options& options);

void SaveParts(const QueryParts& parts, std::string_view notes,
               SectionWriter* writer);
// Returns DataLoss if the file does not hold what SaveParts() wrote.
absl::StatusOr<QueryParts> OpenParts(std::shared_ptr<const SectionFile> file,
                                     std::string* notes);

// Names the build of the program and the processor: files fit no others.
std::string BuildAndProcessor();

}  // namespace presshawk
