// SPDX-License-Identifier: Apache-2.0
// The body of a digest or a catch-up, and a shorter one for a receiver that does
// not take it whole.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/delivery/decider.h"
#include "core/delivery/digest.h"
#include "core/delivery/envelope.h"

namespace presshawk {

// The alerts of the first `count` rows of a plan, of each in turn.
absl::StatusOr<std::vector<IncomingAlert>> AlertsOfRows(
    const DigestPlan& plan, size_t count,
    absl::FunctionRef<absl::StatusOr<IncomingAlert>(const std::string& alert)>
        recall);

class RowsBody {
 public:
  // `shown` are the alerts of the first rows of `plan`; those that were
  // forgotten have no row. All of it must outlive this.
  RowsBody(DigestFacts facts, EnvelopeFacts envelope, const DigestPlan& plan,
           absl::Span<const IncomingAlert> shown);

  SealedBody Seal() const { return Seal(facts_, rows_); }
  // At most `max_body` bytes: hits and snippets go first, by `shorten`, and then
  // rows from the end.
  std::string Shorter(
      const std::function<std::string(std::string_view json)>& shorten,
      std::string_view delivery, uint64_t max_body) const;

 private:
  SealedBody Seal(const DigestFacts& facts,
                  absl::Span<const DigestEntry> rows) const;

  const DigestFacts facts_;
  const EnvelopeFacts envelope_;
  std::vector<DigestEntry> rows_;
};

}  // namespace presshawk
