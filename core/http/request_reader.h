// SPDX-License-Identifier: Apache-2.0
// A request from the bytes of a connection, as they come.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/http/http_limits.h"
#include "core/http/http_message.h"
#include "core/http/problem.h"

namespace presshawk {

// LIFE. Of one request: a connection has no second one.
// THREAD SAFETY. One thread's.
class RequestReader {
 public:
  enum class Progress : uint8_t {
    kMore,     // The bytes are used up.
    kHead,     // The head is there: all of request() but its body. Said once.
    kWhole,    // The body is there, too.
    kRefused,  // See problem().
  };

  explicit RequestReader(const HttpLimits& limits) : limits_(limits) {}

  // Reads on, and removes from *bytes what it took.
  Progress Take(std::string_view* bytes);

  HttpRequest& request() { return request_; }
  const Problem& problem() const { return problem_; }
  // After kHead: whether the length of the body is told by its chunks alone.
  bool is_chunked() const { return is_chunked_; }

 private:
  enum class Part : uint8_t {
    kHead,
    kBody,
    kChunkSize,
    kChunk,
    kChunkEnd,
    kTrailer
  };

  Progress TakeHead(std::string_view* bytes);
  Progress TakeBody(std::string_view* bytes);
  Progress TakeChunkSize(std::string_view line);
  // Moves up to `left_` bytes to the body.
  void MoveToBody(std::string_view* bytes);
  // A line with its end, once it is whole; its bytes stay in line_ until then.
  bool TakeLine(std::string_view* bytes);
  Progress Refuse(Problem problem);

  const HttpLimits limits_;
  HttpRequest request_;
  Problem problem_;
  Part part_ = Part::kHead;
  bool is_chunked_ = false;
  std::string head_;
  std::string line_;          // Of the framing of chunks.
  size_t framing_bytes_ = 0;  // Of all such lines.
  uint64_t left_ = 0;         // Bytes of the body, or of the chunk.
};

}  // namespace presshawk
