// SPDX-License-Identifier: Apache-2.0
#include "core/base/certificate.h"

#include <algorithm>
#include <ctime>
#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "core/base/str_cat.h"

namespace presshawk {

absl::StatusOr<absl::Time> CertificateEnd(const std::string& path) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(
      BIO_new_file(path.c_str(), "r"), &BIO_free);
  absl::Time end = absl::InfiniteFuture();
  while (file != nullptr) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr), &X509_free);
    std::tm time = {};
    if (certificate == nullptr) {
      break;
    }
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &time) == 1) {
      end = std::min(end, absl::FromTM(time, absl::UTCTimeZone()));
    }
  }
  ERR_clear_error();  // The end of the file is one.
  if (end == absl::InfiniteFuture()) {
    return absl::NotFoundError(
        StrCat(path, ": no certificate in PEM can be read there"));
  }
  return end;
}

}  // namespace presshawk
