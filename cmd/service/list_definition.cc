#include "cmd/service/list_definition.h"

#include <algorithm>
#include <string_view>

#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

constexpr size_t kQueryBytesMax = 4000;
constexpr size_t kTextBytesMax = 300;  // Of a name, a label, a term.
constexpr size_t kLabelsMax = 20;
constexpr size_t kTermsMax = 20;

class Writer {
 public:
  explicit Writer(std::string* json) : json_(*json) {}

  void Text(std::string_view text, size_t bytes_max) {
    const std::string_view kept = Utf8Prefix(text, bytes_max);
    if (kept.size() == text.size()) {
      return AppendJsonString(text, &json_);
    }
    cut_ = true;
    AppendJsonString(StrCat(kept, "…"), &json_);
  }

  void Labels(const WatchList& list) {
    json_ += ",\"labels\":{";
    size_t shown = 0;
    for (const auto& [key, value] : list.labels) {
      if (shown == kLabelsMax) {
        cut_ = true;
        break;
      }
      json_ += shown++ > 0 ? "," : "";
      Text(key, kTextBytesMax);
      json_ += ':';
      Text(value, kTextBytesMax);
    }
    json_ += '}';
  }

  void Terms(const WatchList& list) {
    json_ += ",\"terms\":[";
    const size_t shown = std::min(list.terms.size(), kTermsMax);
    cut_ |= shown < list.terms.size();
    for (size_t i = 0; i < shown; ++i) {
      json_ += i > 0 ? "," : "";
      Text(list.terms[i].text, kTextBytesMax);
    }
    StrAppend(&json_, "],\"term_count\":", list.terms.size());
  }

  void Write(const WatchList& list) {
    json_ += ",\"name\":";
    Text(list.name, kTextBytesMax);
    Labels(list);
    json_ += ",\"query\":";
    if (list.query.has_value()) {
      Text(list.query->text, kQueryBytesMax);
    } else {
      json_ += "null";
    }
    Terms(list);
    json_ += cut_ ? ",\"cut\":true" : "";
  }

 private:
  std::string& json_;
  bool cut_ = false;
};

}  // namespace

void AppendDefinitionJson(const WatchList& list, std::string* json) {
  Writer(json).Write(list);
}

}  // namespace presshawk
