# SPDX-License-Identifier: Apache-2.0
# cmake -DFILES=a.txt,b.txt -DOUT=... -P embed.cmake
# Writes block_rule_text.cc: the files as one array of bytes.
string(REPLACE "," ";" files "${FILES}")
set(bytes "")
foreach(file ${files})
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  string(APPEND bytes "${hex}")
endforeach()
file(WRITE ${OUT} "#include \"core/zones/block_rules.h\"

namespace presshawk {
namespace {
const unsigned char kText[] = {${bytes}};
}  // namespace

std::string_view BlockRuleText() {
  return {reinterpret_cast<const char*>(kText), sizeof(kText)};
}

}  // namespace presshawk
")
