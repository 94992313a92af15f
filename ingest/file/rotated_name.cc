// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/rotated_name.h"

#include <charconv>

#include "ingest/file/byte_stream.h"

namespace presshawk {
namespace {

constexpr size_t kCountDigitsMax = 5;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view WithoutPacking(std::string_view name) {
  for (const std::string_view ending : {".gz", ".zst"}) {
    if (name.ends_with(ending)) {
      name.remove_suffix(ending.size());
    }
  }
  return name;
}

// `in.ndjson` without `.ndjson`.
std::string_view StemOf(std::string_view base) {
  const size_t dot = base.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? base : base.substr(0, dot);
}

// What stands between `begin` and `end` in a name; empty where it is none.
std::string_view Between(std::string_view name, std::string_view begin,
                         std::string_view end) {
  if (name.size() <= begin.size() + end.size() || !name.starts_with(begin) ||
      !name.ends_with(end)) {
    return {};
  }
  return name.substr(begin.size(), name.size() - begin.size() - end.size());
}

std::optional<RotatedName> ParseSuffix(std::string_view suffix) {
  if (suffix.size() < 2 ||
      std::string_view(".-_").find(suffix[0]) == std::string_view::npos ||
      !IsDigit(suffix[1])) {
    return std::nullopt;
  }
  suffix.remove_prefix(1);
  RotatedName rotated;
  const char* at = suffix.data();
  const char* const end = at + suffix.size();
  while (at < end) {
    if (IsDigit(*at)) {
      uint64_t number = 0;
      const auto [behind, error] = std::from_chars(at, end, number);
      if (error != std::errc()) {
        return std::nullopt;
      }
      rotated.numbers.push_back(number);
      at = behind;
    } else if (std::string_view("-_.:TZ+").find(*at) !=
               std::string_view::npos) {
      ++at;
    } else {
      return std::nullopt;
    }
  }
  rotated.is_date =
      rotated.numbers.size() > 1 || suffix.size() > kCountDigitsMax;
  return rotated;
}

}  // namespace

std::optional<RotatedName> RotatedName::Parse(std::string_view name,
                                              std::string_view base) {
  if (name == base) {
    return std::nullopt;
  }
  const std::string_view plain_base = WithoutPacking(base);
  const std::string_view plain = WithoutPacking(name);
  const std::string_view stem = StemOf(plain_base);
  const std::string_view extension = plain_base.substr(stem.size());
  std::optional<RotatedName> rotated;
  for (const std::string_view suffix :
       {Between(plain, plain_base, ""), Between(plain, stem, extension),
        Between(plain, stem, ""), Between(plain, base, "")}) {
    if (!rotated.has_value()) {
      rotated = ParseSuffix(suffix);
    }
  }
  if (rotated.has_value()) {
    rotated->packed = ByteStream::IsPacked(name);
  }
  return rotated;
}

bool IsOlder(const RotatedName& a, const RotatedName& b) {
  if (a.is_date != b.is_date) {
    return b.is_date;
  }
  if (a.numbers != b.numbers) {
    return a.is_date ? a.numbers < b.numbers : a.numbers > b.numbers;
  }
  return a.packed && !b.packed;
}

bool IsRelated(std::string_view name, std::string_view base) {
  const std::string_view stem = StemOf(WithoutPacking(base));
  if (name == base || !name.starts_with(stem)) {
    return false;
  }
  if (name.size() == stem.size()) {
    return true;
  }
  const char next = name[stem.size()];
  return !IsDigit(next) && (next < 'A' || next > 'z' || next == '_');
}

}  // namespace presshawk
