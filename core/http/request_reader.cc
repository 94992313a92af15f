// SPDX-License-Identifier: Apache-2.0
#include "core/http/request_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/str_cat.h"
#include "core/http/request_framing.h"
#include "core/http/request_head.h"

namespace presshawk {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
// Lines of chunks and trailers, of one request.
constexpr size_t kFramingBytesMax = 64 << 10;

RequestFraming FramingOf(const HttpRequest& request) {
  RequestFraming framing;
  // Not by `?:`, which would make a string that is gone at once.
  framing.method = request.method;
  if (request.is_head) {
    framing.method = "HEAD";
  }
  for (const HttpField& header : request.headers) {
    if (IsSameName(header.name, "Content-Length")) {
      framing.content_lengths.push_back(header.value);
    }
  }
  framing.has_transfer_encoding = request.CountHeaders("Transfer-Encoding") > 0;
  return framing;
}

}  // namespace

RequestReader::Progress RequestReader::Refuse(Problem problem) {
  problem_ = std::move(problem);
  return Progress::kRefused;
}

RequestReader::Progress RequestReader::Take(std::string_view* bytes) {
  if (part_ == Part::kHead) {
    return TakeHead(bytes);
  }
  return TakeBody(bytes);
}

RequestReader::Progress RequestReader::TakeHead(std::string_view* bytes) {
  const size_t searched = head_.size();
  const size_t room = limits_.header_bytes - head_.size();
  head_ += bytes->substr(0, room);
  const size_t end = head_.find(
      kHeadEnd, searched < kHeadEnd.size() ? 0 : searched - kHeadEnd.size());
  if (end == head_.npos) {
    bytes->remove_prefix(std::min(room, bytes->size()));
    return head_.size() < limits_.header_bytes
               ? Progress::kMore
               : Refuse({431,
                         StrCat("the head of a request has at most ",
                                limits_.header_bytes, " bytes here"),
                         "headers", "send fewer or shorter headers"});
  }
  bytes->remove_prefix(end + kHeadEnd.size() - searched);
  head_.resize(end + kHeadEnd.size());
  if (auto problem = ParseRequestHead(head_, &request_)) {
    return Refuse(*std::move(problem));
  }
  head_ = std::string();  // Its memory, too: a stream lives long.
  const RequestFraming framing = FramingOf(request_);
  if (auto problem = CheckFraming(framing, limits_.payload_bytes)) {
    return Refuse(*std::move(problem));
  }
  is_chunked_ = framing.has_transfer_encoding;
  if (is_chunked_ &&
      (request_.CountHeaders("Transfer-Encoding") > 1 ||
       !IsSameName(request_.Header("Transfer-Encoding"), "chunked") ||
       !request_.is_http_1_1)) {
    return Refuse({400, "the body has an encoding that is not read here",
                   "header Transfer-Encoding", "send chunked, or a length"});
  }
  part_ = is_chunked_ ? Part::kChunkSize : Part::kBody;
  if (!framing.content_lengths.empty()) {
    const std::string& length = framing.content_lengths.front();
    std::from_chars(length.data(), length.data() + length.size(), left_);
  }
  return Progress::kHead;
}

void RequestReader::MoveToBody(std::string_view* bytes) {
  const size_t count = std::min<uint64_t>(left_, bytes->size());
  request_.body += bytes->substr(0, count);
  bytes->remove_prefix(count);
  left_ -= count;
}

bool RequestReader::TakeLine(std::string_view* bytes) {
  const size_t end = bytes->find('\n');
  const size_t count = end == bytes->npos ? bytes->size() : end + 1;
  line_ += bytes->substr(0, count);
  bytes->remove_prefix(count);
  framing_bytes_ += count;
  return end != bytes->npos;
}

RequestReader::Progress RequestReader::TakeChunkSize(std::string_view line) {
  const auto [end, error] =
      std::from_chars(line.data(), line.data() + line.size(), left_, 16);
  // An extension may follow, and means nothing here.
  const std::string_view rest(end, line.data() + line.size());
  if (error != std::errc() || (rest != "\r\n" && !rest.starts_with(';')) ||
      !rest.ends_with("\r\n") || line.starts_with('-')) {
    return Refuse({400, "a chunk of the body has no size", "body", ""});
  }
  if (left_ > limits_.payload_bytes - request_.body.size()) {
    return Refuse(
        {413,
         StrCat("a body has at most ", limits_.payload_bytes, " bytes here"),
         "body", "send less"});
  }
  part_ = left_ == 0 ? Part::kTrailer : Part::kChunk;
  return Progress::kMore;
}

RequestReader::Progress RequestReader::TakeBody(std::string_view* bytes) {
  if (part_ == Part::kBody) {
    MoveToBody(bytes);
    return left_ == 0 ? Progress::kWhole : Progress::kMore;
  }
  while (!bytes->empty()) {
    if (part_ == Part::kChunk) {
      MoveToBody(bytes);
      part_ = left_ == 0 ? Part::kChunkEnd : Part::kChunk;
      continue;
    }
    const bool is_whole = TakeLine(bytes);
    if (framing_bytes_ > kFramingBytesMax) {
      return Refuse({400, "the chunks of the body are too small", "body", ""});
    }
    if (!is_whole) {
      break;
    }
    const std::string line = std::exchange(line_, "");
    if (part_ == Part::kChunkSize) {
      if (TakeChunkSize(line) == Progress::kRefused) {
        return Progress::kRefused;
      }
    } else if (!line.ends_with("\r\n") ||
               (part_ == Part::kChunkEnd && line != "\r\n")) {
      return Refuse({400, "a chunk of the body has no end", "body", ""});
    } else if (part_ == Part::kChunkEnd) {
      part_ = Part::kChunkSize;
    } else if (line == "\r\n") {  // After the trailers, which mean nothing.
      return Progress::kWhole;
    }
  }
  return Progress::kMore;
}

}  // namespace presshawk
