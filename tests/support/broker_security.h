// SPDX-License-Identifier: Apache-2.0
// Certificates and listeners for the tests of secured connections.
#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"

namespace presshawk {

// Whom the broker lets in by SASL.
inline constexpr char kSaslUser[] = "alice";
inline constexpr char kSaslPassword[] = "alice-s3cret-Pa55word";

// PEM files in `directory`, made by the program openssl: ca.pem; server.pem
// (key and certificate for 127.0.0.1); client.key and client.pem; expired.pem
// (of client.key, its time is over); other-ca.pem, and stranger.key and
// stranger.pem, which it signed.
absl::Status MakeCertificates(const std::filesystem::path& directory);

// Ports of the listeners beside PLAINTEXT.
struct SecurePorts {
  int tls = 0;
  int mutual_tls = 0;
  int sasl_tls = 0;  // PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512.
};

// For `listeners=`, with a comma before each: names TLS, MTLS, SASL.
std::string SecureListeners(const SecurePorts& ports);
// Their protocols, for listener.security.protocol.map, likewise.
std::string SecureProtocols();
// Lines of server.properties.
std::string SecureProperties(const std::filesystem::path& directory);

}  // namespace presshawk
