// SPDX-License-Identifier: Apache-2.0
#include "core/text/html_map.h"

#include <string>

#include <gtest/gtest.h>

#include "core/text/html_text.h"

namespace presshawk {
namespace {

// The part of `source` that `wanted`, which stands in its text, came from.
std::string SourceOf(const std::string& source, std::string_view wanted,
                     HtmlMode mode = HtmlMode::kAuto) {
  std::string text;
  if (!ToPlainText(source, mode, &text)) {
    return "no HTML";
  }
  const size_t at = text.find(wanted);
  if (at == std::string::npos) {
    return "not there: " + text;
  }
  HtmlMap map;
  MapPlainText(source, mode, &map);
  const ByteSpan span = map.ToSource(
      {static_cast<uint32_t>(at), static_cast<uint32_t>(at + wanted.size())});
  return source.substr(span.begin, span.end - span.begin);
}

TEST(HtmlMapTest, AWordIsItself) {
  EXPECT_EQ(SourceOf("<p>The Kremlin said</p>", "Kremlin"), "Kremlin");
  EXPECT_EQ(SourceOf("<p>The</p>\n\n <p>Kremlin</p>", "Kremlin"), "Kremlin");
  EXPECT_EQ(SourceOf("<p>The   <i>new</i>\tKremlin", "Kremlin"), "Kremlin");
  EXPECT_EQ(SourceOf("<p>Київ 😀 Дніпро</p>", "Дніпро"), "Дніпро");
}

TEST(HtmlMapTest, MarkupBetweenItsCharactersBelongsToIt) {
  EXPECT_EQ(SourceOf("<p>The <b>Krem</b>lin said", "Kremlin"), "Krem</b>lin");
  EXPECT_EQ(SourceOf("<p>US<br>election</p>", "US\nelection"),
            "US<br>election");
  EXPECT_EQ(SourceOf("<p>US</p><p>election</p>", "US\n\nelection"),
            "US</p><p>election");
  EXPECT_EQ(SourceOf("a<script>x</script><b>b</b>", "ab"),
            "a<script>x</script><b>b");
  EXPECT_EQ(SourceOf("x<![CDATA[A <b>grain</b>]]>y", "A grain"), "A <b>grain");
}

TEST(HtmlMapTest, ACharacterReferenceIsCoveredWhole) {
  EXPECT_EQ(SourceOf("AT&amp;T rose", "AT&T"), "AT&amp;T");
  EXPECT_EQ(SourceOf("<p>L&#8217;&Eacute;lys&eacute;e</p>", "Élysée"),
            "&Eacute;lys&eacute;e");
  // Two code points, of which one is asked for.
  EXPECT_EQ(SourceOf("<b>&fjlig;ord</b>", "jord"), "&fjlig;ord");
  EXPECT_EQ(SourceOf("<b>x &acE; y</b>", "\u223E"), "&acE;");
  EXPECT_EQ(SourceOf("<b>x &acE; y</b>", "\u0333"), "&acE;");
  EXPECT_EQ(SourceOf("&lt;p&gt; &amp;amp;", "&amp;"), "&amp;amp;");
}

TEST(HtmlMapTest, WhiteSpaceAtAnEndIsAllThatIsBetween) {
  EXPECT_EQ(SourceOf("<p>a</p><p>b</p>", "\n\nb"), "</p><p>b");
  EXPECT_EQ(SourceOf("<p>a</p><p>b</p>", "a\n"), "a</p><p>");
  EXPECT_EQ(SourceOf("<b>a</b>&nbsp; b", " b"), "</b>&nbsp; b");
  EXPECT_EQ(SourceOf("<b>a b c</b>", " b "), " b ");
}

TEST(HtmlMapTest, ReferencesAloneKeepTheirWhiteSpace) {
  EXPECT_EQ(SourceOf(" a  &lt;b \n c", "  <b \n "), "  &lt;b \n ");
  EXPECT_EQ(SourceOf("10&nbsp;%&nbsp;", "%\u00A0"), "%&nbsp;");
}

TEST(HtmlMapTest, AMapIsReplaced) {
  HtmlMap map;
  MapPlainText("<p>one two three</p>", HtmlMode::kAuto, &map);
  MapPlainText("&amp;x", HtmlMode::kAuto, &map);
  EXPECT_EQ(map.ToSource({0, 2}), (ByteSpan{0, 6}));
  MapPlainText("plain", HtmlMode::kAuto, &map);
  EXPECT_EQ(map.ToSource({0, 2}), (ByteSpan{0, 0}));
}

}  // namespace
}  // namespace presshawk
