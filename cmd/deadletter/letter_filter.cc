// SPDX-License-Identifier: Apache-2.0
#include "cmd/deadletter/letter_filter.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

bool HasArticleId(const DeadLetter& letter, const std::string& id) {
  if (letter.has_key && letter.key == id) {
    return true;
  }
  if (letter.value.find(id) == std::string::npos) {
    return false;  // Spares nearly all of them the parser.
  }
  const auto article = nlohmann::json::parse(letter.value, nullptr,
                                             /*allow_exceptions=*/false);
  if (!article.is_object()) {
    return false;
  }
  const auto found = article.find("id");
  return found != article.end() &&
         (found->is_string() ? found->get_ref<const std::string&>() == id
                             : found->dump() == id);
}

}  // namespace

bool LetterFilter::empty() const {
  return reasons.empty() && topic.empty() && partition < 0 &&
         first_offset == 0 && last_offset == UINT64_MAX &&
         since == absl::InfinitePast() && until == absl::InfiniteFuture() &&
         key.empty() && article_id.empty();
}

bool LetterFilter::Matches(const DeadLetter& letter) const {
  if (empty()) {
    return true;
  }
  if (!letter.problem.empty()) {
    return false;
  }
  if (!reasons.empty() && std::find(reasons.begin(), reasons.end(),
                                    letter.reason()) == reasons.end()) {
    return false;
  }
  const bool of_topic = !letter.Header("topic").empty();
  if (!topic.empty() && letter.Header(of_topic ? "topic" : "file") != topic) {
    return false;
  }
  if (partition >= 0 && letter.Header("partition") != StrCat(partition)) {
    return false;
  }
  if (first_offset > 0 || last_offset < UINT64_MAX) {
    const std::string_view text = letter.Header(of_topic ? "offset" : "line");
    uint64_t offset = 0;
    if (!absl::SimpleAtoi(absl::string_view(text.data(), text.size()),
                          &offset) ||
        offset < first_offset || offset > last_offset) {
      return false;
    }
  }
  const absl::Time time = letter.Time();
  return time >= since && time < until &&
         (key.empty() || (letter.has_key && letter.key == key)) &&
         (article_id.empty() || HasArticleId(letter, article_id));
}

absl::Status ParseOffsets(const std::string& text, LetterFilter* filter) {
  const size_t dots = text.find("..");
  const std::string first = text.substr(0, dots);
  const std::string last =
      dots == std::string::npos ? first : text.substr(dots + 2);
  if (!absl::SimpleAtoi(first, &filter->first_offset) ||
      !absl::SimpleAtoi(last, &filter->last_offset) ||
      filter->first_offset > filter->last_offset) {
    return absl::InvalidArgumentError(
        StrCat("--offset: `", text, "`: write 17, or 10..20"));
  }
  return absl::OkStatus();
}

}  // namespace presshawk
