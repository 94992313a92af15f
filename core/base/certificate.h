// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace presshawk {

// When the first of the certificates in a PEM file ends. An error where the
// file cannot be read or has no certificate. Thread-safe.
absl::StatusOr<absl::Time> CertificateEnd(const std::string& path);

}  // namespace presshawk
