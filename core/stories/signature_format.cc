// SPDX-License-Identifier: Apache-2.0
// The stored form of a signature: README.md has the layout.
#include <algorithm>
#include <bit>
#include <cstring>

#include "core/stories/signature.h"

namespace presshawk {
namespace {

static_assert(std::endian::native == std::endian::little,
              "signatures are stored little-endian");

struct Header {
  uint8_t version;
  uint8_t flags;
  uint16_t number_count;
  uint32_t shingles;
  uint32_t source;
  uint32_t title_digits;
  uint64_t url;
  uint8_t body;
  uint8_t lead;
  uint8_t title;
  uint8_t numbers;
  uint32_t reserved;  // Zero.
};
static_assert(sizeof(Header) == 32);
static_assert(sizeof(Header) + 64 * 4 + 16 * 4 + 24 * 2 + 16 * 2 <=
              kSignatureBytesMax);

template <typename Hash, size_t kMax>
void Append(const Sketch<Hash, kMax>& sketch, std::string* bytes) {
  bytes->append(reinterpret_cast<const char*>(sketch.hashes.data()),
                sketch.size * sizeof(Hash));
}

// Takes `size` hashes off the start of *bytes.
template <typename Hash, size_t kMax>
bool Take(uint8_t size, std::string_view* bytes, Sketch<Hash, kMax>* sketch) {
  if (size > kMax || bytes->size() < size * sizeof(Hash)) {
    return false;
  }
  sketch->size = size;
  std::memcpy(sketch->hashes.data(), bytes->data(), size * sizeof(Hash));
  bytes->remove_prefix(size * sizeof(Hash));
  // Strictly rising: neither unsorted nor repeated.
  const auto view = sketch->view();
  return std::adjacent_find(view.begin(), view.end(), std::greater_equal<>()) ==
         view.end();
}

}  // namespace

void EncodeSignature(const Signature& signature, std::string* bytes) {
  const Header header = {
      .version = kSignatureVersion,
      .flags = signature.flags,
      .number_count = signature.number_count,
      .shingles = signature.shingles,
      .source = signature.source,
      .title_digits = signature.title_digits,
      .url = signature.url,
      .body = static_cast<uint8_t>(signature.body.size),
      .lead = static_cast<uint8_t>(signature.lead.size),
      .title = static_cast<uint8_t>(signature.title.size),
      .numbers = static_cast<uint8_t>(signature.numbers.size),
      .reserved = 0};
  bytes->assign(reinterpret_cast<const char*>(&header), sizeof header);
  Append(signature.body, bytes);
  Append(signature.lead, bytes);
  Append(signature.title, bytes);
  Append(signature.numbers, bytes);
}

std::optional<Signature> DecodeSignature(std::string_view bytes) {
  Header header;
  if (bytes.size() < sizeof header) {
    return std::nullopt;
  }
  std::memcpy(&header, bytes.data(), sizeof header);
  bytes.remove_prefix(sizeof header);
  Signature signature;
  if (header.version != kSignatureVersion || header.reserved != 0 ||
      !Take(header.body, &bytes, &signature.body) ||
      !Take(header.lead, &bytes, &signature.lead) ||
      !Take(header.title, &bytes, &signature.title) ||
      !Take(header.numbers, &bytes, &signature.numbers) || !bytes.empty()) {
    return std::nullopt;
  }
  signature.flags = header.flags;
  signature.number_count = header.number_count;
  signature.shingles = header.shingles;
  signature.source = header.source;
  signature.title_digits = header.title_digits;
  signature.url = header.url;
  return signature;
}

}  // namespace presshawk
