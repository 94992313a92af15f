// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/triggers.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

// Very common words of the languages that are read most: about 2,000 and more
// of a million words each.
constexpr std::string_view kCommonWords =
    " the of to and a in that is was he for it with as his on be at by i this "
    "had not are but from or have an they which one you were all her she there "
    "would their we him been has when who will no more if out so said what its "
    "about than into them can only other time new some could these two may "
    "first then do any like my now over such our me even most made after also "
    "did many off before must well back through years where much your way down "
    "should because long each just state those people mr how too us s t u "
    "news says year world president government "
    "de la que el en y los del se las por un para con una su al lo como mas o "
    "der die und den von zu das mit sich des auf ist im dem nicht ein eine als "
    "le les et des est dans qui une pour pas au sur il ce e do da em os no na "
    "uma com nao bir ve bu icin da ile w i z na sie do jest v a je se s "
    "и в не на я что он с как это по но из у за от к о "
    "في من على ان الى عن هذا مع التي ";

bool IsCommon(std::string_view token) {
  static const auto* const words = [] {
    auto* const set = new absl::flat_hash_set<std::string>;
    for (size_t begin = 1; begin < kCommonWords.size();) {
      const size_t end = kCommonWords.find(' ', begin);
      set->emplace(kCommonWords.substr(begin, end - begin));
      begin = end + 1;
    }
    return set;
  }();
  return words->contains(std::string(token));
}

double TokenFrequency(std::string_view token) {
  size_t characters = 0;
  for (size_t i = 0; i < token.size(); i += Utf8Size(token[i])) {
    ++characters;
  }
  if (IsCommon(token)) {
    return 10'000;
  }
  // A letter of the scripts of step 6 is a token, but not a common one.
  constexpr double kByLength[] = {2000, 2000, 1000, 400, 200, 120, 80, 60, 40};
  return kByLength[std::min<size_t>(characters, 8)];
}

constexpr double kRegexFrequency = 5'000;

std::vector<double> FrequenciesOf(absl::Span<const Pattern> patterns) {
  std::vector<double> frequencies;
  frequencies.reserve(patterns.size());
  for (const Pattern& pattern : patterns) {
    frequencies.push_back(EstimateFrequency(pattern));
  }
  return frequencies;
}

// At least one of these must occur; unless `bounded`, none of them need.
struct Required {
  bool bounded = false;
  double frequency = std::numeric_limits<double>::infinity();
  std::vector<PatternId> patterns;
  std::vector<RootId> roots;
};

class Finder {
 public:
  Finder(const Program& program, const std::vector<double>& frequencies)
      : program_(program), frequencies_(frequencies) {
    // Referred roots come before those that refer to them.
    for (const Root& root : program.roots) {
      roots_.push_back(Find(root.node, false));
    }
  }

  Required& of_root(RootId root) { return roots_[root]; }

 private:
  // Finds what must occur for the node to hold; if `negated`, not to hold.
  Required Find(NodeId id, bool negated) {
    const ProgramNode& node = program_.nodes[id];
    switch (node.kind) {
      case NodeKind::kNot:
        return Find(Child(node, 0), !negated);
      case NodeKind::kAnd:
        return negated ? Union(node, true) : Rarest(node, false);
      case NodeKind::kOr:
        return negated ? Rarest(node, true) : Union(node, false);
      default:
        break;
    }
    Required required;
    if (negated) {
      return required;
    }
    switch (node.kind) {
      case NodeKind::kTerm: {
        const PatternId pattern = program_.terms[node.target].pattern;
        return {true, frequencies_[pattern], {pattern}, {}};
      }
      case NodeKind::kReference: {
        const Required& root = roots_[node.target];
        if (root.bounded) {
          required = {true, root.frequency, {}, {node.target}};
        }
        return required;
      }
      case NodeKind::kMeta:
        return required;
      case NodeKind::kNotNear:
      case NodeKind::kAtLeast:
      case NodeKind::kFirst:
        return Find(Child(node, 0), false);
      default:  // NEAR and its family, windows: all operands.
        return Rarest(node, false);
    }
  }

  Required Rarest(const ProgramNode& node, bool negated) {
    Required best;
    for (uint32_t i = 0; i < node.child_count; ++i) {
      Required child = Find(Child(node, i), negated);
      if (child.bounded && child.frequency < best.frequency) {
        best = std::move(child);
      }
    }
    return best;
  }

  Required Union(const ProgramNode& node, bool negated) {
    Required all = {true, 0, {}, {}};
    for (uint32_t i = 0; i < node.child_count; ++i) {
      Required child = Find(Child(node, i), negated);
      if (!child.bounded) {
        return {};
      }
      all.frequency += child.frequency;
      all.patterns.insert(all.patterns.end(), child.patterns.begin(),
                          child.patterns.end());
      all.roots.insert(all.roots.end(), child.roots.begin(), child.roots.end());
    }
    return all;
  }

  NodeId Child(const ProgramNode& node, uint32_t index) const {
    return program_.children[node.first_child + index];
  }

  const Program& program_;
  const std::vector<double>& frequencies_;
  std::vector<Required> roots_;
};

}  // namespace

double EstimateFrequency(const Pattern& pattern) {
  // The rarest token; each further one makes a phrase rarer.
  double frequency = 1e6;
  size_t tokens = 0;
  const std::string_view text = pattern.text;
  for (size_t begin = 1; begin < text.size();) {
    const size_t end = text.find(' ', begin);
    std::string_view token = text.substr(begin, end - begin);
    double own = 0;
    if (token.find_first_of("*?") == std::string_view::npos) {
      own = TokenFrequency(token);
    } else {
      size_t literals = 0;
      for (const char c : token) {
        literals += c != '*' && c != '?' && !IsUtf8Continuation(c) ? 1 : 0;
      }
      own = 20'000 / static_cast<double>(1 + literals * literals);
    }
    frequency = std::min(frequency, own);
    ++tokens;
    begin = end + 1;
  }
  for (size_t i = 1; i < std::min<size_t>(tokens, 4); ++i) {
    frequency /= 8;
  }
  return frequency;
}

Triggers::Triggers(const Program& program, absl::Span<const Pattern> patterns)
    : Triggers(program, FrequenciesOf(patterns)) {}

Triggers::Triggers(const Program& program, std::vector<double> frequencies)
    : patterns_(program.patterns) {
  for (const Term& term : program.terms) {
    if (term.regex != Term::kNone) {
      frequencies[term.pattern] = kRegexFrequency;
    }
  }
  Finder finder(program, frequencies);
  // Roots that trigger others, from the lists down.
  const auto lists = static_cast<Target>(program.lists.size());
  std::vector<std::pair<uint32_t, Target>> entries;
  std::vector<bool> wanted(program.roots.size(), false);
  const auto is_direct_term = [&](NodeId id) {
    const ProgramNode& node = program.nodes[id];
    return node.kind == NodeKind::kTerm && node.scope == Scope() &&
           program.terms[node.target].surface == Term::kNone &&
           program.terms[node.target].regex == Term::kNone;
  };
  const auto is_direct = [&](NodeId id) {
    const ProgramNode& node = program.nodes[id];
    if (node.kind != NodeKind::kOr) {
      return is_direct_term(id);
    }
    for (uint32_t i = 0; i < node.child_count; ++i) {
      if (!is_direct_term(program.children[node.first_child + i])) {
        return false;
      }
    }
    return true;
  };
  const auto add = [&](const Required& required, Target target) {
    for (const PatternId pattern : required.patterns) {
      entries.emplace_back(pattern, target);
    }
    for (const RootId root : required.roots) {
      entries.emplace_back(patterns_ + root, target);
      wanted[root] = true;
    }
  };
  for (ListSlot slot = 0; slot < program.lists.size(); ++slot) {
    const Required& required = finder.of_root(program.lists[slot]);
    if (required.bounded) {
      const NodeId node = program.roots[program.lists[slot]].node;
      add(required, is_direct(node) ? slot | kDirect : slot);
    } else {
      always_.push_back(slot);
    }
  }
  for (size_t root = program.roots.size(); root-- > 0;) {
    if (wanted[root]) {
      const auto id = static_cast<RootId>(root);
      add(finder.of_root(id), lists + id);
    }
  }
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  std::vector<Target> heads(patterns_ + program.roots.size(), kNothing);
  std::vector<Target> targets;
  for (size_t begin = 0; begin < entries.size();) {
    const uint32_t source = entries[begin].first;
    size_t end = begin + 1;
    while (end < entries.size() && entries[end].first == source) {
      ++end;
    }
    if (end - begin == 1) {
      heads[source] = entries[begin].second;
    } else {
      heads[source] = static_cast<Target>(targets.size()) | kSeveral;
      targets.push_back(static_cast<Target>(end - begin));
      for (size_t i = begin; i < end; ++i) {
        targets.push_back(entries[i].second);
      }
    }
    begin = end;
  }
  heads_ = FlatArray(std::move(heads));
  targets_ = FlatArray(std::move(targets));
  CollectMetas(program);
}

void Triggers::CollectMetas(const Program& program) {
  std::vector<uint32_t> begins;
  std::vector<MetaId> metas;
  std::vector<NodeId> pending;
  for (const RootId root : program.lists) {
    begins.push_back(static_cast<uint32_t>(metas.size()));
    pending.assign(1, program.roots[root].node);
    while (!pending.empty()) {
      const ProgramNode& node = program.nodes[pending.back()];
      pending.pop_back();
      if (node.kind == NodeKind::kMeta) {
        metas.push_back(node.target);
      } else if (node.kind == NodeKind::kAnd) {
        for (uint32_t i = 0; i < node.child_count; ++i) {
          pending.push_back(program.children[node.first_child + i]);
        }
      }
    }
  }
  begins.push_back(static_cast<uint32_t>(metas.size()));
  if (!metas.empty()) {
    meta_begins_ = FlatArray(std::move(begins));
    metas_ = FlatArray(std::move(metas));
  }
}

// A pattern makes a list hold by itself; a root does not, and where a regex
// matches is not known yet.
bool Triggers::TargetFits(Target target, size_t source, const Program& program,
                          const PatternClaims& claims) const {
  const size_t lists = program.lists.size();
  if ((target & kDirect) == 0) {
    return target < lists + program.roots.size();
  }
  return (target & ~kDirect) < lists && source < patterns_ &&
         claims.by(static_cast<PatternId>(source)) !=
             PatternClaims::By::kRegexEngine;
}

bool Triggers::HeadsFit(const Program& program,
                        const PatternClaims& claims) const {
  for (size_t source = 0; source < heads_.size(); ++source) {
    if (HasSeveral(heads_[source])) {
      const size_t at = heads_[source] & ~kSeveral;
      if (at >= targets_.size() || targets_[at] >= targets_.size() - at) {
        return false;
      }
    }
    const absl::Span<const Target> targets = OfSource(source);
    if (!std::all_of(targets.begin(), targets.end(), [&](Target target) {
          return TargetFits(target, source, program, claims);
        })) {
      return false;
    }
  }
  return true;
}

bool Triggers::FitsProgram(const Program& program,
                           const PatternClaims& claims) const {
  const size_t lists = program.lists.size();
  if (patterns_ != program.patterns ||
      heads_.size() != size_t{program.patterns} + program.roots.size() ||
      !HeadsFit(program, claims)) {
    return false;
  }
  const bool metas_fit =
      metas_.empty() ||
      (meta_begins_.size() == lists + 1 && meta_begins_[0] == 0 &&
       meta_begins_[lists] == metas_.size() &&
       std::is_sorted(meta_begins_.begin(), meta_begins_.end()));
  return metas_fit &&
         std::all_of(
             metas_.begin(), metas_.end(),
             [&](MetaId meta) { return meta < program.meta_fields.size(); }) &&
         std::all_of(always_.begin(), always_.end(),
                     [&](ListSlot slot) { return slot < lists; });
}

}  // namespace presshawk
