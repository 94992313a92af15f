# SPDX-License-Identifier: Apache-2.0
# cmake -DARTICLES=... -DLISTS=... -DSUBSCRIPTIONS=... -DOUT=... -P embed.cmake
# Writes samples.cc: the files as arrays of bytes.
function(append_bytes name file)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND source
    "const unsigned char ${name}[] = {${bytes}};\n")
  set(source "${source}" PARENT_SCOPE)
endfunction()

set(source "#include \"cmd/samples/samples.h\"\n\nnamespace presshawk {\nnamespace {\n")
append_bytes(kArticles ${ARTICLES})
append_bytes(kLists ${LISTS})
append_bytes(kSubscriptions ${SUBSCRIPTIONS})
string(APPEND source "}  // namespace

std::string_view SampleArticles() {
  return {reinterpret_cast<const char*>(kArticles), sizeof(kArticles)};
}
std::string_view SampleWatchLists() {
  return {reinterpret_cast<const char*>(kLists), sizeof(kLists)};
}
std::string_view SampleSubscriptions() {
  return {reinterpret_cast<const char*>(kSubscriptions), sizeof(kSubscriptions)};
}

}  // namespace presshawk
")
file(WRITE ${OUT} "${source}")
