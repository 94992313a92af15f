// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/watchlist_section.h"

#include <algorithm>
#include <utility>

#include "core/base/language_code.h"
#include "core/base/str_cat.h"
#include "core/config/dump_text.h"

namespace presshawk {
namespace {

void ReadForms(ConfigSection* section, WatchListOptions* lists) {
  for (ConfigScalar& language : section->Texts("forms")) {
    if (!IsLanguageCode(language.text)) {
      section->Error(language.place,
                     StrCat("watchlists.forms: `", language.text,
                            "` is no code of a language"),
                     "write forms: [ru], or several: forms: [ru, uk]");
    }
    lists->forms.push_back(std::move(language.text));
  }
  std::sort(lists->forms.begin(), lists->forms.end());
  lists->forms.erase(std::unique(lists->forms.begin(), lists->forms.end()),
                     lists->forms.end());
}

}  // namespace

void ReadWatchLists(ConfigSection* file, TopicUses* topics,
                    WatchListOptions* lists) {
  constexpr char kFix[] =
      "write watchlists: {files: [\"watchlists/*.yaml\"]} or "
      "watchlists: {topic: watchlists}";
  if (!file->Has("watchlists")) {
    file->Error({}, "watchlists is missing", kFix);
    return;
  }
  ConfigSection section = file->Map("watchlists");
  lists->files_place = section.PlaceOfKey("files");
  for (ConfigScalar& pattern : section.Texts("files")) {
    lists->files.push_back(std::move(pattern.text));
  }
  lists->topic = topics->Read(&section, "topic");
  lists->status_topic = topics->Read(&section, "status_topic");
  if (lists->status_topic.empty() && !lists->topic.empty()) {
    lists->status_topic = StrCat(lists->topic, ".status");
  }
  ReadForms(&section, lists);
  lists->allow_empty = section.Bool("allow_empty").value_or(false);
  if (lists->files.empty() && !section.Has("topic")) {
    section.Error(section.place(), "watchlists names neither files nor a topic",
                  kFix);
  }
  section.RejectUnknownKeys();
}

void DumpWatchLists(const WatchListOptions& lists, std::string* dump) {
  StrAppend(dump, "watchlists:\n  files: ", QuotedYamlList(lists.files), "\n");
  if (!lists.topic.empty()) {
    StrAppend(dump, "  topic: ", QuotedYaml(lists.topic), "\n");
  }
  if (!lists.status_topic.empty()) {
    StrAppend(dump, "  status_topic: ", QuotedYaml(lists.status_topic), "\n");
  }
  if (!lists.forms.empty()) {
    StrAppend(dump, "  forms: ", QuotedYamlList(lists.forms), "\n");
  }
  StrAppend(dump, "  allow_empty: ", lists.allow_empty ? "true" : "false",
            "\n");
}

}  // namespace presshawk
