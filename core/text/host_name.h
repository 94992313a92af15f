// Hosts of sites and urls, as `site:` compares them (SPEC A37). Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

enum class HostOrigin : uint8_t {
  kSite,  // A host, a name (`BBC News`), or a url.
  kUrl,   // A url; without scheme, only where it begins with a host.
};

// The host in `folded` (AppendFoldedMetadata), without port, final dot and
// `www.`: a view into it. Empty where there is none, as in a relative url.
std::string_view HostOf(std::string_view folded, HostOrigin origin);

// Whether a host may be written in two forms: `пример.рф` is
// `xn--e1afmkfd.xn--p1ai` (IDN).
bool MayHaveTwoForms(std::string_view host);
// The forms, folded; labels that have one form only stay.
std::string UnicodeHost(std::string_view host);
std::string AsciiHost(std::string_view host);

// The host of a condition's value, folded and with `*`: as Unicode, and as
// ASCII where a `*` stands in a label that begins with `xn--`.
std::string HostPattern(std::string_view folded);

}  // namespace presshawk
