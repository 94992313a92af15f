// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/lists/list_definition.h"

#include <algorithm>
#include <string>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

constexpr size_t kQueryBytesMax = 4000;
constexpr size_t kTextBytesMax = 300;  // Of a name, a label, a term.
constexpr size_t kLabelsMax = 20;
constexpr size_t kTermsMax = 20;

class DefinitionWriter {
 public:
  explicit DefinitionWriter(JsonWriter* json) : json_(*json) {}

  void Write(const WatchList& list, std::string_view topic) {
    json_.Member("name", Cut(list.name, kTextBytesMax));
    WriteLabels(list);
    json_.Key("query");
    if (list.query.has_value()) {
      json_.Value(Cut(list.query->text, kQueryBytesMax));
    } else {
      json_.Null();
    }
    WriteTerms(list);
    WriteSource(list, topic);
    if (cut_) {
      json_.Member("cut", true);
    }
  }

 private:
  std::string Cut(std::string_view text, size_t bytes_max) {
    const std::string_view kept = Utf8Prefix(text, bytes_max);
    if (kept.size() == text.size()) {
      return std::string(text);
    }
    cut_ = true;
    return StrCat(kept, "…");
  }

  void WriteLabels(const WatchList& list) {
    json_.Key("labels").BeginObject();
    size_t shown = 0;
    for (const auto& [key, value] : list.labels) {
      if (shown++ == kLabelsMax) {
        cut_ = true;
        break;
      }
      json_.Member(Cut(key, kTextBytesMax), Cut(value, kTextBytesMax));
    }
    json_.EndObject();
  }

  void WriteTerms(const WatchList& list) {
    json_.Key("terms").BeginArray();
    const size_t shown = std::min(list.terms.size(), kTermsMax);
    cut_ |= shown < list.terms.size();
    for (size_t i = 0; i < shown; ++i) {
      json_.Value(Cut(list.terms[i].text, kTextBytesMax));
    }
    json_.EndArray().Member("term_count", list.terms.size());
    if (list.forms.has_value() && !list.forms->empty()) {
      json_.Key("forms").BeginArray();
      for (const std::string& language : *list.forms) {
        json_.Value(language);
      }
      json_.EndArray();
    }
    if (list.min_relevance.has_value()) {
      json_.Member("min_relevance", *list.min_relevance);
    }
    if (list.editorial) {
      json_.Member("zones", "editorial");
    }
  }

  void WriteSource(const WatchList& list, std::string_view topic) {
    json_.Key("source");
    if (list.file.empty() && topic.empty()) {
      json_.Null();
      return;
    }
    json_.BeginObject();
    if (list.file.empty()) {
      json_.Member("topic", topic);
    } else {
      json_.Member("file", list.file)
          .Member("line", list.position.line)
          .Member("column", list.position.column);
    }
    json_.EndObject();
  }

  JsonWriter& json_;
  bool cut_ = false;
};

}  // namespace

void WriteDefinition(const WatchList& list, std::string_view topic,
                     JsonWriter* json) {
  DefinitionWriter(json).Write(list, topic);
}

}  // namespace presshawk
