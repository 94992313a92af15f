// SPDX-License-Identifier: Apache-2.0
#include "tests/property/text/random_text.h"

#include <array>
#include <cstdio>
#include <string_view>
#include <vector>

#include "core/base/utf8.h"

namespace presshawk::testing {
namespace {

// Characters that have a rule of their own, or that composition knows.
constexpr std::u32string_view kNasty =
    U"..U.S. aAbZ09'’`´-_#@$€£&+%*?\n\t\u00A0"
    U"\u00AD\u200B\u200C\u200D\u2060\uFEFF\uFE0F\u034F\U000E0100"  // Ignored.
    U"\u0300\u0301\u0302\u0306\u0308\u0323\u0327\u0328\u0338\u0344\u0345\u0340"
    U"иІіЙйЇїёЁўѓќѐґъ\u0483\u0487\u2DE0"
    U"ıİIſßẞŉǅǆﬁﬃæÆœøđðłħþŋŧəǽǿẚ½⅓①⒈㍿㏂℡™℠Ⅳⅷ"
    U"\u02B9\u02BA\u02BB\u02BC\u02BD\u02BE\u02BF\u0374"
    U"．․…‥。：ＡＢｃ１＊？％＄"
    U"αΣςΐᾳᾼώ"
    U"أإآؤئۀىةکیٱهيءـ\u064B\u064E\u0651\u0653\u0654\u0655\u0670\uFDFA\uFEFB"
    U"א\u05B0\u05BCשׁ"
    U"कनरळभजपक़ऩ\u093C\u094D\u093E\u093F\u0940९০ো\u09C7\u09BE\u09D7"
    U"กำ้น\u0E33\u0E49\u0E38\u0E4D๒ຳກ\u0EB1"
    U"ក\u17D2មကြ\u1037\u103A"
    U"가각힣ᄀ\u1161\u11A8\u1112\u1175ㄱᄒᅟㅤ\u302E"
    U"か\u3099が\u309Aはパﾊﾟｶﾞー々〆〇漢字𠀀豈"
    U"አማ\u135F฿\u0B47\u0B56\u0BC6\u0BBE\u1025\u102E\U00011099\U000110BA"
    U"\U0001D400\U0001D7D8\U0001F600\U0001F1FA\u20E3";

constexpr std::array<std::u32string_view, 12> kPieces = {
    U"U.S.",          U"U.S.A",         U" the ",
    U"भा.ज.पा.",      U"в С.Ш.А. ",     U"在U.S.的",
    U"it’s",          U"AT&T",          U"e\u0301e\u0323\u0302",
    U"и\u0323\u0306", U"न\u094D\u093C", U"1\uFE0F\u20E3"};

char32_t RandomCodePoint(std::mt19937_64* random) {
  // Block by block, so that all of them come up.
  static constexpr std::array<std::pair<char32_t, char32_t>, 24> kRanges = {
      {{0x1, 0x7F},        {0x20, 0x7E},       {0x80, 0xFF},
       {0x100, 0x24F},     {0x250, 0x36F},     {0x370, 0x52F},
       {0x530, 0x6FF},     {0x700, 0x8FF},     {0x900, 0xDFF},
       {0xE00, 0xFFF},     {0x1000, 0x11FF},   {0x1200, 0x18AF},
       {0x18B0, 0x1DFF},   {0x1E00, 0x1FFF},   {0x2000, 0x2BFF},
       {0x2C00, 0x2FFF},   {0x3000, 0x33FF},   {0x3400, 0x9FFF},
       {0xA000, 0xABFF},   {0xAC00, 0xD7FF},   {0xF900, 0xFFFF},
       {0x10000, 0x1FFFF}, {0x20000, 0x323AF}, {0xE0000, 0xE01EF}}};
  const auto& range = kRanges[(*random)() % kRanges.size()];
  return range.first +
         static_cast<char32_t>((*random)() % (range.second - range.first + 1));
}

}  // namespace

std::string RandomText(std::mt19937_64* random, size_t code_points_max) {
  // Each text has its own mixture, so that long plain runs come up too.
  const uint64_t plain_percent = (*random)() % 100;
  const uint64_t nasty_percent = (*random)() % 100;
  const size_t size = (*random)() % (code_points_max + 1);
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    if ((*random)() % 100 < plain_percent) {
      const uint64_t kind = (*random)() % 16;
      text += kind < 3   ? ' '
              : kind < 4 ? '.'
                         : static_cast<char>('a' + (*random)() % 26);
    } else if ((*random)() % 100 < nasty_percent) {
      AppendUtf8(kNasty[(*random)() % kNasty.size()], &text);
    } else if ((*random)() % 4 == 0) {
      for (const char32_t c : kPieces[(*random)() % kPieces.size()]) {
        AppendUtf8(c, &text);
      }
    } else {
      AppendUtf8(RandomCodePoint(random), &text);
    }
  }
  return text;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    std::array<char, 8> escaped;
    if (c >= ' ' && c < 0x7F && c != '"' && c != '\\') {
      quoted += c;
    } else {
      std::snprintf(escaped.data(), escaped.size(), "\\%03o",
                    static_cast<unsigned>(static_cast<uint8_t>(c)));
      quoted += escaped.data();
    }
  }
  return quoted + "\"";
}

}  // namespace presshawk::testing
