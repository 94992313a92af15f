// SPDX-License-Identifier: Apache-2.0
#include "cmd/match/ordered_output.h"

namespace presshawk {

void OrderedOutput::Write(uint64_t ticket, MatchOutput* output) {
  MutexLock lock(&mutex_);
  WriteTexts(&lock, ticket, output);
  totals_.Add(output->totals);
  progress_->Show();
  ++turn_;
  turn_changed_.notify_all();
}

void OrderedOutput::WritePart(uint64_t ticket, MatchOutput* output) {
  MutexLock lock(&mutex_);
  WriteTexts(&lock, ticket, output);
  output->ClearTexts();
}

void OrderedOutput::WriteTexts(MutexLock* lock, uint64_t ticket,
                               MatchOutput* output) {
  while (turn_ != ticket) {
    lock->Wait(&turn_changed_);
  }
  if (!output->reject_lines.empty()) {
    progress_->Clear();
    std::fwrite(output->reject_lines.data(), 1, output->reject_lines.size(),
                stderr);
  }
  if (stories_ != nullptr) {
    stories_->AddTo(output->articles, &output->alerts);
  }
  failed_ |= std::fwrite(output->alerts.data(), 1, output->alerts.size(),
                         stdout) != output->alerts.size();
  if (rejects_ != nullptr) {
    rejects_failed_ |=
        std::fwrite(output->rejects_json.data(), 1, output->rejects_json.size(),
                    rejects_) != output->rejects_json.size();
  }
}

}  // namespace presshawk
