// SPDX-License-Identifier: Apache-2.0
#include "core/text/host_name.h"

#include <algorithm>

#include <unicode/bytestream.h>
#include <unicode/idna.h>

#include "core/base/utf8.h"
#include "core/text/canonicalize.h"

namespace presshawk {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kAceBegin = "xn--";
// The length of a host. A longer text is no host and is not converted.
constexpr size_t kHostBytesMax = 1024;

// Folding left one space of each run of any white space.
bool HasWhiteSpace(std::string_view folded) {
  return folded.find(' ') != std::string_view::npos;
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Bytes of a scheme and its colon at the start of `value`; 0 if there is none.
size_t SchemeSize(std::string_view value) {
  size_t size = 0;
  while (size < value.size() &&
         (IsLetter(value[size]) ||
          (size > 0 &&
           (kDigits.find(value[size]) != std::string_view::npos ||
            value[size] == '+' || value[size] == '-' || value[size] == '.')))) {
    ++size;
  }
  return size > 0 && size < value.size() && value[size] == ':' ? size + 1 : 0;
}

std::string_view BeforePath(std::string_view value) {
  return value.substr(0, value.find_first_of("/?#"));
}

// Host and port of a url, or nothing.
std::string_view AuthorityOf(std::string_view url) {
  const size_t scheme = SchemeSize(url);
  const bool has_scheme = scheme != 0 && url.substr(scheme).starts_with("//");
  if (has_scheme || url.starts_with("//")) {
    url = BeforePath(url.substr((has_scheme ? scheme : 0) + 2));
    const size_t user = url.rfind('@');
    url = user == std::string_view::npos ? url : url.substr(user + 1);
    return HasWhiteSpace(url) ? std::string_view() : url;
  }
  if (HasWhiteSpace(url)) {
    return {};
  }
  const std::string_view host = BeforePath(url);
  // `urn:x:1` and `mailto:a@b.org` have a scheme, `bbc.co.uk:80` a port;
  // `news/1.html` and `../1` are relative.
  if (scheme != 0 &&
      (host.size() == scheme ||
       host.find_first_not_of(kDigits, scheme) != std::string_view::npos)) {
    return {};
  }
  const bool has_labels = host.find('.') != std::string_view::npos &&
                          !host.starts_with('.') &&
                          host.find("..") == std::string_view::npos;
  return has_labels && host.find('@') == std::string_view::npos
             ? host
             : std::string_view();
}

// Without port, final dot and `www.`.
std::string_view BareHost(std::string_view host) {
  const size_t colon = host.rfind(':');
  if (colon != std::string_view::npos &&
      host.find_first_not_of(kDigits, colon + 1) == std::string_view::npos &&
      (host.front() != '[' || host[colon - 1] == ']')) {
    host = host.substr(0, colon);
  }
  if (host.ends_with('.')) {
    host.remove_suffix(1);
  }
  if (host.starts_with("www.")) {
    host.remove_prefix(4);
  }
  return host;
}

const icu::IDNA* Idna() {
  UErrorCode error = U_ZERO_ERROR;
  static const icu::IDNA* const idna = icu::IDNA::createUTS46Instance(
      UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE, error);
  return idna;
}

enum class Form : uint8_t { kUnicode, kAscii };

// The other form of a label; empty where it has none.
std::string Converted(std::string_view label, Form form) {
  std::string other;
  if (label.find('*') != std::string_view::npos || Idna() == nullptr) {
    return other;
  }
  icu::StringByteSink<std::string> sink(&other);
  icu::IDNAInfo info;
  UErrorCode error = U_ZERO_ERROR;
  const icu::StringPiece piece(label.data(),
                               static_cast<int32_t>(label.size()));
  if (form == Form::kUnicode) {
    Idna()->labelToUnicodeUTF8(piece, sink, info, error);
  } else {
    Idna()->labelToASCII_UTF8(piece, sink, info, error);
  }
  return info.hasErrors() || U_FAILURE(error) ? std::string() : other;
}

// Label by label; one that has no other form stays.
std::string InForm(std::string_view host, Form form) {
  // The other stop that separates labels by UTS 46; folding made one of two.
  constexpr std::string_view kIdeographicStop = "\u3002";
  std::string converted;
  while (true) {
    const size_t end =
        std::min({host.find('.'), host.find(kIdeographicStop), host.size()});
    const std::string_view label = host.substr(0, end);
    const std::string other = Converted(label, form);
    if (other.empty()) {
      converted += label;
    } else if (form == Form::kUnicode) {
      AppendFoldedMetadata(other, &converted);
    } else {
      converted += other;
    }
    if (end == host.size()) {
      return converted;
    }
    converted += '.';
    host.remove_prefix(end + (host[end] == '.' ? 1 : kIdeographicStop.size()));
  }
}

// `xn--*`
bool HasOpenAsciiLabel(std::string_view host) {
  for (size_t at = host.find(kAceBegin); at != std::string_view::npos;
       at = host.find(kAceBegin, at + 1)) {
    const std::string_view label = host.substr(at, host.find('.', at) - at);
    if ((at == 0 || host[at - 1] == '.') &&
        label.find('*') != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string_view HostOf(std::string_view folded, HostOrigin origin) {
  const size_t scheme = SchemeSize(folded);
  const bool is_url =
      origin == HostOrigin::kUrl || folded.starts_with("//") ||
      (scheme != 0 && folded.substr(scheme).starts_with("//")) ||
      (folded.find_first_of("/?#") != std::string_view::npos &&
       !HasWhiteSpace(folded));
  return BareHost(is_url ? AuthorityOf(folded) : folded);
}

bool MayHaveTwoForms(std::string_view host) {
  return host.size() <= kHostBytesMax && !HasWhiteSpace(host) &&
         (!IsAscii(host) || host.find(kAceBegin) != std::string_view::npos);
}

std::string UnicodeHost(std::string_view host) {
  return InForm(host, Form::kUnicode);
}

std::string AsciiHost(std::string_view host) {
  return InForm(host, Form::kAscii);
}

std::string HostPattern(std::string_view folded) {
  const std::string_view host = HostOf(folded, HostOrigin::kSite);
  if (!MayHaveTwoForms(host)) {
    return std::string(host);
  }
  return HasOpenAsciiLabel(host) ? AsciiHost(host) : UnicodeHost(host);
}

}  // namespace presshawk
