// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/metadata.h"

#include <algorithm>
#include <utility>

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

void AppendHost(std::string_view value, HostOrigin origin, MetaValues* values) {
  std::string* const folded = values->Add();
  AppendFoldedMetadata(value, folded);
  const std::string_view host = HostOf(*folded, origin);
  if (host.empty()) {
    values->DropLast();
  } else if (MayHaveTwoForms(host)) {
    std::string ascii = AsciiHost(host);
    *folded = UnicodeHost(host);
    if (*folded != ascii) {
      *values->Add() = std::move(ascii);
    }
  } else {
    const auto begin = static_cast<size_t>(host.data() - folded->data());
    folded->resize(begin + host.size());
    folded->erase(0, begin);
  }
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

void MetaValues::Clear() {
  constexpr size_t kValuesKept = 64;
  constexpr size_t kBytesKept = 4096;
  for (size_t i = 0; i < std::min(size_, kValuesKept); ++i) {
    if (strings_[i].capacity() > kBytesKept) {
      std::string().swap(strings_[i]);
    }
  }
  if (strings_.size() > kValuesKept) {
    strings_.resize(kValuesKept);
    strings_.shrink_to_fit();
  }
  size_ = 0;
}

std::string* MetaValues::Add() {
  if (size_ == strings_.size()) {
    strings_.emplace_back();
  }
  std::string* const value = &strings_[size_++];
  value->clear();
  return value;
}

void AppendMetaValues(MetaField field, const Article& article,
                      MetaValues* values) {
  for (const std::string_view value : article.meta_of(field)) {
    if (field == MetaField::kSite) {
      AppendHost(value, HostOrigin::kSite, values);
    } else {
      std::string* const folded = values->Add();
      AppendFoldedMetadata(value, folded);
      if (folded->empty()) {
        values->DropLast();
      }
    }
  }
  if (field == MetaField::kSite && values->empty()) {
    AppendHost(article.url, HostOrigin::kUrl, values);
  }
}

}  // namespace presshawk
