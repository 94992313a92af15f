#include "matchers/plan/metadata.h"

#include "core/text/canonicalize.h"
#include "matchers/plan/wildcard.h"

namespace presshawk {
namespace {

bool IsDigits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The host of a folded site or url, without port, final dot and `www.`.
std::string_view HostOf(std::string_view value, bool is_url) {
  const size_t scheme = value.find("://");
  if (scheme != std::string_view::npos) {
    value.remove_prefix(scheme + 3);
    is_url = true;
  } else if (value.starts_with("//")) {
    value.remove_prefix(2);
    is_url = true;
  }
  if (is_url) {
    value = value.substr(0, value.find_first_of("/?#"));
    const size_t user = value.rfind('@');
    if (user != std::string_view::npos) {
      value.remove_prefix(user + 1);
    }
  }
  const size_t colon = value.rfind(':');
  if (colon != std::string_view::npos && IsDigits(value.substr(colon + 1)) &&
      (value.front() != '[' || value[colon - 1] == ']')) {
    value = value.substr(0, colon);
  }
  if (value.ends_with('.')) {
    value.remove_suffix(1);
  }
  if (value.starts_with("www.")) {
    value.remove_prefix(4);
  }
  return value;
}

bool GlobHolds(std::string_view pattern, std::string_view value) {
  return MatchesGlob(pattern, value, /*question_is_wild=*/false);
}

}  // namespace

std::string FoldMetaPattern(MetaField field, std::string_view value) {
  std::string folded;
  AppendFoldedMetadata(value, &folded);
  return field == MetaField::kSite ? std::string(HostOf(folded, false))
                                   : folded;
}

bool MetaMatches(MetaField field, std::string_view pattern,
                 std::string_view value) {
  if (GlobHolds(pattern, value)) {
    return true;
  }
  for (size_t i = 0; i < value.size(); ++i) {
    if (field == MetaField::kLang && (value[i] == '-' || value[i] == '_') &&
        GlobHolds(pattern, value.substr(0, i))) {
      return true;
    }
    if (field == MetaField::kSite && value[i] == '.' &&
        GlobHolds(pattern, value.substr(i + 1))) {
      return true;
    }
  }
  return false;
}

void AppendMetaValues(MetaField field, const Article& article,
                      std::vector<std::string>* values) {
  const auto append = [&](std::string_view value, bool is_url) {
    std::string folded;
    AppendFoldedMetadata(value, &folded);
    if (field == MetaField::kSite) {
      folded = std::string(HostOf(folded, is_url));
    }
    if (!folded.empty()) {
      values->push_back(std::move(folded));
    }
  };
  for (const std::string_view value : article.meta_of(field)) {
    append(value, false);
  }
  if (field == MetaField::kSite && values->empty()) {
    append(article.url, true);
  }
}

}  // namespace presshawk
