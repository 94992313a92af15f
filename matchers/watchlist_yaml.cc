// SPDX-License-Identifier: Apache-2.0
// Watch-lists in YAML, one list at a time: a tree of 100,000 would take
// gigabytes.
#include <algorithm>
#include <string>
#include <vector>

#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/yaml/yaml_file.h"
#include "core/yaml/yaml_quotes.h"
#include "matchers/watchlist_fields.h"
#include "matchers/watchlist_readers.h"

namespace presshawk {
namespace {

TextPosition PositionOf(const YamlNode& node) {
  return {node.place.line, node.text_column(), node.verbatim};
}
TextPosition PositionOf(YamlPlace place) {
  return {place.line, place.column, false};
}

// What to do about a text that is a map or list to YAML: `query: {US}`.
std::string BracesFix(std::string_view content, const YamlNode& node) {
  if (!node.braces) {
    return "";
  }
  constexpr size_t kShownBytesMax = 200;
  const std::string_view written =
      content.substr(std::min(node.begin, content.size()), kShownBytesMax);
  const size_t end = written.find(node.is_map() ? '}' : ']');
  return end == std::string_view::npos ||
                 written.substr(0, end).find('\n') != std::string_view::npos
             ? "put it in single quotes"
             : StrCat("put it in single quotes: ",
                      InSingleQuotes(written.substr(0, end + 1)));
}

class ListReader : public YamlElementReader {
 public:
  ListReader(std::string_view file, WatchListSet* set)
      : collector_(file, set) {}

  bool OnElement(const YamlNode& list, absl::Span<const YamlMistake> mistakes,
                 std::string_view content) override {
    content_ = content;
    collector_.Begin(PositionOf(list));
    for (const YamlMistake& mistake : mistakes) {
      Tell(mistake);
    }
    if (list.is_map()) {
      for (size_t i = 0; i + 1 < list.children.size(); i += 2) {
        ReadMember(list.children[i], list.children[i + 1]);
      }
    } else {
      collector_.Error(PositionOf(list), "a watch-list is a map with an id");
    }
    collector_.End();
    last_ = list.place;
    return !collector_.is_hopeless();
  }

  // What is wrong outside of the lists.
  void Finish(const YamlFile& file) {
    if (collector_.is_hopeless()) {
      collector_.SayTooManyErrors(PositionOf(last_));
      return;
    }
    collector_.Begin({1, 1, false});
    for (const YamlMistake& mistake : file.mistakes) {
      Tell(mistake);
    }
    const YamlNode& root = file.root;
    for (size_t i = 0; root.is_map() && i + 1 < root.children.size(); i += 2) {
      if (root.children[i].text != "watchlists") {
        collector_.UnknownKey(PositionOf(root.children[i]),
                              root.children[i].text, "watchlists");
      }
    }
    const YamlNode* const lists = root.Find("watchlists");
    if (!file.whole) {
      return;  // Whatever stands below the mistake is not known.
    }
    if (lists != nullptr && !lists->is_sequence()) {
      collector_.Error(PositionOf(*lists),
                       "`watchlists` is a list of watch-lists");
    } else if (lists == nullptr && file.mistakes.empty()) {
      collector_.Error({1, 1, false}, "there is no `watchlists:` in this file",
                       "",
                       "begin with `watchlists:` and a list of watch-lists");
    }
  }

 private:
  void Tell(const YamlMistake& mistake) {
    collector_.Error(PositionOf(mistake.place), mistake.message, "",
                     mistake.fix);
  }

  bool Scalar(const YamlNode& node, std::string_view key) {
    if (node.is_scalar()) {
      return true;
    }
    collector_.Error(PositionOf(node), StrCat("`", key, "` is a text"), "",
                     BracesFix(content_, node));
    return false;
  }

  // `#word` behind a text is a comment to YAML. `before` as HashtagBehind.
  void WarnOfHashtag(const YamlNode& value, const YamlNode* before,
                     TextPosition position) {
    const std::string_view hashtag = HashtagBehind(content_, value, before);
    if (hashtag.empty()) {
      return;
    }
    collector_.Warning(
        position,
        StrCat("`", hashtag,
               "` is a comment here: in YAML, `#` after a "
               "space starts one"),
        std::string(hashtag),
        StrCat("put the whole text in single quotes: ",
               InSingleQuotes(value.text.empty()
                                  ? std::string(hashtag)
                                  : StrCat(value.text, " ", hashtag))));
  }

  void ReadMember(const YamlNode& key, const YamlNode& value) {
    const std::string& name = key.text;
    if (name == "id") {
      if (Scalar(value, name)) {
        collector_.SetId(value.text, PositionOf(value));
      }
    } else if (name == "name") {
      if (!value.is_null() && Scalar(value, name)) {
        collector_.SetName(value.text);
      }
    } else if (name == "labels") {
      ReadLabels(value);
    } else if (name == "terms") {
      ReadTerms(key, value);
    } else if (name == "query") {
      WarnOfHashtag(value, &key, PositionOf(key));
      if (!value.is_null() && Scalar(value, name)) {
        collector_.SetQuery(value.text, PositionOf(value));
      }
    } else if (name == "forms") {
      ReadForms(value);
    } else if (name == "min_relevance") {
      if (!value.is_null() && Scalar(value, name)) {
        collector_.SetMinRelevance(value.text, PositionOf(value));
      }
    } else if (name == "zones") {
      if (!value.is_null() && Scalar(value, name)) {
        collector_.SetZones(value.text, PositionOf(value));
      }
    } else if (name == "examples") {
      ReadExamples(value);
    } else {
      collector_.UnknownKey(PositionOf(key), name, kWatchListKeys);
    }
  }

  void ReadLabels(const YamlNode& value) {
    if (value.is_null()) {
      return;
    }
    if (!value.is_map()) {
      collector_.Error(PositionOf(value), "`labels` is a map of texts");
      return;
    }
    for (size_t i = 0; i + 1 < value.children.size(); i += 2) {
      if (Scalar(value.children[i + 1], "labels")) {
        collector_.AddLabel(value.children[i].text, value.children[i + 1].text);
      }
    }
  }

  void ReadTerms(const YamlNode& key, const YamlNode& value) {
    if (value.is_null()) {
      WarnOfHashtag(value, &key, PositionOf(key));
      return;
    }
    if (!value.is_sequence()) {
      collector_.Error(PositionOf(value), "`terms` is a list of texts", "",
                       "write terms: [Kremlin, US election]");
      return;
    }
    const YamlNode* before = &key;
    for (const YamlNode& term : value.children) {
      const TextPosition position = PositionOf(term.is_null() ? *before : term);
      WarnOfHashtag(term, before, position);
      // As written, `null` and `~` too (A3).
      if (term.is_null() || Scalar(term, "terms")) {
        collector_.AddTerm(term.text, PositionOf(term));
      }
      before = &term;
    }
  }

  void ReadForms(const YamlNode& value) {
    if (value.is_null()) {
      return;
    }
    if (!value.is_sequence()) {
      collector_.Error(PositionOf(value), "`forms` is a list of languages",
                       value.text, "write forms: [ru]");
      return;
    }
    collector_.SetForms(PositionOf(value));
    for (const YamlNode& language : value.children) {
      if (Scalar(language, "forms")) {
        collector_.AddFormsLanguage(language.text, PositionOf(language));
      }
    }
  }

  void ReadExamples(const YamlNode& value) {
    if (value.is_null()) {
      return;
    }
    if (!value.is_map()) {
      collector_.Error(PositionOf(value),
                       "`examples` is a map of `match` and `no_match`");
      return;
    }
    for (size_t i = 0; i + 1 < value.children.size(); i += 2) {
      const YamlNode& key = value.children[i];
      const YamlNode& examples = value.children[i + 1];
      if (key.text != "match" && key.text != "no_match") {
        collector_.UnknownKey(PositionOf(key), key.text, "match, no_match");
        continue;
      }
      if (examples.is_null()) {
        continue;
      }
      if (!examples.is_sequence()) {
        collector_.Error(PositionOf(examples),
                         StrCat("`", key.text, "` is a list"));
        continue;
      }
      for (const YamlNode& example : examples.children) {
        std::string json;
        AppendJson(example, &json);
        collector_.AddExample(key.text == "match", std::move(json),
                              PositionOf(example));
      }
    }
  }

  // Scalars are texts, as they are written.
  static void AppendJson(const YamlNode& node, std::string* json) {
    switch (node.kind) {
      case YamlNode::Kind::kNull:
        *json += "null";
        return;
      case YamlNode::Kind::kScalar:
        AppendJsonString(node.text, json);
        return;
      case YamlNode::Kind::kSequence:
        *json += '[';
        for (size_t i = 0; i < node.children.size(); ++i) {
          *json += i > 0 ? "," : "";
          AppendJson(node.children[i], json);
        }
        *json += ']';
        return;
      case YamlNode::Kind::kMap:
        *json += '{';
        for (size_t i = 0; i + 1 < node.children.size(); i += 2) {
          *json += i > 0 ? "," : "";
          AppendJsonString(node.children[i].text, json);
          *json += ':';
          AppendJson(node.children[i + 1], json);
        }
        *json += '}';
        return;
    }
  }

  std::string_view content_;
  WatchListCollector collector_;
  YamlPlace last_;
};

}  // namespace

void ParseWatchListYaml(std::string_view file, std::string_view content,
                        WatchListSet* set) {
  ListReader reader(file, set);
  reader.Finish(ReadYamlElements(content, "watchlists", &reader));
}

}  // namespace presshawk
