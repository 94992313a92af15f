// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/store_section.h"

#include <array>
#include <utility>

#include "core/base/str_cat.h"
#include "core/config/dump_text.h"
#include "core/config/quantities.h"
#include "core/config/receiver_rules.h"

namespace presshawk {
namespace {

constexpr char kFix[] =
    "write store: {sqlite: {path: ledger.db}} or store: {postgres: {url: "
    "{file: PATH}}}";

void ReadSqlite(ConfigSection sqlite, StoreOptions* store) {
  store->kind = StoreOptions::Kind::kSqlite;
  if (!sqlite.Has("path")) {
    sqlite.Error(sqlite.place(), "store.sqlite.path is missing",
                 "write store: {sqlite: {path: ledger.db}}");
  }
  const ConfigPlace place = sqlite.PlaceOfKey("path");
  store->place = {place.line, place.column};
  store->path = sqlite.Text("path").value_or("");
  store->shown = StrCat("sqlite:", store->path);
  sqlite.RejectUnknownKeys();
}

void ReadPostgres(ConfigSection postgres, StoreOptions* store) {
  store->kind = StoreOptions::Kind::kPostgres;
  if (!postgres.Has("url")) {
    postgres.Error(postgres.place(), "store.postgres.url is missing",
                   "write store: {postgres: {url: {file: PATH}}}");
  }
  const ConfigPlace place = postgres.PlaceOfKey("url");
  store->place = {place.line, place.column};
  if (std::optional<ConfigScalar> url = postgres.TextOrFile("url")) {
    if (!url->text.starts_with("postgresql://") &&
        !url->text.starts_with("postgres://")) {
      postgres.Error(place, "store.postgres.url is no URL of PostgreSQL",
                     "write postgresql://USER:PASSWORD@HOST/DATABASE");
    }
    store->url = {.value = std::move(url->text),
                  .file = std::move(url->value_file)};
    store->shown = ShownUrl(store->url.value);
  }
  postgres.RejectUnknownKeys();
}

}  // namespace

void ReadStore(ConfigSection* file, std::optional<StoreOptions>* options) {
  if (!file->Has("store")) {
    return;
  }
  ConfigSection section = file->Map("store");
  StoreOptions& store = options->emplace();
  constexpr std::array<std::string_view, 2> kKinds = {"sqlite", "postgres"};
  const std::optional<size_t> kind = section.OneOf(kKinds, kFix);
  if (kind == size_t{0}) {
    ReadSqlite(section.Map("sqlite"), &store);
  } else if (kind == size_t{1}) {
    ReadPostgres(section.Map("postgres"), &store);
  }
  constexpr std::array<std::string_view, 2> kAlerts = {"all", "matched"};
  store.keeps_all_alerts = section.Choice("alerts", kAlerts).value_or(0) == 0;
  store.reserve = section.Size("reserve", 0, 1UL << 50).value_or(store.reserve);
  section.RejectUnknownKeys();
}

void DumpStore(const std::optional<StoreOptions>& options, std::string* dump) {
  if (!options.has_value()) {
    return;
  }
  if (options->kind == StoreOptions::Kind::kSqlite) {
    StrAppend(dump, "store:\n  sqlite: {path: ", QuotedYaml(options->path),
              "}\n");
  } else {
    StrAppend(dump, "store:\n  postgres: {url: ", QuotedYaml(options->shown),
              "}\n");
  }
  StrAppend(dump, "  alerts: ", options->keeps_all_alerts ? "all" : "matched",
            "\n  reserve: ", FormatConfigSize(options->reserve), "\n");
}

}  // namespace presshawk
