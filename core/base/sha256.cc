#include "core/base/sha256.h"

#include <algorithm>

#include <openssl/evp.h>

#include "core/base/check.h"

namespace presshawk {

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  const EVP_MD* algorithm = EVP_sha256();
  ~Context() { EVP_MD_CTX_free(evp); }
  // Fails only on exhausted memory or a broken libcrypto.
  void Start() { PRESSHAWK_CHECK(EVP_DigestInit_ex(evp, algorithm, nullptr)); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) { context_->Start(); }
Sha256::~Sha256() = default;

Sha256& Sha256::Add(std::string_view bytes) {
  PRESSHAWK_CHECK(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) ==
                  1);
  return *this;
}

Sha256& Sha256::AddTerminated(std::string_view text) {
  return Add(text).Add(std::string_view("\0", 1));
}

Sha256Digest Sha256::Finish() {
  Sha256Digest digest;
  PRESSHAWK_CHECK(EVP_DigestFinal_ex(context_->evp, digest.data(), nullptr) ==
                  1);
  context_->Start();
  return digest;
}

std::string HexPrefix(const Sha256Digest& digest, size_t bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (size_t i = 0; i < std::min(bytes, digest.size()); ++i) {
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

}  // namespace presshawk
