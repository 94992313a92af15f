// SPDX-License-Identifier: Apache-2.0
// presshawk produce: NDJSON articles of files into the article topic.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/matching/client_options.h"
#include "cmd/progress_bar.h"
#include "core/base/str_cat.h"
#include "core/config/load_options.h"
#include "ingest/file/line_reader.h"
#include "ingest/json/article_decoder.h"
#include "ingest/json/mapping.h"
#include "ingest/kafka/client/topics.h"
#include "ingest/kafka/produce/article_loader.h"

namespace presshawk {
namespace {

constexpr absl::Duration kBrokerTimeout = absl::Seconds(15);

struct ProduceOptions {
  std::string config;
  std::string topic;
  std::vector<std::string> files;
};

struct ProduceTotals {
  uint64_t lines = 0;
  uint64_t unread = 0;    // No article: sent without a key.
  uint64_t too_long = 0;  // Not sent.
};

// Loads one file. The decoder only tells the ids: what is no article is loaded
// too, as the service makes a dead letter of it.
absl::Status LoadFile(const std::string& file, size_t index,
                      JsonArticleDecoder* decoder, uint64_t article_bytes,
                      ArticleLoader* loader, ProgressBar* progress,
                      ProduceTotals* totals) {
  absl::StatusOr<std::unique_ptr<ByteStream>> stream = ByteStream::Open(file);
  if (!stream.ok()) {
    return stream.status();
  }
  LineReader reader(*std::move(stream), article_bytes);
  LineBatch batch;
  std::vector<std::string_view> payloads;
  std::vector<std::string_view> keys;
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  while (true) {
    absl::StatusOr<bool> more = reader.ReadBatch(&batch);
    if (!more.ok() || !*more) {
      return more.status();
    }
    payloads.clear();
    for (const Line& line : batch.lines) {
      ++totals->lines;
      if (line.truncated) {
        ++totals->too_long;
        std::fprintf(stderr,
                     "%s:%llu: not sent: %llu bytes are over the "
                     "limit\n",
                     file.c_str(), static_cast<unsigned long long>(line.number),
                     static_cast<unsigned long long>(line.size_bytes));
      } else {
        payloads.push_back(line.text);
      }
    }
    decoder->Decode(payloads, &articles, &rejects);
    keys.assign(payloads.size(), std::string_view());
    for (const Article& article : articles) {
      keys[article.message] = article.id;
    }
    totals->unread += rejects.size();
    for (size_t i = 0; i < payloads.size(); ++i) {
      loader->Load(keys[i], payloads[i], [] { return true; });
    }
    progress->SetConsumed(index, reader.consumed());
    progress->Show();
  }
}

int GiveUp(const absl::Status& status) {
  std::fprintf(stderr, "presshawk produce: %s\n",
               std::string(status.message()).c_str());
  return kExitGaveUp;
}

int RunProduce(ProduceOptions options) {
  LoadedOptions loaded = LoadOptions(options.config, ProcessEnvironment());
  if (!loaded.ok()) {
    std::fputs(FormatText(loaded.errors).c_str(), stderr);
    return kExitGaveUp;
  }
  if (const auto* source =
          std::get_if<KafkaSourceOptions>(&loaded.options.source);
      source != nullptr && options.topic.empty()) {
    options.topic = source->topics.front();
  }
  if (options.topic.empty()) {
    return GiveUp(absl::InvalidArgumentError(StrCat(
        options.config, ": source: has no topic to load into; give --topic")));
  }
  const absl::StatusOr<Mapping> mapping = LoadMapping(loaded.options.mapping);
  if (!mapping.ok()) {
    return GiveUp(mapping.status());
  }
  const KafkaClientOptions client_options = ClientOptions(loaded.options);
  KafkaEvents events([](KafkaLogLevel level, std::string_view text) {
    if (level >= KafkaLogLevel::kWarning) {
      std::fprintf(stderr, "presshawk produce: %s\n",
                   std::string(text).c_str());
    }
  });
  if (absl::Status status = CheckTopicsExist(client_options, {options.topic},
                                             kBrokerTimeout, &events);
      !status.ok()) {
    return GiveUp(status);
  }
  auto producer = KafkaProducer::Create(client_options, &events);
  if (!producer.ok()) {
    return GiveUp(producer.status());
  }
  if (options.files.empty()) {
    options.files.push_back("-");
  }
  ArticleLoader loader(producer->get(), options.topic);
  JsonArticleDecoder decoder(*mapping);
  ProgressBar progress(options.files);
  ProduceTotals totals;
  absl::Status status;
  for (size_t i = 0; i < options.files.size() && status.ok(); ++i) {
    status = LoadFile(options.files[i], i, &decoder,
                      loaded.options.limits.article_bytes, &loader, &progress,
                      &totals);
  }
  loader.Flush(absl::InfiniteFuture());
  progress.Clear();
  const uint64_t too_large = totals.too_long + loader.too_large();
  std::fprintf(stderr,
               "%llu records in topic %s (%llu without a key: not articles), "
               "%llu too large\n",
               static_cast<unsigned long long>(loader.loaded()),
               options.topic.c_str(),
               static_cast<unsigned long long>(totals.unread),
               static_cast<unsigned long long>(too_large));
  return status.ok() ? kExitGood : GiveUp(status);
}

}  // namespace

void AddProduceCommand(Command program) {
  auto options = std::make_shared<ProduceOptions>();
  Command command = program.AddCommand(
      "produce",
      "Load articles (NDJSON) into the article topic, keyed by article id");
  command
      .Add("--config", &options->config, "The configuration of `presshawk run`")
      .TypeName("FILE")
      .Required();
  command
      .Add("--topic", &options->topic, "Another topic than the source's first")
      .TypeName("TOPIC");
  command
      .Add("FILE", &options->files,
           "Articles, one JSON object a line; .gz and .zst are "
           "unpacked; none or - is standard input")
      .TypeName("");
  command.Footer(
      "\nLines that are no articles are loaded too, without a key: the service "
      "makes dead\nletters of them.\n\n"
      "Example:\n"
      "  presshawk produce --config presshawk.yaml news.ndjson.zst");
  command.OnRun([options] { return RunProduce(*options); });
}

}  // namespace presshawk
