// SPDX-License-Identifier: Apache-2.0
#include "ingest/postgres/postgres_connection.h"

#include <array>
#include <charconv>

#include "absl/strings/string_view.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr Oid kInt8 = 20;
constexpr Oid kBytea = 17;
constexpr Oid kInt8Array = 1016;
constexpr Oid kByteaArray = 1001;

void AppendBig(uint64_t value, size_t bytes, std::string* to) {
  for (size_t i = bytes; i > 0; --i) {
    *to += static_cast<char>(value >> (8 * (i - 1)));
  }
}

// The head of an array of one dimension without NULLs.
std::string ArrayHead(size_t count, Oid element) {
  std::string head;
  AppendBig(count == 0 ? 0 : 1, 4, &head);
  AppendBig(0, 4, &head);
  AppendBig(element, 4, &head);
  if (count > 0) {
    AppendBig(count, 4, &head);
    AppendBig(1, 4, &head);
  }
  return head;
}

// The classes of SQLSTATE that pass by themselves or by an operator's hand.
bool MayPass(std::string_view state) {
  for (const std::string_view passing :
       {"08", "40", "53", "55", "57", "58", "28", "3D", "42501"}) {
    if (state.starts_with(passing)) {
      return true;
    }
  }
  return state.empty();
}

const char* Advice(std::string_view state) {
  if (state == "53100") {
    return ": the server's disk is full; make room there, and it goes on by "
           "itself";
  }
  if (state.starts_with("28") || state.starts_with("3D")) {
    return ": check user, password and database of `store: postgres: url`";
  }
  if (state == "42501") {
    return ": the user needs CREATE on the database, or the schema presshawk "
           "must be its own";
  }
  if (state.empty() || state.starts_with("08") || state.starts_with("57P")) {
    return ": the server is away or starting; it is connected to again by "
           "itself";
  }
  return "";
}

std::string FirstLine(const char* message) {
  const std::string_view text(message == nullptr ? "" : message);
  return std::string(text.substr(0, text.find('\n')));
}

// Plans that fit queues: few rows, found by an index. Statistics of a queue are
// always out of date. A session that hangs loses its locks within seconds, so
// that another decider can take over.
constexpr const char* kSession =
    "SET search_path = presshawk; SET client_min_messages = warning; "
    "SET enable_hashjoin = off; SET enable_mergejoin = off; "
    "SET enable_seqscan = off; SET jit = off; "
    "SET plan_cache_mode = force_generic_plan; "
    "SET statement_timeout = '120s'; SET lock_timeout = '10s'; "
    "SET idle_in_transaction_session_timeout = '10s'; "
    "SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2; "
    "SET tcp_keepalives_count = 3; SET tcp_user_timeout = '10s'; "
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') IN ('off', 'local');";

}  // namespace

int64_t PostgresResult::Int(int row, int column) const {
  const std::string_view bytes = View(row, column);
  if (bytes.empty()) {
    return 0;  // NULL.
  }
  // Sign-extended: smallint, integer or bigint; a boolean has one byte.
  auto value = static_cast<uint64_t>(static_cast<int8_t>(bytes[0]));
  for (const char byte : bytes.substr(1)) {
    value = (value << 8U) | static_cast<uint8_t>(byte);
  }
  return static_cast<int64_t>(value);
}

int64_t PostgresResult::changed() const {
  int64_t count = 0;
  if (result_ != nullptr) {
    const std::string_view text(PQcmdTuples(result_.get()));
    std::from_chars(text.data(), text.data() + text.size(), count);
  }
  return count;
}

void PostgresValues::AddInt(int64_t value) {
  AppendBig(static_cast<uint64_t>(value), 8, &bytes_.emplace_back());
  types_.push_back(kInt8);
}

void PostgresValues::AddText(std::string_view value) {
  bytes_.emplace_back(value);
  types_.push_back(kBytea);
}

void PostgresValues::AddInts(const std::vector<int64_t>& values) {
  std::string array = ArrayHead(values.size(), kInt8);
  for (const int64_t value : values) {
    AppendBig(8, 4, &array);
    AppendBig(static_cast<uint64_t>(value), 8, &array);
  }
  bytes_.push_back(std::move(array));
  types_.push_back(kInt8Array);
}

void PostgresValues::AddTexts(const std::vector<std::string>& values) {
  std::string array = ArrayHead(values.size(), kBytea);
  for (const std::string& value : values) {
    AppendBig(value.size(), 4, &array);
    array += value;
  }
  bytes_.push_back(std::move(array));
  types_.push_back(kByteaArray);
}

absl::StatusOr<std::unique_ptr<PostgresConnection>> PostgresConnection::Open(
    const std::string& url, const std::string& name) {
  const std::array<const char*, 9> keys = {"dbname",
                                           "connect_timeout",
                                           "keepalives_idle",
                                           "keepalives_interval",
                                           "keepalives_count",
                                           "tcp_user_timeout",
                                           "fallback_application_name",
                                           "client_encoding",
                                           nullptr};
  const std::array<const char*, 9> values = {
      url.c_str(), "5", "4", "2", "3", "10000", "presshawk", "UTF8", nullptr};
  std::unique_ptr<PostgresConnection> connection(new PostgresConnection(
      name, PQconnectdbParams(keys.data(), values.data(), 1)));
  if (!connection->IsAlive()) {
    return connection->Failure(nullptr);
  }
  connection->Script(kSession);
  if (absl::Status status = connection->TakeStatus(); !status.ok()) {
    return status;
  }
  return connection;
}

PostgresConnection::~PostgresConnection() { PQfinish(connection_); }

absl::Status PostgresConnection::Failure(const PGresult* result) const {
  const char* field = result == nullptr
                          ? nullptr
                          : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string_view state(field == nullptr ? "" : field);
  const char* primary =
      result == nullptr ? nullptr
                        : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string message = StrCat(
      "ledger ", name_, ": ",
      FirstLine(primary == nullptr ? PQerrorMessage(connection_) : primary),
      Advice(state));
  return MayPass(state) || !IsAlive() ? absl::UnavailableError(message)
                                      : absl::InternalError(message);
}

absl::Status PostgresConnection::TakeStatus() {
  absl::Status status = std::move(status_);
  status_ = absl::OkStatus();
  return status;
}

void PostgresConnection::Fail(absl::Status status) {
  if (status_.ok()) {
    status_ = std::move(status);
  }
}

PostgresResult PostgresConnection::Check(PGresult* result) {
  PostgresResult taken(result);
  const ExecStatusType code = PQresultStatus(result);
  if (code != PGRES_TUPLES_OK && code != PGRES_COMMAND_OK) {
    Fail(Failure(result));
    return PostgresResult();
  }
  return taken;
}

void PostgresConnection::Script(const std::string& sql) {
  if (status_.ok()) {
    Check(PQexec(connection_, sql.c_str()));
  }
}

PostgresResult PostgresConnection::RunPrepared(const char* sql,
                                               const PostgresValues& values) {
  if (!status_.ok()) {
    return PostgresResult();
  }
  const auto count = static_cast<int>(values.bytes_.size());
  const std::string name = StrCat("s", reinterpret_cast<uintptr_t>(sql));
  if (!prepared_.contains(sql)) {
    Check(
        PQprepare(connection_, name.c_str(), sql, count, values.types_.data()));
    if (!status_.ok()) {
      return PostgresResult();
    }
    prepared_.insert(sql);
  }
  std::vector<const char*> pointers;
  std::vector<int> lengths;
  for (const std::string& bytes : values.bytes_) {
    pointers.push_back(bytes.data());
    lengths.push_back(static_cast<int>(bytes.size()));
  }
  const std::vector<int> formats(values.bytes_.size(), 1);
  return Check(PQexecPrepared(connection_, name.c_str(), count, pointers.data(),
                              lengths.data(), formats.data(), 1));
}

PostgresTransaction::PostgresTransaction(PostgresConnection* connection,
                                         const char* begin)
    : connection_(connection) {
  connection_->TakeStatus().IgnoreError();
  connection_->Script(begin);
}

PostgresTransaction::~PostgresTransaction() {
  if (connection_->IsAlive() && connection_->IsInTransaction()) {
    connection_->TakeStatus().IgnoreError();
    connection_->Script("ROLLBACK");
    connection_->TakeStatus().IgnoreError();
  }
}

absl::Status PostgresTransaction::Commit() {
  connection_->Script("COMMIT");
  return connection_->TakeStatus();
}

}  // namespace presshawk
