// SPDX-License-Identifier: Apache-2.0
#include "matchers/live/layered_generation.h"

#include <algorithm>
#include <utility>

#include "absl/types/span.h"

namespace presshawk {
namespace {

// A layer as the generation holds it.
struct Part {
  Layer layer;
  ListSlot first = 0;  // Its slot 0 in the whole.

  ListSlot end() const {
    return first + static_cast<ListSlot>(layer.set->size());
  }
  bool IsHidden(ListSlot slot) const {
    return !layer.hidden.empty() && layer.hidden[slot];
  }
};

// The part that `slot` of the whole is in.
const Part& PartOf(const std::vector<Part>& parts, ListSlot slot) {
  return *std::find_if(parts.begin(), parts.end(),
                       [&](const Part& part) { return slot < part.end(); });
}

class LayeredMatcher : public Matcher {
 public:
  LayeredMatcher(const std::vector<Part>& parts,
                 std::vector<std::unique_ptr<Matcher>> matchers)
      : parts_(parts), matchers_(std::move(matchers)) {}

  bool Scan(const ArticleText& text) override {
    for (const auto& matcher : matchers_) {
      if (!matcher->Scan(text)) {
        return false;
      }
    }
    return true;
  }

  void Evaluate(const Article& article, const ArticleText& text,
                std::vector<ListSlot>* slots) override {
    slots->clear();
    abandoned_.clear();
    size_t contributors = 0;
    for (size_t i = 0; i < parts_.size(); ++i) {
      const Part& part = parts_[i];
      matchers_[i]->Evaluate(article, text, &part_slots_);
      const size_t before = slots->size();
      for (const ListSlot slot : part_slots_) {
        if (!part.IsHidden(slot)) {
          slots->push_back(part.first + slot);
        }
      }
      contributors += slots->size() > before ? 1 : 0;
      for (const AbandonedEvaluation& given_up : matchers_[i]->abandoned()) {
        if (!part.IsHidden(given_up.slot)) {
          abandoned_.push_back({part.first + given_up.slot, given_up.reason});
        }
      }
    }
    if (contributors > 1) {
      std::sort(slots->begin(), slots->end(),
                [this](ListSlot a, ListSlot b) { return IdOf(a) < IdOf(b); });
    }
  }

  size_t evaluated() const override {
    size_t lists = 0;
    for (const auto& matcher : matchers_) {
      lists += matcher->evaluated();
    }
    return lists;
  }
  absl::Span<const AbandonedEvaluation> abandoned() const override {
    return abandoned_;
  }

  void CollectHits(ListSlot slot, const ArticleText& text,
                   std::vector<Hit>* hits) override {
    const Part& part = PartOf(parts_, slot);
    matchers_[static_cast<size_t>(&part - parts_.data())]->CollectHits(
        slot - part.first, text, hits);
  }

  // Gives away the matcher of `set`; null where it has none.
  std::unique_ptr<Matcher> Release(const QuerySet* set) {
    for (size_t i = 0; i < parts_.size(); ++i) {
      if (parts_[i].layer.set.get() == set) {
        return std::move(matchers_[i]);
      }
    }
    return nullptr;
  }

 private:
  std::string_view IdOf(ListSlot slot) const {
    const Part& part = PartOf(parts_, slot);
    return part.layer.set->list(slot - part.first).id;
  }

  const std::vector<Part>& parts_;
  std::vector<std::unique_ptr<Matcher>> matchers_;
  std::vector<ListSlot> part_slots_;
  std::vector<AbandonedEvaluation> abandoned_;
};

class LayeredGeneration : public Generation {
 public:
  LayeredGeneration(std::vector<Layer> layers, std::string id)
      : id_(std::move(id)) {
    for (Layer& layer : layers) {
      active_ += layer.set->size() -
                 static_cast<size_t>(std::count(layer.hidden.begin(),
                                                layer.hidden.end(), true));
      parts_.push_back({.layer = std::move(layer), .first = size_});
      size_ = parts_.back().end();
    }
  }

  std::string_view id() const override { return id_; }
  size_t size() const override { return size_; }
  size_t active() const override { return active_; }
  WatchListInfo list(ListSlot slot) const override {
    const Part& part = PartOf(parts_, slot);
    return part.layer.set->list(slot - part.first);
  }

  std::unique_ptr<Matcher> NewMatcher() const override {
    return NewMatcherAfter(nullptr);
  }

  std::unique_ptr<Matcher> NewMatcherAfter(
      std::unique_ptr<Matcher> previous) const override {
    auto* before = dynamic_cast<LayeredMatcher*>(previous.get());
    std::vector<std::unique_ptr<Matcher>> matchers;
    for (const Part& part : parts_) {
      std::unique_ptr<Matcher> matcher =
          before != nullptr ? before->Release(part.layer.set.get()) : nullptr;
      matchers.push_back(matcher != nullptr ? std::move(matcher)
                                            : part.layer.set->NewMatcher());
    }
    return std::make_unique<LayeredMatcher>(parts_, std::move(matchers));
  }

 private:
  const std::string id_;
  std::vector<Part> parts_;
  ListSlot size_ = 0;
  size_t active_ = 0;
};

}  // namespace

std::shared_ptr<const Generation> MakeLayeredGeneration(
    std::vector<Layer> layers, std::string id) {
  return std::make_shared<const LayeredGeneration>(std::move(layers),
                                                   std::move(id));
}

}  // namespace presshawk
