// SPDX-License-Identifier: Apache-2.0
// What a message to people says, before it has the form of a channel.
//
// All texts are clean (clean_text.h) and not escaped: each channel escapes by
// its own rules, and cuts by its own limits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace presshawk {

// A piece of a text; hits are bold.
struct MessageRun {
  std::string text = {};
  bool is_bold = false;
};
using MessageText = std::vector<MessageRun>;

// One article, or one row of a digest.
struct MessageItem {
  std::string list = {};    // The name of the watch-list.
  std::string title = {};   // Never empty.
  std::string url = {};     // http or https, percent-encoded; or empty.
  std::string origin = {};  // "Reuters · reuters.com · 2026-01-02 13:04 CET"
  std::vector<MessageText> snippets = {};  // At most two, the best first.
  std::string why = {};                    // "Relevance 86: in the title"
  std::string copies = {};                 // "+ 14 copies on 9 sites"
};

struct MessageLink {
  std::string text = {}, url = {};
};

struct PeopleMessage {
  std::string headline = {};  // "Kremlin", or "Digest: Politics".
  // Why it may be known already: a replay, a lost ledger, a possible repeat.
  std::vector<std::string> marks = {};
  std::vector<std::string> intro = {};  // Sentences above the items.
  std::vector<MessageItem> items = {};
  bool is_list = false;  // Of rows, of which some may be left out.
  uint64_t total = 0;    // Of a list: all of its rows, shown or not.
  std::vector<MessageLink> links = {};
  // "politics-desk · message 42"; the id of the delivery follows.
  std::string footer = {};
  std::string delivery = {}, delivery_url = {};
};

}  // namespace presshawk
