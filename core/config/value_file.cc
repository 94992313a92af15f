// SPDX-License-Identifier: Apache-2.0
#include "core/config/value_file.h"

#include <utility>

#include "absl/status/status.h"
#include "core/base/read_file.h"
#include "core/base/str_cat.h"
#include "core/config/receiver_rules.h"

namespace presshawk {
namespace {

constexpr size_t kValueFileBytesMax = 64UL << 10;

// Whether the secret came from a file whose content is another by now.
absl::StatusOr<bool> Reread(Secret* secret) {
  if (secret->file.empty()) {
    return false;
  }
  absl::StatusOr<std::string> text = ReadValueFile(secret->file);
  if (absl::IsInvalidArgument(text.status())) {
    return absl::InvalidArgumentError(
        StrCat(secret->file, " is ", std::string(text.status().message())));
  }
  if (!text.ok()) {
    return text.status();
  }
  return std::exchange(secret->value, *text) != *text;
}

}  // namespace

absl::StatusOr<std::string> ReadValueFile(const std::string& path) {
  absl::StatusOr<std::string> content = ReadFile(path, kValueFileBytesMax);
  if (absl::IsResourceExhausted(content.status())) {
    return absl::InvalidArgumentError("no text of at most 64 KiB");
  }
  if (!content.ok()) {
    return content;
  }
  if (content->ends_with('\n')) {
    content->erase(content->ends_with("\r\n") ? content->size() - 2
                                              : content->size() - 1);
  }
  if (content->empty()) {
    return absl::InvalidArgumentError("empty");
  }
  if (content->find('\0') != std::string::npos) {
    return absl::InvalidArgumentError("no text of at most 64 KiB");
  }
  return content;
}

absl::StatusOr<bool> RereadSecrets(ReceiverOptions* receiver) {
  ReceiverOptions fresh = *receiver;
  bool changed = false;
  for (Secret* secret : {&fresh.url, &fresh.secret, &fresh.previous_secret}) {
    const absl::StatusOr<bool> one = Reread(secret);
    if (!one.ok()) {
      return one;
    }
    changed = changed || *one;
  }
  if (!changed) {
    return false;
  }
  if (!fresh.url.file.empty()) {
    if (const ReceiverMistake mistake = JudgeReceiverUrl(fresh);
        !mistake.message.empty()) {
      return absl::InvalidArgumentError(
          StrCat("the URL in ", fresh.url.file, " ", mistake.message));
    }
  }
  for (const Secret* secret : {&fresh.secret, &fresh.previous_secret}) {
    if (secret->file.empty()) {
      continue;
    }
    if (const std::string_view mistake = SecretMistake(secret->value);
        !mistake.empty()) {
      return absl::InvalidArgumentError(StrCat(secret->file, " ", mistake));
    }
  }
  fresh.shown = ShownReceiver(fresh);
  *receiver = std::move(fresh);
  return true;
}

}  // namespace presshawk
