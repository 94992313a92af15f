// SPDX-License-Identifier: Apache-2.0
// The forms in which a term stands in texts of a language: Европейский союз,
// Европейского союза, Европейскому союзу, …
//
//   FormTables tables("/usr/share/presshawk/forms");
//   auto table = tables.Get("ru");
//   if (!table.ok()) return table.status();   // Names the file that is missing.
//   for (const TermForm& form : (*table)->Forms("Европейский союз")) …
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "core/base/mutex.h"

namespace presshawk {

struct FormRules;

// One way in which a term may stand in a text.
struct TermForm {
  std::string text;  // As it would be printed, UTF-8: not canonical yet.
  std::string why;   // "as written", "genitive: -їв → -єва"
  // Where the term is a name: the common word that this form is as well, in
  // lower case ("рада" of Рада), or empty.
  std::string also;
};

// The most forms that a term has. What is beyond is left out.
inline constexpr size_t kMaxForms = 256;
// The largest table that is read.
inline constexpr size_t kFormTableBytesMax = 4UL << 20;

// The forms of one language, made by the rules of one file (README.md says what
// is in it). Immutable, thread-safe.
class FormTable {
 public:
  // Errors: `PATH: what is wrong`, or `PATH:LINE: what is wrong`; NotFound
  // where there is no such file.
  static absl::StatusOr<std::shared_ptr<const FormTable>> Open(
      const std::string& path);
  // The same for the content of a file. `name` is the path in messages.
  static absl::StatusOr<std::shared_ptr<const FormTable>> Parse(
      std::string text, const std::string& name);

  ~FormTable();
  FormTable(const FormTable&) = delete;
  FormTable& operator=(const FormTable&) = delete;

  std::string_view language() const;  // "ru"
  // 16 hexadecimal digits that change whenever the file does.
  std::string_view release() const { return release_; }

  // All forms of a term of one or more words, without repeats, the written one
  // first. At most kMaxForms. `term` is UTF-8; where it is not, it is the only
  // form.
  std::vector<TermForm> Forms(std::string_view term) const;

 private:
  FormTable(std::unique_ptr<const FormRules> rules, std::string release);

  std::unique_ptr<const FormRules> rules_;
  std::string release_;
};

// `share/presshawk/forms` under the prefix of the running program: /usr where it
// is installed, the build folder otherwise.
std::string DefaultFormsDirectory();

// The tables in a directory, each opened when it is first asked for, and kept.
// Thread-safe.
class FormTables {
 public:
  explicit FormTables(std::string directory);

  // NotFound names the file that is missing and the languages that are there.
  absl::StatusOr<std::shared_ptr<const FormTable>> Get(
      std::string_view language) const;
  // The languages that have a file, in byte order.
  std::vector<std::string> Languages() const;

 private:
  const std::string directory_;
  mutable Mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const FormTable>, std::less<>>
      open_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
