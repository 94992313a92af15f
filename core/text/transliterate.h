#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace presshawk {

// Any script to Latin letters without accents, by ICU's rules (`Газпром` to
// `Gazprom`, `华为` to `hua wei`). What has no Latin writing stays as it is.
// Costs milliseconds to make, microseconds a use. Not thread-safe.
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
