#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Schedules by another calendar: every minute of a year is asked what local time
it is (zoneinfo), and a time of the schedule is told at the first minute at which
that time, or a later one, has come (SPEC SUB-5, SUB-6).

  schedule_calendar.py SLOT_PRINTER
"""

import bisect
import datetime
import random
import subprocess
import sys
import zoneinfo

DAY = datetime.timedelta(days=1)
EPOCH = datetime.datetime(1970, 1, 1)
# A year and what is special in it.
YEARS = [
    ("Europe/Berlin", 2026),        # 02:00 to 03:00 and back
    ("America/New_York", 2026),
    ("Australia/Lord_Howe", 2026),  # half an hour
    ("America/Santiago", 2026),     # midnight is skipped, and 23:00 comes twice
    ("Africa/Casablanca", 2026),    # for Ramadan, and the other way round
    ("Pacific/Kiritimati", 1994),   # a day is skipped
    ("Pacific/Kiritimati", 2026),
    ("Pacific/Apia", 2011),         # a day is skipped, and summer time
]


class Calendar:
    """The local minutes of one zone in a year, one for each minute of UTC."""

    def __init__(self, zone, year):
        self.name = zone
        self.zone = zoneinfo.ZoneInfo(zone)
        self.begin = int((datetime.datetime(year - 1, 12, 20) - EPOCH).total_seconds()) // 60
        self.end = int((datetime.datetime(year + 1, 1, 12) - EPOCH).total_seconds()) // 60
        self.first, self.last = self.begin + 9 * 1440, self.end - 9 * 1440
        # The latest local minute that has come until then: it never falls.
        self.reached = []
        latest = -1
        for minute in range(self.begin, self.end):
            local = self.local(minute)
            latest = max(latest, int((local - EPOCH).total_seconds()) // 60)
            self.reached.append(latest)

    def local(self, minute):
        return datetime.datetime.fromtimestamp(minute * 60, self.zone).replace(tzinfo=None)

    def instant(self, day, minutes):
        """The minute of UTC at which this local time has come."""
        wanted = int((day - EPOCH).total_seconds()) // 60 + minutes
        return self.begin + bisect.bisect_left(self.reached, wanted)

    def name_of(self, local, aware):
        offset = int(aware.utcoffset().total_seconds()) // 60
        sign = "-" if offset < 0 else "+"
        return (f"{local:%Y-%m-%dT%H:%M}{sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
                f" {self.name}")

    def days(self):
        day = self.local(self.begin + 3 * 1440).replace(hour=0, minute=0)
        while day < self.local(self.end - 3 * 1440):
            yield day
            day += DAY

    def slots_at(self, times, weekdays):
        for day in self.days():
            if day.weekday() in weekdays:
                for time in times:
                    local = day + datetime.timedelta(minutes=time)
                    # Before a transition (PEP 495): also of a time that is skipped.
                    aware = local.replace(tzinfo=self.zone, fold=0)
                    yield self.instant(day, time), self.name_of(local, aware)

    def slots_every(self, period, weekdays):
        for day in self.days():
            if day.weekday() in weekdays:
                for minute in range(self.instant(day, 0), self.instant(day + DAY, 0), period):
                    aware = datetime.datetime.fromtimestamp(minute * 60, self.zone)
                    yield minute, self.name_of(aware.replace(tzinfo=None), aware)

    def quiet_minutes(self, begin, end, weekdays):
        quiet = [False] * (self.end - self.begin)
        for day in self.days():
            if day.weekday() in weekdays:
                last = day if end > begin else day + DAY
                for minute in range(self.instant(day, begin), self.instant(last, end)):
                    quiet[minute - self.begin] = True
        return quiet


def united(slots):
    """One line for each instant, as slot_printer has them."""
    lines = {}
    for minute, name in slots:
        lines.setdefault(minute, []).append(name)
    return lines


class Printer:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(str(w) for w in words) + "\n")
        self.process.stdin.flush()
        lines = []
        while line := self.process.stdout.readline().rstrip("\n"):
            lines.append(line)
        return lines


def mask(weekdays):
    return sum(1 << day for day in weekdays)


def check_slots(printer, calendar, kind, value, weekdays):
    slots = calendar.slots_at(value, weekdays) if kind == "at" else \
        calendar.slots_every(value, weekdays)
    expected = [f"{minute * 60}|" + "|".join(names)
                for minute, names in sorted(united(slots).items())
                if calendar.first < minute <= calendar.last]
    words = ",".join(str(t) for t in value) if kind == "at" else value
    found = printer.ask(kind, calendar.name, mask(weekdays), words, calendar.first * 60,
                        calendar.last * 60)
    for have, want in zip(found, expected):
        if have != want:
            sys.exit(f"{kind} {calendar.name} {words} {weekdays}: {have}, and by zoneinfo {want}")
    if len(found) != len(expected):
        sys.exit(f"{kind} {calendar.name} {words}: {len(found)} slots, and by zoneinfo "
                 f"{len(expected)}")
    return len(found)


def check_quiet(printer, calendar, begin, end, weekdays, chosen):
    quiet = calendar.quiet_minutes(begin, end, weekdays)
    edges = [i for i in range(calendar.first - calendar.begin, calendar.last - calendar.begin)
             if quiet[i] != quiet[i - 1]]
    asked = sorted({calendar.begin + i + d for i in edges for d in (-1, 0, 1)} |
                   {chosen.randrange(calendar.first, calendar.last) for _ in range(300)})
    found = printer.ask("quiet", calendar.name, mask(weekdays), begin, end,
                        ",".join(str(m * 60) for m in asked))
    for minute, have in zip(asked, found):
        index = minute - calendar.begin
        want = 0
        if quiet[index]:
            while quiet[index]:
                index += 1
            want = (calendar.begin + index) * 60
        if int(have) != want:
            sys.exit(f"quiet {calendar.name} {begin} {end} {weekdays} at {minute * 60}: {have}, "
                     f"and by zoneinfo {want}")
    return len(asked)


def main():
    printer = Printer(sys.argv[1])
    chosen = random.Random(4711)
    slots = quiet = 0
    every_day = list(range(7))
    for zone, year in YEARS:
        calendar = Calendar(zone, year)
        for times in ([480], [0], [120, 150, 180], [60, 90, 1410, 1439], [0, 30, 60]):
            slots += check_slots(printer, calendar, "at", times, every_day)
        for period in (15, 60, 90, 300, 1440):
            slots += check_slots(printer, calendar, "every", period, every_day)
        for _ in range(10):
            weekdays = sorted(chosen.sample(range(7), chosen.randint(1, 7)))
            times = sorted(chosen.sample(range(1440), chosen.randint(1, 6)))
            slots += check_slots(printer, calendar, "at", times, weekdays)
            slots += check_slots(printer, calendar, "every", chosen.randint(1, 1440), weekdays)
            begin, end = chosen.sample(range(1440), 2)
            quiet += check_quiet(printer, calendar, begin, end, weekdays, chosen)
        for begin, end in ((1320, 420), (150, 170), (0, 60), (1380, 0), (120, 180)):
            quiet += check_quiet(printer, calendar, begin, end, every_day, chosen)
    printer.process.stdin.close()
    printer.process.wait()
    print(f"{slots} slots and {quiet} questions about quiet hours as zoneinfo has them")


if __name__ == "__main__":
    main()
