#include "matchers/plan/metadata.h"

#include "core/text/canonicalize.h"
#include "core/text/host_name.h"
#include "core/text/iso_codes.h"
#include "matchers/plan/wildcard.h"

namespace presshawk {
namespace {

// Beyond it a value is no language tag and no host: it is compared as a whole,
// not part by part, so that a hostile one costs no square of its length.
constexpr size_t kPartedBytesMax = 1024;

bool GlobHolds(std::string_view pattern, std::string_view value) {
  return MatchesGlob(pattern, value, /*question_is_wild=*/false);
}

}  // namespace

std::string FoldMetaPattern(MetaField field, std::string_view value) {
  std::string code;
  if (value.find('*') == std::string_view::npos &&
      ToIsoCode(field, value, &code)) {
    value = code;
  }
  std::string folded;
  AppendFoldedMetadata(value, &folded);
  return field == MetaField::kSite ? HostPattern(folded) : folded;
}

bool MetaMatches(MetaField field, std::string_view pattern,
                 std::string_view value) {
  if (GlobHolds(pattern, value)) {
    return true;
  }
  if (value.size() > kPartedBytesMax) {
    return false;
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
  for (const std::string_view value : article.meta_of(field)) {
    std::string folded;
    AppendFoldedMetadata(value, &folded);
    if (field == MetaField::kSite) {
      AppendHostForms(folded, HostOrigin::kSite, values);
    } else if (!folded.empty()) {
      values->push_back(std::move(folded));
    }
  }
  if (field == MetaField::kSite && values->empty()) {
    std::string folded;
    AppendFoldedMetadata(article.url, &folded);
    AppendHostForms(folded, HostOrigin::kUrl, values);
  }
}

}  // namespace presshawk
