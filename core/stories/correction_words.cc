// SPDX-License-Identifier: Apache-2.0
#include "core/stories/correction_words.h"

#include <algorithm>
#include <array>

namespace presshawk {

absl::Span<const std::string_view> CorrectionStarts() {
  // Canonical forms. Letters of scripts without spaces are tokens of their own.
  static constexpr std::array<std::string_view, 46> kStarts = {
      // English
      " correction ", " corrections ", " corrected ", " clarification ",
      " retraction ", " retracted ", " kill ", " editor s note correction ",
      // German
      " berichtigung ", " korrektur ", " richtigstellung ",
      " gegendarstellung ",
      // French
      " rectificatif ", " correctif ", " erratum ", " droit de reponse ",
      // Spanish, Portuguese, Italian
      " correccion ", " rectificacion ", " fe de errores ", " fe de erratas ",
      " correcao ", " errata ", " correzione ", " rettifica ",
      " errata corrige ",
      // Dutch, Swedish, Danish, Norwegian, Finnish
      " rectificatie ", " rattelse ", " rettelse ", " korrigering ",
      " oikaisu ",
      // Polish, Czech, Slovak, Slovene
      " sprostowanie ", " oprava ", " korekta ", " popravek ",
      // Russian, Ukrainian, Bulgarian
      " исправление ", " уточнение ", " опровержение ", " виправлення ",
      " уточнення ", " спростування ", " поправка ",
      // Turkish, Arabic, Chinese, Japanese
      " duzeltme ", " تصحيح ", " 更 正 ", " 訂 正 ", " 澄 清 "};
  return kStarts;
}

bool IsCorrectionStart(std::string_view canonical) {
  const auto starts = CorrectionStarts();
  return std::any_of(starts.begin(), starts.end(), [&](std::string_view start) {
    return canonical.starts_with(start);
  });
}

}  // namespace presshawk
