// SPDX-License-Identifier: Apache-2.0
#include "bench/peers/inputs/boolean_pairs.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// The longest name that is looked for, in tokens.
constexpr size_t kTokensMax = 5;

std::vector<std::string_view> TokensOf(std::string_view canonical) {
  std::vector<std::string_view> tokens;
  for (size_t begin = 0; begin < canonical.size();) {
    const size_t end = std::min(canonical.find(' ', begin), canonical.size());
    if (end > begin && canonical[begin] != '\1') {
      tokens.push_back(canonical.substr(begin, end - begin));
    }
    begin = end + 1;
  }
  return tokens;
}

// A word of the language, as opposed to a number or a fragment.
bool IsWord(std::string_view token) {
  return token.size() >= 4 &&
         std::all_of(token.begin(), token.end(),
                     [](char c) { return c >= 'a' && c <= 'z'; });
}

class Maker {
 public:
  Maker(const std::vector<std::string>& names,
        const std::vector<std::string>& texts)
      : texts_(texts) {
    absl::flat_hash_map<std::string_view, size_t> name_articles;
    for (const std::string& name : names) {
      name_articles.emplace(name, 0);
    }
    absl::flat_hash_map<std::string, size_t> word_articles;
    for (const std::string& text : texts) {
      CountArticle(text, &name_articles, &word_articles);
    }
    for (const std::string& name : names) {
      const size_t articles = name_articles[name];
      if (articles > 0 && articles * 100 <= texts.size()) {
        names_.push_back(name);
      }
    }
    const std::map<std::string, size_t> ordered(word_articles.begin(),
                                                word_articles.end());
    for (const auto& [word, articles] : ordered) {
      if (articles * 500 >= texts.size() && articles * 20 <= texts.size()) {
        words_.push_back(word);
      }
    }
  }

  bool ready() const { return !names_.empty() && !words_.empty(); }

  BooleanPair Next() {
    const size_t percent = Below(100);
    if (percent < 20) {
      return And(Name(), Word());
    }
    if (percent < 35) {
      return And(And(Word(), Word()), Or(Name(), Name()));
    }
    if (percent < 55) {
      return Or(Or(Name(), Name()), Name());
    }
    if (percent < 70) {
      return AndNot(Name(), Word());
    }
    if (percent < 80) {
      return AndNot(And(Or(Name(), Name()), Word()), Word());
    }
    return Window();
  }

 private:
  static void CountArticle(std::string_view text,
                           absl::flat_hash_map<std::string_view, size_t>* names,
                           absl::flat_hash_map<std::string, size_t>* words) {
    absl::flat_hash_set<std::string_view> seen;
    const std::vector<std::string_view> tokens = TokensOf(text);
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (IsWord(tokens[i]) && seen.insert(tokens[i]).second) {
        ++(*words)[std::string(tokens[i])];
      }
      for (size_t n = 1; n <= kTokensMax && i + n <= tokens.size(); ++n) {
        const char* const begin = tokens[i].data();
        const std::string_view last = tokens[i + n - 1];
        const std::string_view phrase(
            begin, static_cast<size_t>(last.data() + last.size() - begin));
        const auto it = names->find(phrase);
        // A word may be a name too, and is then in `seen` already.
        if (it != names->end() && (n == 1 || seen.insert(phrase).second)) {
          ++it->second;
        }
      }
    }
  }

  size_t Below(size_t n) { return random_() % n; }

  static BooleanPair Term(const std::string& canonical) {
    return {StrCat("\"", canonical, "\""), StrCat("(term ", canonical, ")")};
  }
  BooleanPair Name() { return Term(names_[Below(names_.size())]); }
  BooleanPair Word() { return Term(words_[Below(words_.size())]); }

  static BooleanPair Of(const char* infix, const char* prefix,
                        const BooleanPair& a, const BooleanPair& b) {
    return {StrCat("(", a.query, " ", infix, " ", b.query, ")"),
            StrCat("(", prefix, " ", a.prefix, " ", b.prefix, ")")};
  }
  static BooleanPair And(const BooleanPair& a, const BooleanPair& b) {
    return Of("AND", "and", a, b);
  }
  static BooleanPair Or(const BooleanPair& a, const BooleanPair& b) {
    return Of("OR", "or", a, b);
  }
  static BooleanPair AndNot(const BooleanPair& a, const BooleanPair& b) {
    return {StrCat("(", a.query, " AND NOT ", b.query, ")"),
            StrCat("(and ", a.prefix, " (not ", b.prefix, "))")};
  }

  // Two words that stand near each other in some article.
  BooleanPair Window() {
    constexpr size_t kApart = 4;
    for (int tries = 0; tries < 1000; ++tries) {
      const std::vector<std::string_view> tokens =
          TokensOf(texts_[Below(texts_.size())]);
      if (tokens.size() <= kApart) {
        continue;
      }
      const size_t at = Below(tokens.size() - kApart);
      const std::string a(tokens[at]);
      const std::string b(tokens[at + 1 + Below(kApart)]);
      if (a != b && std::binary_search(words_.begin(), words_.end(), a) &&
          std::binary_search(words_.begin(), words_.end(), b)) {
        return {StrCat("\"", a, " ", b, "\"~5"),
                StrCat("(near 5 ", a, " ", b, ")")};
      }
    }
    return And(Word(), Word());
  }

  const std::vector<std::string>& texts_;
  std::vector<std::string> names_;
  std::vector<std::string> words_;  // Sorted.
  std::mt19937_64 random_{7};
};

}  // namespace

std::vector<BooleanPair> MakeBooleanPairs(
    const std::vector<std::string>& names,
    const std::vector<std::string>& canonical_texts, size_t count) {
  Maker maker(names, canonical_texts);
  std::vector<BooleanPair> pairs;
  while (maker.ready() && pairs.size() < count) {
    pairs.push_back(maker.Next());
  }
  return pairs;
}

}  // namespace presshawk
