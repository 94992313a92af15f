// SPDX-License-Identifier: Apache-2.0
#include "core/base/sha256.h"

#include <algorithm>

#include <openssl/evp.h>

#include "core/base/check.h"
#include "core/base/hex.h"

namespace presshawk {

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  // PERF: fetched once. With EVP_sha256() each start looks the algorithm up
  // anew, under a lock that all threads share.
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  ~Context() {
    EVP_MD_CTX_free(evp);
    EVP_MD_free(algorithm);
  }
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
  return HexOf({reinterpret_cast<const char*>(digest.data()),
                std::min(bytes, digest.size())});
}

}  // namespace presshawk
