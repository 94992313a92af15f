// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/matchers/reference_idna.h"

#include <array>

#include <unicode/uidna.h>

#include "core/base/check.h"

namespace presshawk::reference {
namespace {

using Convert = decltype(&uidna_labelToUnicodeUTF8);

std::string Converted(Convert convert, const std::string& label) {
  UErrorCode error = U_ZERO_ERROR;
  UIDNA* const idna = uidna_openUTS46(
      UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
      &error);
  PRESSHAWK_CHECK(U_SUCCESS(error));
  std::array<char, 4096> converted;
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  const int32_t size = convert(
      idna, label.data(), static_cast<int32_t>(label.size()), converted.data(),
      static_cast<int32_t>(converted.size()), &info, &error);
  uidna_close(idna);
  if (U_FAILURE(error) || info.errors != 0) {
    return label;
  }
  return std::string(converted.data(), static_cast<size_t>(size));
}

}  // namespace

std::string UnicodeLabel(const std::string& label) {
  return Converted(&uidna_labelToUnicodeUTF8, label);
}

std::string AsciiLabel(const std::string& label) {
  return Converted(&uidna_labelToASCII_UTF8, label);
}

}  // namespace presshawk::reference
