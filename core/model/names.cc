// SPDX-License-Identifier: Apache-2.0
#include "core/model/field.h"
#include "core/model/reject_reason.h"
#include "core/model/stage.h"

namespace presshawk {

std::string_view FieldName(Field field) {
  static constexpr std::array<std::string_view, kFieldCount> kNames = {
      "title", "summary", "body", "author"};
  return kNames[static_cast<size_t>(field)];
}

std::string_view MetaFieldName(MetaField field) {
  static constexpr std::array<std::string_view, kMetaFieldCount> kNames = {
      "id", "source", "site", "lang", "country", "tag"};
  return kNames[static_cast<size_t>(field)];
}

std::string_view RejectReasonName(RejectReason reason) {
  static constexpr std::array<std::string_view, kRejectReasonCount> kNames = {
      "too_large",     "not_utf8",     "too_deep",       "not_json",
      "not_an_object", "missing_text", "engine_failure", "alert_too_large"};
  return kNames[static_cast<size_t>(reason)];
}

std::string_view StageName(Stage stage) {
  static constexpr std::array<std::string_view, kStageCount> kNames = {
      "decode", "canonicalize", "scan", "evaluate", "emit"};
  return kNames[static_cast<size_t>(stage)];
}

}  // namespace presshawk
