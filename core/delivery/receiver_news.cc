// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/receiver_news.h"

#include <array>
#include <cstddef>

#include "core/base/str_cat.h"

namespace presshawk {

std::string_view ReceiverNewsName(ReceiverNews::Kind kind) {
  static constexpr std::array<std::string_view, 5> kNames = {
      "failing", "misconfigured", "gone", "queue_old", "recovered"};
  return kNames[static_cast<size_t>(kind)];
}

std::string GroupedNumber(uint64_t number) {
  std::string text = StrCat(number);
  for (size_t at = text.size(); at > 3; at -= 3) {
    text.insert(at - 3, 1, ',');
  }
  return text;
}

std::string ShortDuration(absl::Duration span) {
  constexpr absl::Duration kDay = absl::Hours(24);
  const auto rounded = [span](absl::Duration unit) {
    return static_cast<int64_t>(absl::FDivDuration(span, unit) + 0.5);
  };
  if (span < absl::Seconds(90)) {
    return StrCat(rounded(absl::Seconds(1)), " s");
  }
  if (span < absl::Minutes(90)) {
    return StrCat(rounded(absl::Minutes(1)), " min");
  }
  if (span < 2 * kDay) {
    return StrCat(rounded(absl::Hours(1)), " h");
  }
  return StrCat(rounded(kDay), " d");
}

}  // namespace presshawk
