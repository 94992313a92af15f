// SPDX-License-Identifier: Apache-2.0
// presshawk explain: why a watch-list holds for an article, or what is missing.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cmd/command_options.h"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/explanation_text.h"
#include "cmd/list_options.h"
#include "cmd/program_forms.h"
#include "cmd/terminal_text.h"
#include "core/base/str_cat.h"
#include "core/config/suggestion.h"
#include "core/model/limits.h"
#include "core/text/byte_order_mark.h"
#include "ingest/file/line_reader.h"
#include "ingest/json/article_decoder.h"
#include "matchers/explain/explainer.h"
#include "nlohmann/json.hpp"

namespace presshawk {
namespace {

using Json = nlohmann::ordered_json;

struct ExplainOptions {
  std::vector<std::string> lists;
  std::string mapping = "generic";
  std::string id;
  std::string article;
  std::string file = "-";
  bool json = false;
};

int GiveUp(const absl::Status& status) {
  std::fprintf(stderr, "presshawk explain: %s\n",
               std::string(status.message()).c_str());
  return kExitGaveUp;
}

// The first article of the file, or the first with this id. Owns what it shows.
class ArticleFinder {
 public:
  explicit ArticleFinder(const Mapping& mapping)
      : decoder_(mapping, kArticleBytesMax) {}

  // Null where there is none.
  absl::StatusOr<const Article*> Find(const std::string& file,
                                      const std::string& id) {
    auto stream = ByteStream::Open(file);
    if (!stream.ok()) {
      return stream.status();
    }
    LineReader reader(*std::move(stream), kArticleBytesMax);
    while (true) {
      const absl::StatusOr<bool> more = reader.ReadBatch(&batch_);
      if (!more.ok()) {
        return more.status();
      }
      if (!*more) {
        return nullptr;
      }
      for (const Line& line : batch_.lines) {
        if (const Article* const article = Decode(line, file, id)) {
          return article;
        }
      }
    }
  }

 private:
  const Article* Decode(const Line& line, const std::string& file,
                        const std::string& id) {
    const std::string_view payload = WithoutByteOrderMark(line.text);
    articles_.clear();
    rejects_.clear();
    if (!line.truncated) {
      decoder_.Decode({&payload, 1}, &articles_, &rejects_);
    }
    if (articles_.empty()) {
      std::fprintf(stderr, "%s:%llu: rejected%s%s\n", file.c_str(),
                   static_cast<unsigned long long>(line.number),
                   rejects_.empty() ? ": too_large" : ": ",
                   rejects_.empty() ? "" : rejects_[0].detail.c_str());
      return nullptr;
    }
    return id.empty() || articles_[0].id == id ? articles_.data() : nullptr;
  }

  JsonArticleDecoder decoder_;
  LineBatch batch_;
  std::vector<Article> articles_;
  std::vector<Reject> rejects_;
};

Json HitsToJson(const std::vector<AnswerHit>& hits) {
  Json json = Json::array();
  for (const AnswerHit& hit : hits) {
    json.push_back({{"field", FieldName(hit.field)},
                    {"begin", hit.span.begin},
                    {"end", hit.span.end},
                    {"text", hit.text},
                    {"zone", ZoneName(hit.zone)}});
  }
  return json;
}

Json ToJson(const Explanation& part) {
  Json json = {{"form", part.form}, {"text", part.text}, {"holds", part.holds}};
  if (!part.why.empty()) {
    json["why"] = part.why;
  }
  if (!part.hits.empty()) {
    json["hits"] = HitsToJson(part.hits);
  }
  for (const FoundForm& form : part.forms) {
    Json one = {
        {"text", form.text}, {"language", form.language}, {"why", form.why}};
    if (!form.also.empty()) {
      one["also"] = form.also;
    }
    json["forms"].push_back(std::move(one));
  }
  if (!part.nearest.empty()) {
    json["nearest"] = HitsToJson(part.nearest);
  }
  if (!part.children.empty()) {
    Json& children = json["children"] = Json::array();
    for (const Explanation& child : part.children) {
      children.push_back(ToJson(child));
    }
  }
  return json;
}

// Two digits behind the point.
double Rounded(double number) {
  return std::round(100 * number) / 100 + 0.0;  // No -0.
}

Json ToJson(const Relevance& relevance, std::optional<int> min_relevance) {
  Json json = {{"score", relevance.score}, {"release", RelevanceRelease()}};
  if (min_relevance.has_value()) {
    json["min_relevance"] = *min_relevance;
    json["held_back"] = relevance.score < *min_relevance;
  }
  if (relevance.weights == nullptr) {
    return json;
  }
  json["bias"] = Rounded(relevance.weights->bias);
  for (size_t i = 0; i < kSignalCount; ++i) {
    const double value = relevance.signals[i];
    const double weight = relevance.weights->weights[i];
    json["signals"][std::string(SignalName(static_cast<Signal>(i)))] = {
        {"value", Rounded(value)},
        {"weight", Rounded(weight)},
        {"adds", Rounded(value * weight)}};
  }
  return json;
}

void Print(const Explanation& tree, const WatchList& list,
           const Article& article, const ArticleText& text, bool as_json) {
  std::string out;
  if (as_json) {
    Json line = {{"watchlist", tree.text},
                 {"article", article.id},
                 {"holds", tree.holds}};
    if (tree.relevance.has_value()) {
      line["relevance"] = ToJson(*tree.relevance, list.min_relevance);
    }
    line["tree"] = ToJson(tree);
    out = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  } else {
    StrAppend(&out, "article ", TerminalText(article.id), ": ",
              TerminalText(text.original(Field::kTitle)), "\n");
    const bool colour = isatty(STDOUT_FILENO) == 1;
    out += ExplanationText(tree, colour);
    if (tree.relevance.has_value()) {
      out += RelevanceText(*tree.relevance, list.min_relevance, colour);
    }
  }
  std::fputs(out.c_str(), stdout);
}

// The lists to explain: the one that --id names, or all where it names none;
// *article_id gets what then must be an article's.
std::vector<size_t> ChooseLists(const ExplainOptions& options,
                                const std::vector<WatchList>& lists,
                                std::string* article_id) {
  std::vector<size_t> chosen;
  for (size_t i = 0; i < lists.size(); ++i) {
    if (lists[i].id == options.id) {
      return {i};
    }
    chosen.push_back(i);
  }
  if (article_id->empty()) {
    *article_id = options.id;
  }
  return chosen;
}

// Up to three ids that `id` may have been meant for; the first ones where none
// is near.
std::string IdsLike(const std::string& id,
                    const std::vector<WatchList>& lists) {
  constexpr size_t kShown = 3;
  std::vector<std::string_view> ids;
  for (const WatchList& list : lists) {
    ids.push_back(list.id);
  }
  std::vector<std::string_view> near;
  if (const std::string_view nearest = NearestName(id, ids); !nearest.empty()) {
    near.push_back(nearest);
  }
  for (const std::string_view one : ids) {
    if (near.size() < kShown &&
        (one.find(id) != std::string_view::npos ||
         id.find(one) != std::string::npos) &&
        std::find(near.begin(), near.end(), one) == near.end()) {
      near.push_back(one);
    }
  }
  std::string text = near.empty() ? "; there are" : "; nearest:";
  const std::vector<std::string_view>& shown = near.empty() ? ids : near;
  for (size_t i = 0; i < std::min(shown.size(), kShown); ++i) {
    StrAppend(&text, i > 0 ? ", `" : " `", TerminalText(shown[i]), "`");
  }
  if (shown.size() > kShown) {
    StrAppend(&text, " and ", shown.size() - kShown, " more");
  }
  return ids.empty() ? "; there is none that is good" : text;
}

// `--id` names no list that was read.
int SayUnknownId(const ExplainOptions& options, const WatchListSet& set) {
  const bool is_bad = std::any_of(
      set.diagnostics.begin(), set.diagnostics.end(), [&](const Diagnostic& d) {
        return d.watchlist == options.id &&
               d.severity == Diagnostic::Severity::kError;
      });
  const std::string id = TerminalText(options.id);
  std::fprintf(
      stderr, "presshawk explain: %s\n",
      is_bad ? StrCat("the watch-list `", id, "` has errors, see above").c_str()
             : StrCat("no watch-list has the id `", id, "`",
                      IdsLike(options.id, set.lists))
                   .c_str());
  return kExitBadAnswer;
}

int RunExplain(const ExplainOptions& options) {
  WatchListSet set;
  if (absl::Status status = LoadWatchLists(options.lists, &set); !status.ok()) {
    return GiveUp(status);
  }
  PrintDiagnostics(set.diagnostics);
  const absl::StatusOr<Mapping> mapping = LoadMapping(options.mapping);
  if (!mapping.ok()) {
    return GiveUp(mapping.status());
  }
  const bool is_list =
      std::any_of(set.lists.begin(), set.lists.end(),
                  [&](const WatchList& list) { return list.id == options.id; });
  if (!options.id.empty() && !is_list && !options.article.empty()) {
    return SayUnknownId(options, set);
  }
  std::string article_id = options.article;
  const std::vector<size_t> chosen =
      ChooseLists(options, set.lists, &article_id);
  ArticleFinder finder(*mapping);
  const auto article = finder.Find(options.file, article_id);
  if (!article.ok()) {
    return GiveUp(article.status());
  }
  if (*article == nullptr) {
    if (!options.id.empty() && !is_list) {
      return SayUnknownId(options, set);
    }
    std::fprintf(
        stderr, "presshawk explain: %s has no article%s\n",
        TerminalText(options.file).c_str(),
        article_id.empty()
            ? ""
            : StrCat(" with the id `", TerminalText(article_id), "`").c_str());
    return kExitBadAnswer;
  }
  ArticleText text;
  if (!text.Assign(**article, kArticleBytesMax * kCanonicalGrowthMax)) {
    return GiveUp(absl::OutOfRangeError("the article is too large"));
  }
  int exit_code = set.diagnostics.empty() ? kExitGood : kExitBadAnswer;
  const auto trees =
      ListExplainer(set.lists, ProgramForms()).Explain(chosen, **article, text);
  for (size_t i = 0; i < trees.size(); ++i) {
    const absl::StatusOr<Explanation>& tree = trees[i];
    if (!tree.ok()) {
      std::fprintf(stderr, "%s\n",
                   std::string(tree.status().message()).c_str());
      exit_code = kExitBadAnswer;
      continue;
    }
    Print(*tree, set.lists[chosen[i]], **article, text, options.json);
  }
  return exit_code;
}

}  // namespace

void AddExplainCommand(Command program) {
  auto options = std::make_shared<ExplainOptions>();
  Command command = program.AddCommand(
      "explain",
      "Show why a watch-list holds for an article, or what is missing");
  AddListOption(command, &options->lists).Required();
  command.Add("--id", &options->id,
              "The watch-list; without it, or with an article's id, "
              "all of them");
  command.Add("--article", &options->article,
              "The article's id (default: the first article)");
  AddMappingOption(command, &options->mapping);
  AddFormatOption(command, &options->json);
  command.Add("FILE", &options->file,
              "NDJSON articles (.gz and .zst too); - or nothing: "
              "standard input");
  command.Footer(
      "\nExample:\n"
      "  presshawk explain -w lists.yaml --id kremlin news.ndjson");
  command.OnRun([options] { return RunExplain(*options); });
}

}  // namespace presshawk
