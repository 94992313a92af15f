// SPDX-License-Identifier: Apache-2.0
#include "core/model/published_time.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "absl/strings/numbers.h"

namespace presshawk {
namespace {

constexpr std::string_view kSpaces = " \t\n\v\f\r";
constexpr std::string_view kDigits = "0123456789";
constexpr int kFirstYear = 1980;
constexpr absl::Duration kAhead = absl::Hours(48);

bool IsPlausible(absl::Time time, absl::Time now) {
  return time >=
             absl::FromCivil(absl::CivilDay(kFirstYear), absl::UTCTimeZone()) &&
         time <= now + kAhead;
}

char ToLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// Whether `text` begins with `prefix`, which is in any case.
bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char a, char b) { return ToLower(a) == b; });
}

struct NamedZone {
  std::string_view name;
  int hours;  // East of Greenwich.
};
// RFC 2822 section 4.3; the others that it names, and all that it does not, are
// UTC.
constexpr NamedZone kZones[] = {{"edt", -4}, {"est", -5}, {"cdt", -5},
                                {"cst", -6}, {"mdt", -6}, {"mst", -7},
                                {"pdt", -7}, {"pst", -8}};
constexpr std::string_view kMonths[] = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

// Reads a text from its start. What returns false has read an unspecified part
// of it.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  // How many digits come next.
  size_t Digits() const {
    return std::min(rest_.find_first_not_of(kDigits), rest_.size());
  }

  bool Skip(char c) {
    const bool is_next = rest_.starts_with(c);
    rest_.remove_prefix(is_next ? 1 : 0);
    return is_next;
  }
  bool SkipSpaces() {
    const size_t spaces =
        std::min(rest_.find_first_not_of(kSpaces), rest_.size());
    rest_.remove_prefix(spaces);
    return spaces > 0;
  }

  // A number of `digits` digits.
  bool Number(size_t digits, int* value) {
    *value = 0;
    if (digits == 0 || Digits() < digits) {
      return false;
    }
    for (; digits > 0; --digits) {
      *value = *value * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return true;
  }
  // One or two digits, and no third.
  bool ShortNumber(int* value) {
    const size_t digits = Digits();
    return digits <= 2 && Number(digits, value);
  }

  // Letters; maybe none.
  std::string_view Word() {
    size_t size = 0;
    while (size < rest_.size() && ToLower(rest_[size]) >= 'a' &&
           ToLower(rest_[size]) <= 'z') {
      ++size;
    }
    const std::string_view word = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return word;
  }

  // 15:04, 15:04:05, 15:04:05.678; where `basic`, also without the colons.
  bool Clock(bool basic, absl::Duration* since_midnight) {
    int hour = 0;
    int minute = 0;
    int second = 0;
    const bool colons = !basic || Digits() < 4;
    if (colons ? !(ShortNumber(&hour) && Skip(':') && Digits() == 2 &&
                   Number(2, &minute))
               : !(Number(2, &hour) && Number(2, &minute))) {
      return false;
    }
    absl::Duration fraction;
    if (colons ? Skip(':') : Digits() > 0) {
      if (Digits() != 2 || !Number(2, &second) || !Fraction(&fraction)) {
        return false;
      }
    }
    *since_midnight = absl::Hours(hour) + absl::Minutes(minute) +
                      absl::Seconds(second) + fraction;
    // 24:00 is the day's end, and a minute may have a leap second.
    return minute < 60 && second <= 60 &&
           (hour < 24 || *since_midnight == absl::Hours(24));
  }

  // Nothing, Z, a name, +01:00, +0100, +01, GMT+1; then a comment.
  bool Zone(absl::Duration* east) {
    SkipSpaces();
    const std::string_view name = Word();
    const auto is = [name](std::string_view zone) {
      return name.size() == zone.size() && StartsWith(zone, name);
    };
    *east = absl::ZeroDuration();
    for (const NamedZone& zone : kZones) {
      if (is(zone.name)) {
        *east = absl::Hours(zone.hours);
      }
    }
    const bool may_have_offset = name.empty() || is("gmt") || is("utc");
    const bool is_west = rest_.starts_with('-');
    if (may_have_offset && (Skip('+') || Skip('-'))) {
      const size_t digits = Digits();
      int hours = 0;
      int minutes = 0;
      if (digits == 4
              ? !(Number(2, &hours) && Number(2, &minutes))
              : !(ShortNumber(&hours) &&
                  (!Skip(':') || (Digits() == 2 && Number(2, &minutes))))) {
        return false;
      }
      if (hours > 23 || minutes > 59) {
        return false;
      }
      *east = absl::Hours(hours) + absl::Minutes(minutes);
      *east = is_west ? -*east : *east;
    }
    SkipSpaces();
    if (rest_.starts_with('(') && rest_.ends_with(')')) {
      rest_ = {};
    }
    return done();
  }

 private:
  bool Fraction(absl::Duration* fraction) {
    *fraction = absl::ZeroDuration();
    if (!Skip('.') && !Skip(',')) {
      return true;
    }
    absl::Duration unit = absl::Seconds(1);
    const size_t digits = Digits();
    for (size_t i = 0; i < digits; ++i) {
      unit /= 10;
      *fraction += unit * (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return digits > 0;
  }

  std::string_view rest_;
};

struct Date {
  int year = 0;
  int month = 0;
  int day = 0;
};

// None where the calendar has no such day.
std::optional<absl::Time> At(const Date& date, absl::Duration since_midnight,
                             absl::Duration east) {
  const absl::CivilDay day(date.year, date.month, date.day);
  if (day.month() != date.month || day.day() != date.day) {
    return std::nullopt;
  }
  return absl::FromCivil(day, absl::UTCTimeZone()) + since_midnight - east;
}

std::optional<absl::Time> ParseIso(std::string_view text) {
  DateReader reader(text);
  Date date;
  const size_t digits = reader.Digits();
  const bool basic = digits == 8 || digits == 12 || digits == 14;
  if ((digits != 4 && !basic) || !reader.Number(4, &date.year)) {
    return std::nullopt;
  }
  if (basic) {
    reader.Number(2, &date.month);
    reader.Number(2, &date.day);
  } else if (!reader.Skip('-') || !reader.ShortNumber(&date.month) ||
             !reader.Skip('-') || !reader.ShortNumber(&date.day)) {
    return std::nullopt;
  }
  absl::Duration since_midnight;
  absl::Duration east;
  if (!reader.done()) {
    const bool is_apart = reader.Skip('T') || reader.Skip('t') ||
                          reader.SkipSpaces() || digits > 8;
    if (!is_apart || !reader.Clock(/*basic=*/true, &since_midnight) ||
        !reader.Zone(&east)) {
      return std::nullopt;
    }
  }
  return At(date, since_midnight, east);
}

// From 1 on; 0 where `name` is none. A month is named whole or by at least
// three letters.
int MonthOf(std::string_view name) {
  for (size_t i = 0; i < std::size(kMonths) && name.size() >= 3; ++i) {
    if (StartsWith(kMonths[i], name)) {
      return static_cast<int>(i) + 1;
    }
  }
  return 0;
}

std::optional<absl::Time> ParseRfc822(std::string_view text) {
  DateReader reader(text);
  Date date;
  if (!reader.Word().empty()) {  // The weekday.
    reader.Skip(',');
    reader.SkipSpaces();
  }
  const auto skip_between = [&reader] {
    return reader.SkipSpaces() || reader.Skip('-');
  };
  if (!reader.ShortNumber(&date.day) || !skip_between()) {
    return std::nullopt;
  }
  date.month = MonthOf(reader.Word());
  reader.Skip('.');
  const bool has_year = date.month != 0 && skip_between();
  const size_t digits = reader.Digits();
  if (!has_year || (digits != 2 && digits != 4) ||
      !reader.Number(digits, &date.year)) {
    return std::nullopt;
  }
  if (digits == 2) {  // RFC 2822 section 4.3.
    date.year += date.year < 50 ? 2000 : 1900;
  }
  absl::Duration since_midnight;
  absl::Duration east;
  if (!reader.done() && (!reader.SkipSpaces() ||
                         !reader.Clock(/*basic=*/false, &since_midnight) ||
                         !reader.Zone(&east))) {
    return std::nullopt;
  }
  return At(date, since_midnight, east);
}

// Seconds where that is plausible, else milliseconds; to the microsecond.
std::optional<absl::Time> ParseEpoch(std::string_view text, absl::Time now) {
  constexpr double kValueMax = 1e14;  // Plausible as neither.
  double value;
  if (text.find_first_not_of("0123456789.eE+") != std::string_view::npos ||
      !absl::SimpleAtod(absl::string_view(text.data(), text.size()), &value) ||
      value > kValueMax) {
    return std::nullopt;
  }
  const auto in_units_of = [value](double microseconds) {
    return absl::FromUnixMicros(std::llround(value * microseconds));
  };
  const absl::Time as_seconds =
      value < kValueMax / 1e3 ? in_units_of(1e6) : absl::InfiniteFuture();
  return IsPlausible(as_seconds, now) ? as_seconds : in_units_of(1e3);
}

}  // namespace

std::optional<absl::Time> ParsePublishedTime(std::string_view text,
                                             absl::Time now) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
  text = text.substr(0, text.find_last_not_of(kSpaces) + 1);
  std::optional<absl::Time> time = ParseIso(text);
  if (!time.has_value()) {
    time = ParseRfc822(text);
  }
  if (!time.has_value()) {
    time = ParseEpoch(text, now);
  }
  return time.has_value() && IsPlausible(*time, now) ? time : std::nullopt;
}

}  // namespace presshawk
