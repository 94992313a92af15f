// SPDX-License-Identifier: Apache-2.0
// Writes JSON (RFC 8259) to a string and sets the commas itself.
//
//   std::string json;
//   JsonWriter writer(&json);
//   writer.BeginObject().Member("id", id).Key("errors").BeginArray();
//   for (const std::string& error : errors) {
//     writer.Value(error);
//   }
//   writer.EndArray().EndObject();  // {"id":"a","errors":["b","c"]}
//
// The caller closes what it opens and gives each member of an object a key.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "core/base/str_cat.h"

namespace presshawk {

// THREAD SAFETY. One thread's.
class JsonWriter {
 public:
  // Appends to *out, which must outlive the writer.
  explicit JsonWriter(std::string* out) : out_(*out) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Close('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Close(']'); }
  JsonWriter& Key(std::string_view key);

  // Bytes that are no UTF-8 become U+FFFD.
  JsonWriter& Value(std::string_view text);
  JsonWriter& Value(const char* text) { return Value(std::string_view(text)); }
  JsonWriter& Value(bool value) { return Raw(value ? "true" : "false"); }
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) JsonWriter& Value(Number number) {
    Separate();
    StrAppend(&out_, number);
    return *this;
  }
  JsonWriter& Null() { return Raw("null"); }
  // `json` is one complete value, written as it is.
  JsonWriter& Raw(std::string_view json);

  template <typename T>
  JsonWriter& Member(std::string_view key, const T& value) {
    return Key(key).Value(value);
  }

 private:
  JsonWriter& Open(char bracket);
  JsonWriter& Close(char bracket);
  // Writes the comma before a key or a value where one is due.
  void Separate();

  std::string& out_;
  bool comma_due_ = false;  // Something stands before, in the same brackets.
};

}  // namespace presshawk
