// SPDX-License-Identifier: Apache-2.0
#include "matchers/subscriptions/subscription_files.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "core/base/str_cat.h"
#include "core/config/read_config.h"
#include "matchers/subscriptions/subscription_fields.h"
#include "matchers/watchlist.h"

namespace presshawk {
namespace {

// Where a subscription begins, and whose it is.
struct Owner {
  ConfigPlace place;
  std::string id;
};

class ListReader : public ConfigListReader {
 public:
  ListReader(std::string_view file, const std::string& zone,
             SubscriptionList* list)
      : file_(file), zone_(zone), list_(list) {}

  void Read(ConfigSection* element) override {
    read_ = ReadSubscription(element, zone_);
    const ConfigPlace place = element->PlaceOfKey("id");
    read_.place = {place.line, place.column};
    read_.where_from = StrCat(file_, ":", place.line, ":", place.column);
    owners_.push_back({.place = element->place(), .id = read_.id});
  }

  void End(bool good) override {
    if (good) {
      list_->subscriptions.push_back(std::move(read_));
    } else if (!read_.id.empty()) {
      list_->rejected.push_back(std::move(read_.id));
    }
    read_ = Subscription();
  }

  void Tell(const ConfigProblems& problems) {
    std::vector<Diagnostic> found;
    for (const ConfigError& error : problems.errors) {
      found.push_back(DiagnosticOf(error, Diagnostic::Severity::kError));
    }
    for (const ConfigError& warning : problems.warnings) {
      found.push_back(DiagnosticOf(warning, Diagnostic::Severity::kWarning));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Diagnostic& a, const Diagnostic& b) {
                       return std::pair(a.line, a.column) <
                              std::pair(b.line, b.column);
                     });
    list_->diagnostics.insert(list_->diagnostics.end(),
                              std::make_move_iterator(found.begin()),
                              std::make_move_iterator(found.end()));
  }

 private:
  Diagnostic DiagnosticOf(const ConfigError& error,
                          Diagnostic::Severity severity) const {
    Diagnostic diagnostic;
    diagnostic.severity = severity;
    diagnostic.file = file_;
    diagnostic.line = error.place.line;
    diagnostic.column = error.place.column;
    diagnostic.watchlist = OwnerOf(error.place);
    diagnostic.message = error.message;
    diagnostic.fix = error.fix;
    return diagnostic;
  }

  // The subscription that stands there. Subscriptions are read in order.
  std::string OwnerOf(ConfigPlace place) const {
    const auto after = std::upper_bound(
        owners_.begin(), owners_.end(), place,
        [](ConfigPlace at, const Owner& owner) { return at < owner.place; });
    return after == owners_.begin() ? "" : std::prev(after)->id;
  }

  const std::string file_;
  const std::string& zone_;
  SubscriptionList* const list_;
  Subscription read_;
  std::vector<Owner> owners_;
};

Diagnostic TakenId(const Subscription& later, const Subscription& first) {
  Diagnostic error;
  error.line = later.place.line;
  error.column = later.place.column;
  error.file = FileOf(later);
  error.watchlist = later.id;
  error.message =
      StrCat("the id `", later.id, "` is taken by ", first.where_from);
  error.fix = "give each subscription an id of its own";
  return error;
}

}  // namespace

void ParseSubscriptionJson(std::string_view file, uint32_t line,
                           std::string_view json, const std::string& zone,
                           SubscriptionList* list) {
  ListReader reader(file, zone, list);
  const ConfigProblems problems =
      ReadConfigListJson(json, std::string(file), line, &reader);
  reader.Tell(problems);
}

void ParseSubscriptions(std::string_view file, std::string_view content,
                        const std::string& zone, SubscriptionList* list) {
  if (!file.ends_with(".ndjson")) {
    ListReader reader(file, zone, list);
    const ConfigProblems problems =
        ReadConfigList(content, std::string(file), "subscriptions", &reader);
    reader.Tell(problems);
    return;
  }
  uint32_t line = 0;
  for (size_t begin = 0; begin < content.size();) {
    const size_t end = std::min(content.find('\n', begin), content.size());
    const std::string_view json = content.substr(begin, end - begin);
    ++line;
    if (json.find_first_not_of(" \t\r") != std::string_view::npos) {
      ParseSubscriptionJson(file, line, json, zone, list);
    }
    begin = end + 1;
  }
}

absl::Status LoadSubscriptions(const std::vector<std::string>& patterns,
                               const std::string& zone,
                               SubscriptionList* list) {
  const absl::StatusOr<std::vector<std::string>> paths =
      ExpandPatterns(patterns);
  if (!paths.ok()) {
    return paths.status();
  }
  absl::StatusOr<std::vector<WatchListFile>> files = ReadWatchListFiles(*paths);
  if (!files.ok()) {
    return files.status();
  }
  for (WatchListFile& file : *files) {
    if (file.problem.has_value()) {
      list->diagnostics.push_back(*std::move(file.problem));
    } else {
      ParseSubscriptions(file.path, file.content, zone, list);
    }
  }
  RejectTakenIds(list);
  return absl::OkStatus();
}

std::string FileOf(const Subscription& subscription) {
  const std::string place =
      StrCat(":", subscription.place.line, ":", subscription.place.column);
  const std::string& from = subscription.where_from;
  return from.ends_with(place) ? from.substr(0, from.size() - place.size())
                               : from;
}

void RejectUnbuilt(SubscriptionList* list) {
  std::vector<Subscription> kept;
  for (Subscription& subscription : list->subscriptions) {
    const bool is_spike = subscription.when == Subscription::When::kSpike;
    if (!is_spike && subscription.snippets) {
      kept.push_back(std::move(subscription));
      continue;
    }
    Diagnostic& error = list->diagnostics.emplace_back();
    error.file = FileOf(subscription);
    error.line = subscription.place.line;
    error.column = subscription.place.column;
    error.watchlist = subscription.id;
    error.message =
        is_spike
            ? "spikes are not built yet: this release tells instants and "
              "digests"
            : "`snippets: off` is not built yet: this release tells snippets";
    error.fix = is_spike ? "write when: instant, or a digest"
                         : "leave the key out, or the subscription";
    list->rejected.push_back(subscription.id);
  }
  list->subscriptions = std::move(kept);
}

void RejectTakenIds(SubscriptionList* list) {
  absl::flat_hash_map<std::string, size_t> first;
  std::vector<Subscription> kept;
  for (Subscription& subscription : list->subscriptions) {
    const auto [found, is_new] = first.emplace(subscription.id, kept.size());
    if (is_new) {
      kept.push_back(std::move(subscription));
    } else {
      list->diagnostics.push_back(TakenId(subscription, kept[found->second]));
    }
  }
  list->subscriptions = std::move(kept);
}

}  // namespace presshawk
