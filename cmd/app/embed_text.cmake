# SPDX-License-Identifier: Apache-2.0
# cmake -DFILE=... -DHEADER=... -DFUNCTION=... -DOUT=... -P embed_text.cmake
# Writes a source with `std::string_view FUNCTION()`, which HEADER declares: the
# bytes of FILE.
file(READ ${FILE} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE ${OUT} "#include \"${HEADER}\"

namespace presshawk {
namespace {
const unsigned char kBytes[] = {${bytes}};
}  // namespace

std::string_view ${FUNCTION}() {
  return {reinterpret_cast<const char*>(kBytes), sizeof(kBytes)};
}

}  // namespace presshawk
")
