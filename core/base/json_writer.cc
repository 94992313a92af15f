// SPDX-License-Identifier: Apache-2.0
#include "core/base/json_writer.h"

#include "core/base/json_text.h"
#include "core/base/utf8.h"

namespace presshawk {

void JsonWriter::Separate() {
  if (comma_due_) {
    out_ += ',';
  }
  comma_due_ = true;
}

JsonWriter& JsonWriter::Open(char bracket) {
  Separate();
  out_ += bracket;
  comma_due_ = false;
  return *this;
}

JsonWriter& JsonWriter::Close(char bracket) {
  out_ += bracket;
  comma_due_ = true;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  Value(key);
  out_ += ':';
  comma_due_ = false;
  return *this;
}

JsonWriter& JsonWriter::Value(std::string_view text) {
  Separate();
  AppendJsonString(ReplaceInvalidUtf8(text), &out_);
  return *this;
}

JsonWriter& JsonWriter::Raw(std::string_view json) {
  Separate();
  out_ += json;
  return *this;
}

}  // namespace presshawk
