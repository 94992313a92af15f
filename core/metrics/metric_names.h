// Every metric that presshawk has: name, labels, meaning. The names are part of
// the contract (SPEC METRIC-1): dashboards and alert rules read them. Times are
// in seconds, sizes in bytes.
#pragma once

namespace presshawk {

struct MetricName {
  const char* name;
  const char* help;
};

// At every scrape: articles = processed + rejected + abandoned + in flight.
inline constexpr MetricName kArticles = {
    "presshawk_articles_total",
    "Records or lines admitted; redeliveries count again."};
inline constexpr MetricName kArticlesProcessed = {
    "presshawk_articles_processed_total",
    "Articles all of whose alerts were acknowledged by every sink."};
inline constexpr MetricName kArticlesRejected = {  // {reason}
    "presshawk_articles_rejected_total",
    "Articles whose dead letter was acknowledged, by reason."};
inline constexpr MetricName kArticlesAbandoned = {
    "presshawk_articles_abandoned_total",
    "Articles given up at a revoke or stop; their offsets were not stored, so "
    "they are read again."};
inline constexpr MetricName kArticlesInFlight = {
    "presshawk_articles_in_flight",
    "Articles admitted and neither acknowledged nor given up yet."};

inline constexpr MetricName kSourceFileGaps = {
    "presshawk_source_file_gaps_total",
    "Source files that were gone or written anew before it was certain that "
    "all of them was read."};
inline constexpr MetricName kSourceFileLostBytes = {
    "presshawk_source_file_lost_bytes_total",
    "Bytes that were seen in such files and not read."};
inline constexpr MetricName kArticleFieldsIgnored = {  // {field,type}
    "presshawk_article_fields_ignored_total",
    "Articles with a mapped value that is not used as it stands: an object, an "
    "array in an array, true or false, a text that is no id, url or list."};

inline constexpr MetricName kArticleBytes = {
    "presshawk_article_bytes_total", "Bytes of the articles worked on."};
inline constexpr MetricName kHits = {
    "presshawk_hits_total", "Hits of all alerts, also those not shown."};
inline constexpr MetricName kAlerts = {"presshawk_alerts_total",
                                       "Alerts built, for all sinks once."};
inline constexpr MetricName kEvaluationsAbandoned = {
    "presshawk_evaluations_abandoned_total",
    "Lists given up for an article because their work was bounded."};
inline constexpr MetricName kStageSeconds = {  // {stage}
    "presshawk_stage_seconds", "Time in a stage of the hot path, per batch."};
inline constexpr MetricName kWorkers = {  // {state=busy|idle}
    "presshawk_workers",
    "Workers that work on a batch (busy) or wait for one (idle)."};

inline constexpr MetricName kAlertDelay = {  // {from=published|consumed}
    "presshawk_alert_delay_seconds",
    "From the article's publication or consumption to the acknowledgement of "
    "its last sink, per alert."};
inline constexpr MetricName kDeliveries = {  // {sink,result=success|failure}
    "presshawk_deliveries_total",
    "Answers of destinations for alerts; a failure is tried again."};
inline constexpr MetricName kDeliverySeconds = {  // {sink}
    "presshawk_delivery_seconds",
    "From the hand-over of an alert to its destination's answer."};
inline constexpr MetricName kOutboxEntries = {  // {sink}
    "presshawk_outbox_entries", "Entries a sink holds unacknowledged."};
inline constexpr MetricName kSinkFileChanges = {
    // {change=renamed|deleted|truncated|unlocked}
    "presshawk_sink_file_changes_total",
    "Files of sinks and dead letters that somebody renamed, deleted or cut "
    "while they were written (unlocked: whose file system has no locks)."};
inline constexpr MetricName kSinkFileLostBytes = {  // {change}
    "presshawk_sink_file_lost_bytes_total",
    "Bytes of acknowledged lines that were in such a file when it was deleted "
    "or cut."};
inline constexpr MetricName kDeadLetters = {  // {reason}
    "presshawk_deadletters_total",
    "Dead letters handed to their sink, by reason."};

inline constexpr MetricName kWatchLists = {  // {state=active|stale|rejected}
    "presshawk_watchlists",
    "Watch-lists: as defined (active), on their last good condition (stale), "
    "left out (rejected)."};
inline constexpr MetricName kWatchListRecordsRejected = {
    "presshawk_watchlist_records_rejected_total",
    "Records of the watch-list topic that are ignored: their key is no id."};
inline constexpr MetricName kReloads = {  // {result=success|failure}
    "presshawk_reloads_total", "Loads of the watch-lists, the first included."};
inline constexpr MetricName kReloadSeconds = {
    "presshawk_reload_seconds", "Time to read and compile the watch-lists."};
inline constexpr MetricName kGenerationAge = {
    "presshawk_generation_age_seconds",
    "Since the running generation became active."};

inline constexpr MetricName kConsumerLag = {  // {topic,partition}
    "presshawk_consumer_lag",
    "Records between the end of an assigned partition and what is committed."};
inline constexpr MetricName kCommitsOverdue = {
    "presshawk_commits_overdue",
    "Partitions whose resolved positions the group has not confirmed for ten "
    "commit intervals; the instance is not ready meanwhile."};
inline constexpr MetricName kCommitRepeats = {
    "presshawk_commit_repeats_total",
    "Positions committed again, as no confirmation came or they were refused."};
inline constexpr MetricName kKafkaErrors = {  // {code}
    "presshawk_kafka_errors_total",
    "Errors that the Kafka clients reported, by librdkafka's code."};
inline constexpr MetricName kReady = {"presshawk_ready",
                                      "1 while /readyz says ready, else 0."};
inline constexpr MetricName kBuildInfo = {  // {version,…}
    "presshawk_build_info", "Always 1; the labels name the build."};

// As every Prometheus client library names them.
inline constexpr MetricName kProcessCpu = {
    "process_cpu_seconds_total", "User and system time of the process."};
inline constexpr MetricName kProcessResident = {
    "process_resident_memory_bytes", "Memory of the process that is in RAM."};
inline constexpr MetricName kProcessStart = {
    "process_start_time_seconds", "Start of the process, Unix time."};
inline constexpr MetricName kProcessOpenFiles = {
    "process_open_fds", "File descriptors that are open."};

}  // namespace presshawk
