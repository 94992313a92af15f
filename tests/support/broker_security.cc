// SPDX-License-Identifier: Apache-2.0
#include "tests/support/broker_security.h"

#include <fstream>
#include <string_view>
#include <vector>

#include "core/base/str_cat.h"
#include "tests/support/child_process.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;

constexpr char kOpenssl[] = "/usr/bin/openssl";

class Workshop {
 public:
  explicit Workshop(fs::path directory) : directory_(std::move(directory)) {}

  void Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), kOpenssl);
    if (status_.ok() &&
        WaitForExit(Spawn(arguments, directory_ / "openssl.log")) != 0) {
      status_ = absl::InternalError(StrCat(
          "openssl failed:\n", ReadWholeFile(directory_ / "openssl.log")));
    }
  }
  std::string Path(std::string_view name) const {
    return (directory_ / name).string();
  }
  // NAME.key and NAME.pem, which may sign others.
  void MakeAuthority(const std::string& key, const std::string& certificate) {
    Run({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
         "-subj", "/CN=presshawk test authority", "-addext",
         "basicConstraints=critical,CA:TRUE", "-keyout", Path(key), "-out",
         Path(certificate)});
  }
  void MakeKey(const std::string& key) {
    Run({"genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048",
         "-out", Path(key)});
  }
  // `days` may be negative: it then is over.
  void Sign(const std::string& key, const std::string& certificate,
            const std::string& authority, int days) {
    const std::string request = Path(certificate) + ".csr";
    Run({"req", "-new", "-key", Path(key), "-subj", "/CN=presshawk", "-out",
         request});
    const std::string extensions = Path("extensions");
    std::ofstream(extensions) << "subjectAltName=IP:127.0.0.1\n"
                                 "extendedKeyUsage=serverAuth,clientAuth\n";
    Run({"x509", "-req", "-in", request, "-CA", Path(authority + ".pem"),
         "-CAkey", Path(authority + ".key"), "-CAcreateserial", "-days",
         StrCat(days), "-extfile", extensions, "-out", Path(certificate)});
  }
  const absl::Status& status() const { return status_; }

 private:
  const fs::path directory_;
  absl::Status status_;
};

}  // namespace

absl::Status MakeCertificates(const fs::path& directory) {
  Workshop shop(directory);
  shop.MakeAuthority("ca.key", "ca.pem");
  shop.MakeAuthority("other-ca.key", "other-ca.pem");
  for (const char* const key : {"server.key", "client.key", "stranger.key"}) {
    shop.MakeKey(key);
  }
  shop.Sign("server.key", "server.crt", "ca", 30);
  shop.Sign("client.key", "client.pem", "ca", 30);
  shop.Sign("client.key", "expired.pem", "ca", -1);
  shop.Sign("stranger.key", "stranger.pem", "other-ca", 30);
  // A PEM key store is one file.
  std::ofstream(shop.Path("server.pem"))
      << ReadWholeFile(shop.Path("server.key"))
      << ReadWholeFile(shop.Path("server.crt"));
  return shop.status();
}

std::string SecureListeners(const SecurePorts& ports) {
  return StrCat(",TLS://127.0.0.1:", ports.tls,
                ",MTLS://127.0.0.1:", ports.mutual_tls,
                ",SASL://127.0.0.1:", ports.sasl_tls);
}

std::string SecureProtocols() { return ",TLS:SSL,MTLS:SSL,SASL:SASL_SSL"; }

std::string SecureProperties(const fs::path& directory) {
  constexpr std::string_view kModules = "org.apache.kafka.common.security.";
  return StrCat("ssl.keystore.type=PEM\nssl.keystore.location=",
                (directory / "server.pem").string(),
                "\nssl.truststore.type=PEM\nssl.truststore.location=",
                (directory / "ca.pem").string(),
                "\nlistener.name.mtls.ssl.client.auth=required\n"
                "listener.name.sasl.sasl.enabled.mechanisms="
                "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512\n"
                "listener.name.sasl.plain.sasl.jaas.config=",
                kModules, "plain.PlainLoginModule required user_", kSaslUser,
                "=\"", kSaslPassword,
                "\";\nlistener.name.sasl.scram-sha-256.sasl.jaas.config=",
                kModules, "scram.ScramLoginModule required;\n",
                "listener.name.sasl.scram-sha-512.sasl.jaas.config=", kModules,
                "scram.ScramLoginModule required;\n");
}

}  // namespace presshawk
