// SPDX-License-Identifier: Apache-2.0
// A saved generation with some of its words changed, the checksum not looked
// at: it is refused, or it can be asked.
//
// Input: pairs of 4 bytes, a word's index and what it becomes. Hyperscan's
// bytecode, which cannot be checked, is not in the file.
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "core/base/check.h"
#include "core/base/str_cat.h"
#include "matchers/query_set_parts.h"
#include "tests/fuzz/fuzz_input.h"

namespace presshawk {

// Opens bytes in memory, which must outlive the file, aligned to 64, without a
// look at the checksum.
class testing::UncheckedSections {
 public:
  static std::shared_ptr<const SectionFile> Open(std::string_view bytes) {
    std::shared_ptr<SectionFile> file(new SectionFile);
    file->bytes_ = bytes;
    return file->FindTable().ok() ? file : nullptr;
  }
};

namespace {

constexpr size_t kAlignment = 64;

// Every form of a query, by the token engine alone.
std::string SavedGeneration() {
  WatchListSet set;
  ParseWatchLists("lists.yaml", R"(watchlists:
  - {id: a, labels: {desk: x}, terms: [Kremlin, US election, "AT&T"]}
  - {id: b, query: '(Putin OR elect* OR "Russian president") AND NOT {US}'}
  - {id: c, query: '(oil NEAR/5 (gas OR coal)) OR (oil ONEAR/2 price)'}
  - {id: d, query: '(oil NOTNEAR/3 gas) OR "a b c"~4 OR title:first/9(oil)'}
  - {id: e, query: '(oil SENTENCE gas) OR (oil PARAGRAPH coal) OR lead:price'}
  - {id: f, query: '(atleast/2(oil) AND @a) OR (lang:en AND NOT tag:sport*)'}
  - {id: g, query: '(@a AND @b) OR author:smith OR #kremlin'}
)",
                  &set);
  const auto query_set =
      QuerySet::Compile(set.lists, {.engine = QuerySet::Engine::kTokens});
  PRESSHAWK_CHECK(query_set.ok() && (*query_set)->size() == 7);
  const std::string path = (std::filesystem::temp_directory_path() /
                            StrCat("presshawk-cache-fuzz-", getpid()))
                               .string();
  std::filesystem::remove(path);
  PRESSHAWK_CHECK((*query_set)->Save(path, CacheKey(), "notes").ok());
  std::ifstream file(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  std::filesystem::remove(path);
  return bytes;
}

void Ask(const QuerySet& query_set) {
  static const std::string body(
      "The Kremlin said on the US election: AT&T, oil and gas price. a x b c "
      "oil near coal; Putin! #kremlin elected electors");
  Article article;
  article.id = "1";
  article.lang = "en";
  article.meta[static_cast<size_t>(MetaField::kLang)] = {&article.lang, 1};
  article.html.fill(HtmlMode::kNo);
  article.text[static_cast<size_t>(Field::kTitle)] = "Oil price first";
  article.text[static_cast<size_t>(Field::kBody)] = body;
  article.text[static_cast<size_t>(Field::kAuthor)] = "Smith";
  const std::unique_ptr<Matcher> matcher = query_set.NewMatcher();
  ArticleText text;
  PRESSHAWK_CHECK(text.Assign(article, ~size_t{0}));
  if (!matcher->Scan(text)) {
    return;
  }
  std::vector<ListSlot> slots;
  std::vector<Hit> hits;
  matcher->Evaluate(article, text, &slots);
  for (const ListSlot slot : slots) {
    PRESSHAWK_CHECK(slot < query_set.size());
    matcher->CollectHits(slot, text, &hits);
    const WatchListInfo info = query_set.list(slot);
    PRESSHAWK_CHECK(std::string(info.id).size() +
                        std::string(info.labels_json).size() <
                    SIZE_MAX);
  }
}

}  // namespace
}  // namespace presshawk

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  static const auto* const saved = new std::string(SavedGeneration());
  const size_t room = (saved->size() + kAlignment) / kAlignment * kAlignment;
  const std::unique_ptr<char, decltype(&std::free)> bytes(
      static_cast<char*>(std::aligned_alloc(kAlignment, room)), &std::free);
  std::memcpy(bytes.get(), saved->data(), saved->size());
  for (size_t at = 0; at + 8 <= size; at += 8) {
    uint32_t word = 0;
    std::memcpy(&word, data + at, 4);
    std::memcpy(bytes.get() + word % (saved->size() / 4) * 4, data + at + 4, 4);
  }
  const auto file =
      testing::UncheckedSections::Open({bytes.get(), saved->size()});
  if (file == nullptr) {
    return 0;
  }
  std::string notes;
  absl::StatusOr<QueryParts> parts = OpenParts(file, &notes);
  PRESSHAWK_CHECK(parts.ok() || size > 0);  // Unchanged it is good.
  if (parts.ok()) {
    Ask(QuerySet(*std::move(parts)));
  }
  return 0;
}
