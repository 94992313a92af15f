// SPDX-License-Identifier: Apache-2.0
// presshawk stories: which articles are the same text.
//
// One thread: which story an article joins depends on what came before it.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "cmd/article_feed.h"
#include "cmd/command_options.h"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/plain_id.h"
#include "cmd/progress_bar.h"
#include "cmd/story_grouping.h"
#include "cmd/time_argument.h"
#include "core/base/str_cat.h"
#include "core/model/limits.h"
#include "core/stories/story_index.h"
#include "ingest/json/article_decoder.h"

namespace presshawk {
namespace {

struct StoriesOptions {
  std::string mapping = "generic";
  std::vector<std::string> files;
  std::string window = "72h";
  bool relations = false;
};

// What is printed of an article, once no later one can unite its story.
struct Line {
  std::string article;
  StoryId story;
  StoryRelation relation;
  std::string nearest;
};

class StoryReader {
 public:
  StoryReader(const StoriesOptions& options, const Mapping& mapping,
              absl::Duration window)
      : options_(options), decoder_(mapping), grouping_({.window = window}) {}

  void Read(ArticleFeed* input) {
    LineBatch batch;
    ArticleFeed::Ticket ticket;
    while (input->Next(&batch, &ticket)) {
      ReadBatch(batch, *ticket.source);
    }
  }

  // In the order of the input, each with the id that its story has in the end.
  bool Print() const {
    for (const Line& line : lines_) {
      std::string text;
      AppendPlainId(line.article, &text);
      StrAppend(&text, "\t", united_.Final(line.story).ToString());
      if (options_.relations) {
        StrAppend(&text, "\t", StoryRelationName(line.relation), "\t");
        AppendPlainId(line.nearest, &text);
      }
      text += '\n';
      if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
        return false;
      }
    }
    return std::fflush(stdout) == 0;
  }

  uint64_t rejected() const { return rejected_; }
  void PrintSummary() const {
    absl::flat_hash_map<StoryId, size_t> sizes;
    for (const Line& line : lines_) {
      ++sizes[united_.Final(line.story)];
    }
    size_t shared = 0, in_shared = 0;
    for (const auto& [id, size] : sizes) {
      shared += size > 1 ? 1 : 0;
      in_shared += size > 1 ? size : 0;
    }
    std::fprintf(stderr,
                 "%zu articles, %zu stories: %zu articles share %zu of them; "
                 "%llu rejected\n",
                 lines_.size(), sizes.size(), in_shared, shared,
                 static_cast<unsigned long long>(rejected_));
    if (grouping_.closed_early() > 0) {
      std::fprintf(stderr,
                   "%llu stories were closed before their window ended, as "
                   "memory was full\n",
                   static_cast<unsigned long long>(grouping_.closed_early()));
    }
  }

 private:
  void ReadBatch(const LineBatch& batch, const std::string& file) {
    payloads_.clear();
    numbers_.clear();
    for (const ::presshawk::Line& line : batch.lines) {
      if (line.truncated) {
        Reject(
            file, line.number, RejectReason::kTooLarge,
            StrCat(line.size_bytes, " bytes; the limit is ", kArticleBytesMax));
      } else {
        payloads_.push_back(line.text);
        numbers_.push_back(line.number);
      }
    }
    decoder_.Decode(payloads_, &articles_, &rejects_);
    for (const presshawk::Reject& reject : rejects_) {
      Reject(file, numbers_[reject.message], reject.reason, reject.detail);
    }
    for (const Article& article : articles_) {
      if (text_.Assign(article, kArticleBytesMax * kCanonicalGrowthMax)) {
        Add(article);
      } else {
        Reject(file, numbers_[article.message], RejectReason::kTooLarge,
               "the canonical text is larger than 4 x article_bytes");
      }
    }
  }

  void Add(const Article& article) {
    builder_.Build(article, text_, &signature_);
    const StoryUpdate update =
        grouping_.Add({.id = article.id,
                       .version = article.version,
                       .site = StorySite(article),
                       .published_at = article.published_at,
                       .signature = &signature_});
    united_.Note(update);
    lines_.push_back({std::string(article.id), update.story.id, update.relation,
                      std::string(update.nearest)});
  }

  void Reject(const std::string& file, uint64_t line, RejectReason reason,
              std::string_view detail) {
    ++rejected_;
    std::fprintf(stderr, "%s:%llu: rejected: %s: %s\n", file.c_str(),
                 static_cast<unsigned long long>(line),
                 std::string(RejectReasonName(reason)).c_str(),
                 std::string(detail).c_str());
  }

  const StoriesOptions& options_;
  JsonArticleDecoder decoder_;
  ArticleText text_;
  SignatureBuilder builder_;
  Signature signature_;
  StoryGrouping grouping_;
  std::vector<std::string_view> payloads_;
  std::vector<uint64_t> numbers_;
  std::vector<Article> articles_;
  std::vector<presshawk::Reject> rejects_;
  std::vector<Line> lines_;
  UnitedStories united_;
  uint64_t rejected_ = 0;
};

int GiveUp(const absl::Status& status) {
  std::fprintf(stderr, "presshawk stories: %s\n",
               std::string(status.message()).c_str());
  return kExitGaveUp;
}

int RunStories(StoriesOptions options) {
  absl::Duration window;
  if (!absl::ParseDuration(options.window, &window) ||
      window <= absl::ZeroDuration()) {
    std::fprintf(stderr,
                 "presshawk stories: --window: \"%s\" is no duration; write "
                 "72h or 90m\n",
                 options.window.c_str());
    return kExitUsage;
  }
  const absl::StatusOr<Mapping> mapping = LoadMapping(options.mapping);
  if (!mapping.ok()) {
    return GiveUp(mapping.status());
  }
  if (options.files.empty()) {
    options.files.push_back("-");
  }
  ProgressBar progress(options.files);
  FileFeed input(options.files, &progress);
  StoryReader reader(options, *mapping, window);
  reader.Read(&input);
  progress.Clear();
  if (!input.status().ok()) {
    return GiveUp(input.status());
  }
  if (!reader.Print()) {
    return GiveUp(absl::UnavailableError("cannot write the output"));
  }
  reader.PrintSummary();
  return kExitGood;
}

}  // namespace

void AddStoriesCommand(Command program) {
  auto options = std::make_shared<StoriesOptions>();
  Command command = program.AddCommand(
      "stories",
      "Group articles (NDJSON) by text: copies, cuts, updates and corrections "
      "of one another; prints article id, tab, story id");
  AddMappingOption(command, &options->mapping);
  AddArticleFiles(command, &options->files);
  command
      .Add("--window", &options->window,
           "How long after its last article a story takes another one "
           "(default: 72h), by published_at")
      .TypeName("DURATION");
  command.AddFlag("--relations", &options->relations,
                  "Also print what an article is to its story (new, copy, "
                  "cut, extended, update, correction) and the id of the "
                  "article that it is nearest to");
  command.Footer(
      "\nExample:\n"
      "  presshawk stories --relations news.ndjson.zst | sort -k2");
  command.OnRun([options] { return RunStories(*options); });
}

}  // namespace presshawk
