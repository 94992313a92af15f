// SPDX-License-Identifier: Apache-2.0
// Host names of sites and urls, as `site:` compares them (SPEC A37).
// Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

enum class HostOrigin : uint8_t {
  kSite,  // A host, a name (`BBC News`), or a url.
  kUrl,   // A url. Without a scheme, it must begin with a host.
};

// Returns a view of the host in `folded` (see AppendFoldedMetadata), without
// port, final dot and `www.`; empty if there is none, as in a relative url.
std::string_view HostOf(std::string_view folded, HostOrigin origin);

// Whether a host may have a second form: `пример.рф` is `xn--e1afmkfd.xn--p1ai`
// (IDN).
bool MayHaveTwoForms(std::string_view host);
// The two forms, folded. A label that has only one form stays as it is.
std::string UnicodeHost(std::string_view host);
std::string AsciiHost(std::string_view host);

// The host in the value of a condition, which is folded and may have `*`. It is
// in Unicode, but in ASCII if a `*` stands in a label that begins with `xn--`.
std::string HostPattern(std::string_view folded);

}  // namespace presshawk
