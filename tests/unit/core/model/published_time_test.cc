// SPDX-License-Identifier: Apache-2.0
#include "core/model/published_time.h"

#include <string>

#include <gtest/gtest.h>

namespace presshawk {
namespace {

const absl::Time kNow = absl::FromCivil(absl::CivilSecond(2026, 6, 1, 12, 0, 0),
                                        absl::UTCTimeZone());

// In UTC, with what it has of a second; "none".
std::string Read(std::string_view text) {
  const std::optional<absl::Time> time = ParsePublishedTime(text, kNow);
  return time.has_value() ? absl::FormatTime("%Y-%m-%dT%H:%M:%E*S", *time,
                                             absl::UTCTimeZone())
                          : "none";
}

TEST(PublishedTimeTest, Rfc3339AndIso8601) {
  for (const char* text :
       {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05", "2026-01-02t03:04:05z",
        "2026-01-02 03:04:05", "2026-01-02 03:04:05Z",
        "2026-01-02 03:04:05 UTC", "2026-01-02T04:04:05+01:00",
        "2026-01-02T04:04:05+0100", "2026-01-02T04:04:05+01",
        "2026-01-01 22:04:05 -0500", "20260102T030405Z", "20260102T030405",
        "20260102030405", " 2026-01-02T03:04:05.000Z\n", "2026-1-2 03:04:05"}) {
    EXPECT_EQ(Read(text), "2026-01-02T03:04:05") << text;
  }
  EXPECT_EQ(Read("2026-01-02T03:04:05.678Z"), "2026-01-02T03:04:05.678");
  EXPECT_EQ(Read("2026-01-02T03:04:05,5"), "2026-01-02T03:04:05.5");
  EXPECT_EQ(Read("2026-01-02T03:04"), "2026-01-02T03:04:00");
  EXPECT_EQ(Read("2026-01-02T24:00:00Z"), "2026-01-03T00:00:00");
  EXPECT_EQ(Read("2025-12-31T23:59:60Z"), "2026-01-01T00:00:00");
}

TEST(PublishedTimeTest, ADayIsItsFirstSecond) {
  for (const char* text :
       {"2026-01-02", "20260102", "2 Jan 2026", "Fri, 02 January 2026"}) {
    EXPECT_EQ(Read(text), "2026-01-02T00:00:00") << text;
  }
}

TEST(PublishedTimeTest, Rfc822And2822) {
  for (const char* text :
       {"Fri, 02 Jan 2026 03:04:05 GMT", "Fri, 2 Jan 2026 03:04:05 +0000",
        "2 Jan 2026 03:04:05 UT", "Fri, 02 Jan 26 03:04:05 Z",
        "fri, 02 jan 2026 03:04:05 gmt", "Friday, 02-Jan-26 03:04:05 GMT",
        "Thu, 01 Jan 2026 22:04:05 EST", "Thu, 01 Jan 2026 19:04:05 PST",
        "Thu, 01 Jan 2026 20:04:05 PDT", "Fri, 02 Jan 2026 04:04:05 +0100",
        "Fri, 02 Jan 2026 04:04:05 GMT+1", "Fri, 02 Jan 2026 03:04:05",
        "Fri, 02 January 2026 03:04:05 -0000 (UTC)"}) {
    EXPECT_EQ(Read(text), "2026-01-02T03:04:05") << text;
  }
  EXPECT_EQ(Read("Tue, 02 Jan 96 03:04 GMT"), "1996-01-02T03:04:00");
  // Not on the list of RFC 2822.
  EXPECT_EQ(Read("Fri, 02 Jan 2026 03:04:05 CEST"), "2026-01-02T03:04:05");
}

TEST(PublishedTimeTest, SecondsAndMillisecondsSince1970) {
  EXPECT_EQ(Read("1767323045"), "2026-01-02T03:04:05");
  EXPECT_EQ(Read("1767323045678"), "2026-01-02T03:04:05.678");
  EXPECT_EQ(Read("1767323045.5"), "2026-01-02T03:04:05.5");
  EXPECT_EQ(Read("1.767323045E9"), "2026-01-02T03:04:05");
  EXPECT_EQ(Read("1.767323045678E12"), "2026-01-02T03:04:05.678");
  EXPECT_EQ(Read("946684800000"), "2000-01-01T00:00:00");
}

TEST(PublishedTimeTest, WhatTheCalendarOrTheClockDoesNotHaveIsNone) {
  for (const char* text :
       {"2026-02-31", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00",
        "20260231", "31 Feb 2026", "2026-01-02T25:00:00Z",
        "2026-01-02T24:00:01Z", "2026-01-02T03:60:00Z", "2026-01-02T03:04:61Z",
        "2026-01-02T03:04:05+24:00", "2026-01-02T03:04:05+01:60"}) {
    EXPECT_EQ(Read(text), "none") << text;
  }
  EXPECT_EQ(Read("2024-02-29"), "2024-02-29T00:00:00");
}

TEST(PublishedTimeTest, TheImplausibleIsNone) {
  EXPECT_EQ(Read("1980-01-01"), "1980-01-01T00:00:00");
  EXPECT_EQ(Read("1979-12-31T23:59:59Z"), "none");
  EXPECT_EQ(Read("1970-01-01T00:00:00Z"), "none");
  EXPECT_EQ(Read("0001-01-01T00:00:00Z"), "none");
  EXPECT_EQ(Read("2026-06-03T12:00:00Z"), "2026-06-03T12:00:00");
  EXPECT_EQ(Read("2026-06-03T12:00:01Z"), "none");
  EXPECT_EQ(Read("9999-12-31"), "none");
  for (const char* epoch : {"0", "1", "-1", "86400", "1e999",
                            "99999999999999999999", "1767323045678000"}) {
    EXPECT_EQ(Read(epoch), "none") << epoch;
  }
}

TEST(PublishedTimeTest, WhatIsNoDateIsNone) {
  for (const char* text : {"",
                           " ",
                           "yesterday",
                           "2026",
                           "2026-01",
                           "01/02/2026",
                           "Jan 2, 2026",
                           "2026-01-02x",
                           "2026-01-02T",
                           "2026-01-02T03",
                           "2026-01-02T03:4:05",
                           "2026-01-02T03:04:05 +",
                           "2026-01-02T03:04:05.Z",
                           "2 Jan",
                           "2 J 2026",
                           "Fri, 2 Jan 026",
                           "Fri, 2 Jan 2026 0304 GMT",
                           "nan",
                           "inf",
                           "0x10",
                           "１７６７３２３０４５"}) {
    EXPECT_EQ(Read(text), "none") << text;
  }
}

}  // namespace
}  // namespace presshawk
