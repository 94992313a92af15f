#include "cmd/service/logging.h"

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include <spdlog/formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "absl/time/time.h"
#include "core/alerts/alert_builder.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

// {"time":"…","level":"…","message":"…"}
class JsonFormatter : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message,
              spdlog::memory_buf_t& out) override {
    const auto level = spdlog::level::to_string_view(message.level);
    std::string line =
        StrCat("{\"time\":\"",
               FormatAlertTime(absl::FromChrono(
                   std::chrono::time_point_cast<std::chrono::nanoseconds>(
                       message.time))),
               "\",\"level\":\"", std::string_view(level.data(), level.size()),
               "\",\"message\":");
    AppendJsonString({message.payload.data(), message.payload.size()}, &line);
    line += "}\n";
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }
};

// The last warnings and errors.
class RecentLines : public spdlog::sinks::base_sink<std::mutex> {
 public:
  RecentLines() { set_level(spdlog::level::warn); }
  std::vector<LogLine> lines() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return {lines_.begin(), lines_.end()};
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (lines_.size() == kRecentLinesMax) {
      lines_.pop_front();
    }
    const auto level = spdlog::level::to_string_view(message.level);
    lines_.push_back(
        {.time = absl::FromChrono(
             std::chrono::time_point_cast<std::chrono::nanoseconds>(
                 message.time)),
         .level = std::string(level.data(), level.size()),
         .message = std::string(
             Utf8Prefix({message.payload.data(), message.payload.size()},
                        kRecentLineBytesMax))});
  }
  void flush_() override {}

 private:
  std::deque<LogLine> lines_;
};

std::shared_ptr<RecentLines> TheRecentLines() {
  static const auto& lines = *new auto(std::make_shared<RecentLines>());
  return lines;
}

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
  auto logger = std::make_shared<spdlog::logger>(
      "presshawk",
      spdlog::sinks_init_list{std::make_shared<spdlog::sinks::stderr_sink_mt>(),
                              TheRecentLines()});
  logger->set_level(ToSpdlog(options.level));
  if (options.format == LogFormat::kJson) {
    logger->set_formatter(std::make_unique<JsonFormatter>());
  } else {
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  }
  spdlog::set_default_logger(std::move(logger));
}

std::vector<LogLine> RecentLogLines() { return TheRecentLines()->lines(); }

}  // namespace presshawk
