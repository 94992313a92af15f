// Hosts of sites and urls, as `site:` compares them (SEMANTICS A37).
// Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace presshawk {

enum class HostOrigin : uint8_t {
  kSite,  // A host, a name (`BBC News`), or a url.
  kUrl,   // A url; without scheme, only where it begins with a host.
};

// Appends the host in `value`, which is folded (AppendFoldedMetadata), without
// port, final dot and `www.`: as Unicode, and where it has another ASCII form
// (`xn--e1afmkfd.xn--p1ai`) as that too. Nothing where there is none, as in a
// relative url.
void AppendHostForms(std::string_view value, HostOrigin origin,
                     std::vector<std::string>* hosts);

// The host of a condition's value, folded and with `*`: in the form that it can
// meet, ASCII where a `*` stands in a label that begins with `xn--`.
std::string HostPattern(std::string_view value);

}  // namespace presshawk
