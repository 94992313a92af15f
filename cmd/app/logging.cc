// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/logging.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <spdlog/formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "absl/time/time.h"
#include "cmd/app/log_fields.h"
#include "cmd/app/log_text.h"
#include "core/alerts/alert_builder.h"
#include "core/base/json_text.h"
#include "core/base/log_limiter.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

using SpdlogMessage = spdlog::details::log_msg;

// A line says early what it is about; others quote what is long.
constexpr size_t kFieldsWithin = 2000;

// Marks a line as a hint, by its address.
constexpr char kHintFile[] = "hint";

std::string FormatTime(spdlog::log_clock::time_point time) {
  return FormatAlertTime(absl::FromChrono(
      std::chrono::time_point_cast<std::chrono::nanoseconds>(time)));
}

std::string_view TextOf(const SpdlogMessage& message) {
  return {message.payload.data(), message.payload.size()};
}

std::string_view LevelOf(const SpdlogMessage& message) {
  const auto level = spdlog::level::to_string_view(message.level);
  return {level.data(), level.size()};
}

void Append(std::string_view line, spdlog::memory_buf_t* out) {
  out->append(line.data(), line.data() + line.size());
}

// {"time":"…","level":"…","message":"…","worker":0,"topic":"…"}
class JsonFormatter : public spdlog::formatter {
 public:
  void format(const SpdlogMessage& message,
              spdlog::memory_buf_t& out) override {
    std::string line =
        StrCat("{\"time\":\"", FormatTime(message.time), "\",\"level\":\"",
               LevelOf(message), "\",\"message\":");
    AppendLogJson(TextOf(message), &line);
    const std::string_view text = TextOf(message).substr(0, kFieldsWithin);
    if (IsValidUtf8(text)) {
      AppendLogFields(FindLogFields(text), &line);
    }
    Append(line + "}\n", &out);
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }
};

// The last warnings and errors. Not spdlog's ringbuffer_sink: that one keeps
// messages whole, which may have megabytes, and hints as well.
class RecentLines : public spdlog::sinks::base_sink<std::mutex> {
 public:
  RecentLines() { set_level(spdlog::level::warn); }
  std::vector<LogLine> lines() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return {lines_.begin(), lines_.end()};
  }
  void Resolve(std::string_view message, absl::Time now) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const auto line = Find(Utf8Prefix(message, kRecentLineBytesMax));
        line != lines_.end()) {
      line->resolved = now;
    }
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (message.source.filename == kHintFile) {
      return;
    }
    LogLine line = {.first = {},
                    .time = absl::FromChrono(
                        std::chrono::time_point_cast<std::chrono::nanoseconds>(
                            message.time)),
                    .level = std::string(LevelOf(message)),
                    .message = std::string(
                        Utf8Prefix(TextOf(message), kRecentLineBytesMax))};
    line.first = line.time;
    if (const auto earlier = Find(line.message); earlier != lines_.end()) {
      line.first = earlier->first;
      line.count = earlier->count + 1;
      lines_.erase(earlier);
    } else if (lines_.size() == kRecentLinesMax) {
      lines_.pop_front();
    }
    lines_.push_back(std::move(line));
  }
  void flush_() override {}

 private:
  std::deque<LogLine>::iterator Find(std::string_view message) {
    return std::find_if(lines_.begin(), lines_.end(),
                        [key = MessageKey(message)](const LogLine& line) {
                          return MessageKey(line.message) == key;
                        });
  }

  std::deque<LogLine> lines_;
};

std::shared_ptr<RecentLines> TheRecentLines() {
  static const auto& lines = *new auto(std::make_shared<RecentLines>());
  return lines;
}

// 2026-01-02T03:04:05.678Z warning …
class TextFormatter : public spdlog::formatter {
 public:
  void format(const SpdlogMessage& message,
              spdlog::memory_buf_t& out) override {
    std::string line =
        StrCat(FormatTime(message.time), " ", LevelOf(message), " ");
    AppendLogText(TextOf(message), &line);
    Append(line + "\n", &out);
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<TextFormatter>();
  }
};

// Lets 200 lines through at once and 10 per second after that, and says how many
// it held back. Errors have a limit of their own: a flood of warnings does not
// hide them.
class LimitedSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit LimitedSink(spdlog::sink_ptr to) : to_(std::move(to)) {}

 protected:
  void sink_it_(const SpdlogMessage& message) override {
    const bool is_error = message.level >= spdlog::level::err;
    LogLimiter& limiter = limiters_[is_error ? 1 : 0];
    if (!limiter.Take(absl::FromChrono(message.time))) {
      return;
    }
    if (const uint64_t held_back = limiter.TakeHeldBack(); held_back > 0) {
      const std::string text =
          StrCat(held_back, is_error ? " errors" : " lines",
                 " were held back here: too many a second; /metrics counts "
                 "all that they told of");
      SpdlogMessage note = message;
      note.payload = text;
      to_->log(note);
    }
    to_->log(message);
  }
  void flush_() override { to_->flush(); }
  void set_pattern_(const std::string& pattern) override {
    to_->set_pattern(pattern);
  }
  void set_formatter_(std::unique_ptr<spdlog::formatter> formatter) override {
    to_->set_formatter(std::move(formatter));
  }

 private:
  const spdlog::sink_ptr to_;
  static constexpr int kBurst = 200;
  static constexpr absl::Duration kInterval = absl::Milliseconds(100);
  std::array<LogLimiter, 2> limiters_ = {LogLimiter(kBurst, kInterval),
                                         LogLimiter(kBurst, kInterval)};
};

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void SetUpLogging(const LogOptions& options) {
  spdlog::sink_ptr sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  // Who asks for level debug asks for all of it.
  if (options.level != LogLevel::kDebug) {
    sink = std::make_shared<LimitedSink>(std::move(sink));
  }
  auto logger = std::make_shared<spdlog::logger>(
      "presshawk", spdlog::sinks_init_list{sink, TheRecentLines()});
  logger->set_level(ToSpdlog(options.level));
  if (options.format == LogFormat::kJson) {
    logger->set_formatter(std::make_unique<JsonFormatter>());
  } else {
    logger->set_formatter(std::make_unique<TextFormatter>());
  }
  spdlog::set_default_logger(std::move(logger));
}

void LogEach(spdlog::level::level_enum level, std::string_view prefix,
             std::string_view text) {
  std::string_view rest = text;
  do {
    const size_t end = std::min(rest.find('\n'), rest.size());
    spdlog::log(level, "{}{}", prefix, rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  } while (!rest.empty());
}

void LogHint(std::string_view text) {
  spdlog::default_logger()->log(spdlog::source_loc{kHintFile, 0, ""},
                                spdlog::level::warn, "{}", text);
}

std::vector<LogLine> RecentLogLines() { return TheRecentLines()->lines(); }

void ResolveLogLine(std::string_view message, absl::Time now) {
  TheRecentLines()->Resolve(message, now);
}

}  // namespace presshawk
