// SPDX-License-Identifier: Apache-2.0
// presshawk_kafka_bench: Kafka to alerts by one worker, against `presshawk
// match` on the same articles and lists, runs alternating. The worker has one
// core; a real broker and librdkafka's threads have the other.
//
//   presshawk_kafka_bench PRESSHAWK [--data FOLDER] [--rounds N] [--repeat N]
//
// --repeat loads the articles N times: for the memory of a long run.
#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "bench/macro/corpus.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "ingest/json/article_decoder.h"
#include "ingest/kafka/client/topics.h"
#include "matchers/query_set.h"
#include "tests/support/child_process.h"
#include "tests/support/real_broker.h"

namespace presshawk {
namespace {

struct BenchOptions {
  std::string program;
  std::string data = "../shared/data";
  int rounds = 5;
  int repeat = 1;
};

void Require(const absl::Status& status) {
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
    std::exit(3);
  }
}

// Lists of one term each that together give about half an alert an article.
std::string RareTermLists(const Corpus& corpus, const std::string& data) {
  const Mapping mapping = *LoadMapping("generic");
  JsonArticleDecoder decoder(mapping);
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  std::vector<std::string> canonical;
  std::vector<ArticleText> texts;
  std::deque<std::string> originals;  // What the texts view.
  for (const std::string& line : corpus.lines) {
    const std::string_view view = line;
    decoder.Decode({&view, 1}, &articles, &rejects);
    if (articles.empty()) {
      continue;
    }
    Article article;
    for (const Field field : {Field::kTitle, Field::kBody}) {
      originals.emplace_back(articles[0].text_of(field));
      article.text[static_cast<size_t>(field)] = originals.back();
    }
    texts.emplace_back();
    if (texts.back().Assign(article, ~size_t{0})) {
      canonical.emplace_back(texts.back().canonical());
    }
  }
  const std::vector<std::string> terms =
      DrawOccurringTerms(LoadTerms(data + "/terms"), canonical, 20'000);
  std::vector<WatchList> lists(terms.size());
  for (size_t i = 0; i < terms.size(); ++i) {
    lists[i].id = StrCat(i);
    lists[i].terms.push_back({terms[i], {}});
  }
  const auto set = *QuerySet::Compile(lists, {});
  const auto matcher = set->NewMatcher();
  std::vector<size_t> holds(set->size());
  std::vector<ListSlot> slots;
  const Article none;
  for (const ArticleText& text : texts) {
    if (matcher->Scan(text)) {
      matcher->Evaluate(none, text, &slots);
      for (const ListSlot slot : slots) {
        ++holds[slot];
      }
    }
  }
  std::string ndjson;
  size_t count = 0;
  size_t alerts = 0;
  for (ListSlot slot = 0; slot < set->size() && count < 1000; ++slot) {
    if (holds[slot] >= 2 && holds[slot] <= 40) {
      const auto index = static_cast<size_t>(
          std::atoi(std::string(set->list(slot).id).c_str()));
      alerts += holds[slot];
      StrAppend(&ndjson, "{\"id\":\"t", count++, "\",\"terms\":[");
      AppendJsonString(terms[index], &ndjson);
      ndjson += "]}\n";
    }
  }
  std::printf("%zu terms, %.2f alerts an article\n", count,
              static_cast<double>(alerts) / static_cast<double>(texts.size()));
  return ndjson;
}

std::vector<std::string> OnCore(int core, std::vector<std::string> command) {
  command.insert(command.begin(), {"/usr/bin/taskset", "-c", StrCat(core)});
  return command;
}

// Seconds that `match` took for the articles, its start left out.
double RunMatch(const BenchOptions& options, const TemporaryFolder& folder) {
  const std::string log = (folder.path() / "match.log").string();
  std::filesystem::remove(log);
  WaitForExit(Spawn(OnCore(0, {options.program, "match", "--workers", "1", "-w",
                               (folder.path() / "lists.ndjson").string(),
                               (folder.path() / "articles.ndjson").string()}),
                    log, "/dev/null"));
  const std::string summary = ReadWholeFile(log);
  const size_t at = summary.find("watch-lists in ");
  return at == std::string::npos ? 0 : std::atof(summary.c_str() + at + 15);
}

std::string Fetch(int port) {
  std::FILE* pipe =
      popen(StrCat("curl -s http://127.0.0.1:", port, "/metrics").c_str(), "r");
  std::string text;
  std::vector<char> block(1 << 16);
  size_t got = 0;
  while ((got = fread(block.data(), 1, block.size(), pipe)) > 0) {
    text.append(block.data(), got);
  }
  pclose(pipe);
  return text;
}

double Metric(const std::string& text, const std::string& name) {
  const size_t at = text.find("\n" + name + " ");
  return at == std::string::npos
             ? -1
             : std::atof(text.c_str() + at + name.size() + 2);
}

void PinThread(const std::filesystem::path& task, int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<size_t>(core), &cores);
  sched_setaffinity(std::atoi(task.filename().c_str()), sizeof(cores), &cores);
}

// librdkafka's threads to the broker's core, all others to the worker's.
void PinThreads(pid_t pid) {
  std::error_code ended;
  for (const auto& task : std::filesystem::directory_iterator(
           StrCat("/proc/", static_cast<int>(pid), "/task"), ended)) {
    PinThread(task.path(),
              ReadWholeFile(task.path() / "comm").starts_with("rdk:") ? 1 : 0);
  }
}

struct ServiceRun {
  double seconds = 0;  // Of the last nine tenths.
  double rss_early = 0;
  double rss_late = 0;
  std::map<std::string, double> cpu_seconds;  // By thread name.
};

// CPU seconds by the names of a process's threads.
std::map<std::string, double> ThreadSeconds(pid_t pid) {
  std::map<std::string, double> seconds;
  for (const auto& task : std::filesystem::directory_iterator(
           StrCat("/proc/", static_cast<int>(pid), "/task"))) {
    const std::string stat = ReadWholeFile(task.path() / "stat");
    const size_t open = stat.find('(');
    const size_t close = stat.rfind(')');
    std::istringstream rest(stat.substr(close + 2));
    std::string field;
    double ticks = 0;
    for (int i = 3; i <= 15 && rest >> field; ++i) {
      ticks += i >= 14 ? std::atof(field.c_str()) : 0;
    }
    seconds[stat.substr(open + 1, close - open - 1)] +=
        ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
  }
  return seconds;
}

ServiceRun RunService(const BenchOptions& options,
                      const TemporaryFolder& folder, const std::string& brokers,
                      int round, double articles) {
  const std::string log = StrCat((folder.path() / "run.log").string(), round);
  const std::string config = folder.Write(
      "run.yaml",
      StrCat("kafka: {properties: {bootstrap.servers: \"", brokers, "\"}}\n",
             "source: {kafka: {topics: [articles], group: g", round, "}}\n",
             "watchlists: {files: [", (folder.path() / "lists.ndjson").string(),
             "]}\nsinks: [{kafka: {topic: alerts}}]\n",
             "deadletter: {kafka: {topic: dead}}\nworkers: 1\n",
             "http: {listen: \"127.0.0.1:0\"}\n"));
  const pid_t pid = Spawn({options.program, "run", "--config", config}, log);
  ServiceRun run;
  int port = 0;
  absl::Time begin;
  double begin_at = 0;
  while (true) {
    absl::SleepFor(absl::Milliseconds(10));
    if (begin_at == 0) {  // Until then clients still start threads.
      PinThreads(pid);
    }
    if (port == 0) {
      const std::string text = ReadWholeFile(log);
      const size_t at = text.find("http://127.0.0.1:");
      port = at == std::string::npos ? 0 : std::atoi(text.c_str() + at + 17);
      continue;
    }
    const std::string metrics = Fetch(port);
    const double processed =
        Metric(metrics, "presshawk_articles_processed_total");
    const double rss = Metric(metrics, "process_resident_memory_bytes");
    if (begin_at == 0 && processed >= articles / 10) {
      begin = absl::Now();
      begin_at = processed;
      run.rss_early = rss;
    }
    if (processed >= articles) {
      run.seconds = absl::ToDoubleSeconds(absl::Now() - begin) * articles /
                    (articles - begin_at);
      run.rss_late = rss;
      break;
    }
  }
  run.cpu_seconds = ThreadSeconds(pid);
  kill(pid, SIGTERM);
  WaitForExit(pid);
  return run;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int Run(const BenchOptions& options) {
  const Corpus corpus =
      LoadCorpus(options.data + "/articles/abp.ndjson.zst", 200'000'000);
  TemporaryFolder folder;
  {
    std::ofstream file(folder.path() / "articles.ndjson");
    for (const std::string& line : corpus.lines) {
      file << line << '\n';
    }
  }
  folder.Write("lists.ndjson", RareTermLists(corpus, options.data));
  auto broker = RealBroker::Start({});
  Require(broker.status());
  WaitForExit(Spawn({"/usr/bin/taskset", "-a", "-p", "-c", "1",
                     StrCat(static_cast<int>((*broker)->pid()))},
                    "/dev/null"));
  KafkaEvents events;
  KafkaClientOptions client;
  client.properties["bootstrap.servers"] = (*broker)->bootstrap_servers();
  Require(CreateTopics(client,
                       {{.name = "articles", .partitions = 4},
                        {.name = "alerts", .partitions = 2},
                        {.name = "dead"}},
                       absl::Seconds(30), &events));
  const std::string config = folder.Write(
      "produce.yaml",
      StrCat("kafka: {properties: {bootstrap.servers: \"",
             (*broker)->bootstrap_servers(), "\"}}\n",
             "source: {kafka: {topics: [articles]}}\n",
             "watchlists: {files: [x]}\nsinks: [{kafka: {topic: alerts}}]\n",
             "deadletter: {kafka: {topic: dead}}\n"));
  for (int i = 0; i < options.repeat; ++i) {
    WaitForExit(Spawn({options.program, "produce", "--config", config,
                       (folder.path() / "articles.ndjson").string()},
                      folder.path() / "produce.log"));
  }
  const double articles =
      static_cast<double>(corpus.lines.size()) * options.repeat;
  const double megabytes =
      static_cast<double>(corpus.bytes) * options.repeat / 1e6;
  std::printf("%.0f articles, %.0f MB, one worker\n", articles, megabytes);
  std::vector<double> ratios;
  for (int round = 0; round < options.rounds; ++round) {
    const double match_rate =
        megabytes / options.repeat / RunMatch(options, folder);
    const ServiceRun run = RunService(
        options, folder, (*broker)->bootstrap_servers(), round, articles);
    const double run_rate = megabytes / run.seconds;
    ratios.push_back(run_rate / match_rate);
    std::printf(
        "round %d: match %.0f MB/s, Kafka to alerts %.0f MB/s: %.2f; "
        "RSS %.0f MB at 10 %%, %.0f MB at 100 %%; CPU s/GB:",
        round, match_rate, run_rate, ratios.back(), run.rss_early / 1e6,
        run.rss_late / 1e6);
    for (const auto& [name, seconds] : run.cpu_seconds) {
      if (seconds > 0) {
        std::printf(" %s %.2f", name.c_str(), seconds / megabytes * 1000);
      }
    }
    std::printf("\n");
  }
  std::printf("Kafka to alerts is %.2f of match (median of %d)\n",
              Median(ratios), options.rounds);
  return 0;
}

}  // namespace
}  // namespace presshawk

int main(int argc, char** argv) {
  presshawk::BenchOptions options;
  if (argc < 2) {
    std::fprintf(stderr, "usage: presshawk_kafka_bench PRESSHAWK [options]\n");
    return 2;
  }
  options.program = argv[1];
  for (int i = 2; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--data") == 0) {
      options.data = argv[i + 1];
    } else if (std::strcmp(argv[i], "--rounds") == 0) {
      options.rounds = std::atoi(argv[i + 1]);
    } else if (std::strcmp(argv[i], "--repeat") == 0) {
      options.repeat = std::atoi(argv[i + 1]);
    }
  }
  return presshawk::Run(options);
}
