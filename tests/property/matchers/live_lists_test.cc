// SPDX-License-Identifier: Apache-2.0
// LiveLists against a model that keeps no generation: after each random edit it
// compiles everything anew from texts, with the last good texts of what is bad.
#include "matchers/live/live_lists.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "matchers/watchlist_version.h"

namespace presshawk::testing {
namespace {

namespace fs = std::filesystem;

uint32_t FromEnvironment(const char* name, uint32_t otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? static_cast<uint32_t>(std::atoll(value))
                          : otherwise;
}

const std::vector<std::string> kIds = {"a", "b", "c", "d", "e", "f"};
const std::vector<std::string> kTexts = {
    "red", "green", "blue", "red green", "green blue", "red blue x", "x"};

// What a definition says, and the name and labels that go with it.
std::string RandomList(const std::string& id, std::mt19937* random) {
  const auto pick = [&](uint32_t n) { return (*random)() % n; };
  const auto word = [&] { return kTexts[pick(3)]; };
  const auto other = [&] { return kIds[pick(6)]; };
  std::string query;
  switch (pick(9)) {
    case 0:
    case 1:
      return StrCat(R"({"id":")", id, R"(","terms":[")", word(), R"("]})");
    case 2:
      query = StrCat(word(), " AND ", word());
      break;
    case 3:
      query = StrCat(word(), " AND NOT @", other());
      break;
    case 4:
    case 5:
      query = StrCat("@", other(), " OR ", word());
      break;
    case 6:
      query = StrCat("@", other(), " NEAR/1 ", word());
      break;
    case 7:
      return StrCat(R"({"id":")", id, R"(","querry":"red"})");
    default:
      query = StrCat(word(), " AND (", word());  // Bad.
  }
  return StrCat(R"({"id":")", id, R"(","name":"name )", pick(2),
                R"(","query":")", query, R"("})");
}

using Texts = std::map<std::string, std::string>;  // Id to list as JSON.

// One list's condition, with what it referred to when it was good.
struct Condition {
  Texts texts;
  std::string id, name, version, labels_json;
  WatchListInfo info() const { return {id, name, version, labels_json}; }
};

WatchListSet Parse(const Texts& texts) {
  WatchListSet set;
  for (const auto& [id, json] : texts) {
    ParseWatchListJson("", 0, json, &set);
  }
  return set;
}

std::set<std::string> HoldingLists(const Generation& set,
                                   const std::string& body) {
  Article article;
  article.id = "1";
  article.text[static_cast<size_t>(Field::kBody)] = body;
  ArticleText text;
  EXPECT_TRUE(text.Assign(article, ~size_t{0}));
  const auto matcher = set.NewMatcher();
  EXPECT_TRUE(matcher->Scan(text));
  std::vector<ListSlot> slots;
  matcher->Evaluate(article, text, &slots);
  std::set<std::string> ids;
  std::string last;
  for (const ListSlot slot : slots) {
    EXPECT_LT(last, set.list(slot).id);  // In byte order.
    last = set.list(slot).id;
    ids.insert(last);
    std::vector<Hit> hits;
    matcher->CollectHits(slot, text, &hits);
    EXPECT_FALSE(hits.empty());
  }
  return ids;
}

// What is defined, and what is in force of it.
class Model {
 public:
  void Set(const std::string& id, std::optional<std::string> json) {
    if (json.has_value()) {
      defined_[id] = *json;
    } else {
      defined_.erase(id);
    }
  }

  void Apply() {
    const WatchListSet set = Parse(defined_);
    const CheckedLists checked = CheckLists(set.lists);
    std::map<std::string, Condition> now;
    for (const uint32_t index : checked.good) {
      const WatchList& list = set.lists[index];
      now[list.id] = {Needed(list.id, set, checked), list.id, list.name,
                      checked.versions[index], LabelsJson(list.labels)};
    }
    good.clear();
    for (const auto& [id, condition] : now) {
      good.insert(id);
    }
    for (const auto& [id, condition] : in_force) {
      if (defined_.contains(id) && !now.contains(id)) {
        now.emplace(id, condition);
      }
    }
    in_force = std::move(now);
  }

  std::string GenerationOf() const {
    GenerationIdHash hash;
    for (const auto& [id, condition] : in_force) {
      hash.Add(condition.info());
    }
    return hash.Finish();
  }

  std::set<std::string> Holding(const std::string& body) const {
    std::set<std::string> ids;
    for (const auto& [id, condition] : in_force) {
      const auto set = QuerySet::Compile(Parse(condition.texts).lists, {});
      if (HoldingLists(**set, body).contains(id)) {
        ids.insert(id);
      }
    }
    return ids;
  }

  const Texts& defined() const { return defined_; }
  std::set<std::string> good;
  std::map<std::string, Condition> in_force;

 private:
  Texts Needed(const std::string& root, const WatchListSet& set,
               const CheckedLists& checked) const {
    Texts texts;
    std::vector<std::string> pending = {root};
    while (!pending.empty()) {
      const std::string id = pending.back();
      pending.pop_back();
      if (!texts.emplace(id, defined_.at(id)).second) {
        continue;
      }
      for (uint32_t i = 0; i < set.lists.size(); ++i) {
        const auto references = checked.references.find(i);
        if (set.lists[i].id == id && references != checked.references.end()) {
          pending.insert(pending.end(), references->second.begin(),
                         references->second.end());
        }
      }
    }
    return texts;
  }

  Texts defined_;
};

class LiveListsPropertyTest : public ::testing::Test {
 protected:
  LiveListsPropertyTest() {
    std::string name = fs::temp_directory_path() / "presshawk-live-XXXXXX";
    directory_ = mkdtemp(name.data());
  }
  ~LiveListsPropertyTest() override { fs::remove_all(directory_); }

  std::unique_ptr<LiveLists> NewLiveLists() const {
    LiveLists::Options options;
    options.whole_lists_max = 0;
    options.state_path = directory_ + "/state";
    options.cache_path = directory_ + "/cache";
    return std::make_unique<LiveLists>(std::move(options));
  }
  void Say(const std::string& id, const std::optional<std::string>& json) {
    live_->SetRecord(id, json, "topic[0]@1");
  }

  void Restart(const Model& model) {
    live_ = NewLiveLists();
    for (const auto& [id, json] : model.defined()) {
      Say(id, json);
    }
    running_ = nullptr;
    statuses_.clear();
  }

  void Compare(const Model& model, const std::string& what) {
    for (const auto& [id, status] : statuses_) {
      const auto condition = model.in_force.find(status.id);
      const ListState expected =
          model.good.contains(status.id)      ? ListState::kActive
          : condition != model.in_force.end() ? ListState::kStale
                                              : ListState::kRejected;
      EXPECT_EQ(ListStateName(status.state), ListStateName(expected))
          << status.id << what;
      EXPECT_EQ(status.errors.empty(), expected == ListState::kActive);
      EXPECT_EQ(status.version, condition != model.in_force.end()
                                    ? condition->second.version
                                    : "")
          << status.id << what;
    }
    EXPECT_EQ(statuses_.size(), model.defined().size()) << what;
    ASSERT_NE(running_, nullptr);
    EXPECT_EQ(running_->id(), model.GenerationOf()) << what;
    EXPECT_EQ(running_->active(), model.in_force.size()) << what;
    for (const std::string& text : kTexts) {
      EXPECT_EQ(HoldingLists(*running_, text), model.Holding(text))
          << text << what;
    }
  }

  void Take(absl::StatusOr<LiveLists::Update> update) {
    ASSERT_TRUE(update.ok()) << update.status();
    EXPECT_TRUE(update->kept.ok()) << update->kept;
    for (const ListStatus& status : update->changed) {
      statuses_[status.id] = status;
    }
    for (const std::string& id : update->removed) {
      statuses_.erase(id);
    }
    if (update->generation != nullptr) {
      running_ = update->generation;
    }
  }

  // Also what a cached start puts off; its generation is the right one already.
  void Apply(const Model& model, const std::string& what) {
    absl::StatusOr<LiveLists::Update> update = live_->Apply();
    const bool again = update.ok() && update->again;
    Take(std::move(update));
    if (again) {
      ++cached_starts_;
      EXPECT_EQ(running_->id(), model.GenerationOf()) << what;
      Take(live_->Apply());
    }
  }

  std::string directory_;
  std::unique_ptr<LiveLists> live_;
  std::shared_ptr<const Generation> running_;
  // By id, as the updates told of them.
  std::map<std::string, ListStatus> statuses_;
  uint32_t cached_starts_ = 0;
};

TEST_F(LiveListsPropertyTest, AnyEditsGiveWhatAModelWithoutGenerationsGives) {
  const uint32_t seed = FromEnvironment("PRESSHAWK_SEED", 1);
  const uint32_t cases = FromEnvironment("PRESSHAWK_CASES", 30);
  for (uint32_t number = 0; number < cases && !HasFailure(); ++number) {
    std::mt19937 random(seed * 1000 + number);
    std::string what = StrCat("\nPRESSHAWK_SEED=", seed, " case ", number);
    fs::remove_all(directory_ + "/state");
    fs::remove_all(directory_ + "/cache");
    live_ = NewLiveLists();
    running_ = nullptr;
    statuses_.clear();
    Model model;
    std::unique_ptr<MergeJob> merge;
    for (uint32_t step = 0; step < 40 && !HasFailure(); ++step) {
      for (auto edits = random() % 3 + 1; edits > 0; --edits) {
        const std::string& id = kIds[random() % kIds.size()];
        std::optional<std::string> json;
        if (random() % 5 > 0) {
          json = RandomList(id, &random);
        }
        model.Set(id, json);
        Say(id, json);
        StrAppend(&what, "\n", step, ": ", id, " ", json.value_or("gone"));
      }
      if (random() % 8 == 0) {
        what += "\nrestart";
        merge.reset();
        Restart(model);
      }
      model.Apply();
      Apply(model, what);
      Compare(model, what);
      if (merge == nullptr && random() % 4 == 0) {
        merge = live_->StartMerge();
      }
      // At times with edits since it began, which the cache then does not have.
      if (merge != nullptr && random() % 3 == 0) {
        what += "\nmerge";
        merge->Run();
        Take(live_->FinishMerge(std::move(merge)));
        merge = nullptr;
        Compare(model, what);
        if (random() % 2 == 0) {
          what += "\nrestart from the cache";
          Restart(model);
          Apply(model, what);
          Compare(model, what);
        }
      }
    }
  }
  if (cases >= 30) {
    EXPECT_GT(cached_starts_, 0U);
  }
}

}  // namespace
}  // namespace presshawk::testing
