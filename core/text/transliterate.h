// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace presshawk {

// Transliterates any script to Latin letters without accents, by ICU's rules:
// `Газпром` becomes `Gazprom`, `华为` becomes `hua wei`. Text without a Latin
// form stays as it is. Construction takes milliseconds, a use takes
// microseconds. Not thread-safe.
class Transliterator {
 public:
  Transliterator();
  ~Transliterator();
  Transliterator(const Transliterator&) = delete;
  Transliterator& operator=(const Transliterator&) = delete;

  // `text` is valid UTF-8.
  std::string ToLatin(std::string_view text) const;

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;
};

}  // namespace presshawk
