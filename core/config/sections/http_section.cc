// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/http_section.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/authority.h"
#include "core/base/str_cat.h"
#include "core/config/dump_text.h"
#include "core/config/listen_text.h"

namespace presshawk {
namespace {

void ReadNames(ConfigSection* http, HttpOptions* options) {
  if (const std::optional<ConfigScalar> url = http->Scalar("public_url")) {
    if (ParseHttpUrl(url->text).has_value()) {
      options->public_url = url->text;
    } else {
      http->Error(
          url->place,
          StrCat("http.public_url must be a URL, not `", url->written, "`"),
          "write public_url: \"https://watch.example\"");
    }
  }
  for (ConfigScalar& host : http->Texts("hosts")) {
    const std::optional<Authority> name = ParseAuthority(host.text);
    if (name.has_value() && name->port.empty() &&
        host.text.find_first_of(":[") == std::string::npos) {
      options->hosts.push_back(std::move(host.text));
    } else {
      http->Error(host.place,
                  StrCat("http.hosts holds names, not `", host.written, "`"),
                  "write the name alone: hosts: [watch.example] (addresses "
                  "pass without)");
    }
  }
}

// Who listens on more than this machine tells by which names, and who may ask.
void WarnOfOpenPort(ConfigSection* http, const HttpOptions& options) {
  const ConfigPlace place = options.listen_place;
  const std::string& host = options.host;
  const std::optional<Authority> listens = ParseAuthority(
      host.find(':') == std::string::npos ? host : StrCat("[", host, "]"));
  if (!listens.has_value() || listens->host == "localhost") {
    return;
  }
  const bool is_everywhere =
      listens->host == "0.0.0.0" || listens->host == "::";
  const bool is_loopback =
      listens->host.starts_with("127.") || listens->host == "::1";
  const std::optional<HttpUrl> url = ParseHttpUrl(options.public_url);
  const bool is_named =
      (url.has_value() && url->authority.host == listens->host) ||
      std::any_of(options.hosts.begin(), options.hosts.end(),
                  [&](const std::string& name) {
                    return ParseAuthority(name)->host == listens->host;
                  });
  if (is_everywhere && options.hosts.empty() && options.public_url.empty()) {
    http->Warn(place,
               "http.listen is open on every interface and http.hosts names "
               "nobody: requests by a name are refused, those by an address or "
               "localhost answered",
               "write hosts: [NAME] with the names by which Prometheus and "
               "browsers ask");
  } else if (!is_everywhere && !listens->is_ip && !is_named) {
    http->Warn(place,
               StrCat("http.listen is at the name `", host,
                      "`, and requests by that name are refused"),
               StrCat("write hosts: [", host, "]"));
  }
  if (!is_loopback && options.token_file.empty()) {
    http->Warn(place,
               "http.listen is open to other machines without a token: whoever "
               "reaches it reads and reloads",
               "write token_file: PATH, or listen on 127.0.0.1");
  }
}

}  // namespace

void ReadHttp(ConfigSection* file, HttpOptions* options) {
  ConfigSection http = file->Map("http");
  options->listen_place = http.PlaceOfKey("listen");
  ReadListenAddress(&http, &options->host, &options->port);
  options->token_file = http.Text("token_file").value_or("");
  options->token_place = http.PlaceOfKey("token_file");
  ReadNames(&http, options);
  WarnOfOpenPort(&http, *options);
  http.RejectUnknownKeys();
}

void DumpHttp(const HttpOptions& options, std::string* dump) {
  StrAppend(dump, "http:\n  listen: ",
            QuotedYaml(ListenAddressText(options.host, options.port)), "\n");
  if (!options.token_file.empty()) {
    StrAppend(dump, "  token_file: ", QuotedYaml(options.token_file), "\n");
  }
  if (!options.public_url.empty()) {
    StrAppend(dump, "  public_url: ", QuotedYaml(options.public_url), "\n");
  }
  if (!options.hosts.empty()) {
    StrAppend(dump, "  hosts: ", QuotedYamlList(options.hosts), "\n");
  }
}

}  // namespace presshawk
