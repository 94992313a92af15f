// SPDX-License-Identifier: Apache-2.0
// RE2::Set: every term a case-insensitive pattern between word boundaries,
// unanchored, as re2/set.h shows; Latin-1, so that a byte is a character.
//
//   presshawk_peer_re2_set TEXTS TERMS
//
// The set's automaton is built lazily, by the text that it meets: only text
// that it has not seen says what a stream costs.
#include <cstdio>
#include <memory>

#include <re2/re2.h>
#include <re2/set.h>

#include "bench/peers/session.h"

namespace {

std::unique_ptr<re2::RE2::Set> Build(const std::vector<std::string>& terms) {
  re2::RE2::Options options(re2::RE2::Latin1);
  options.set_case_sensitive(false);
  options.set_max_mem(int64_t{4} << 30);
  // The neighbours that every peer checks for: no ASCII word character, no
  // byte of 0x80 and above.
  constexpr char kEdge[] = "[^0-9A-Za-z_\\x80-\\xff]";
  auto set = std::make_unique<re2::RE2::Set>(options, re2::RE2::UNANCHORED);
  for (const std::string& term : terms) {
    std::string pattern = "(?:^|";
    pattern.append(kEdge).append(")").append(re2::RE2::QuoteMeta(term));
    pattern.append("(?:$|").append(kEdge).append(")");
    std::string error;
    if (set->Add(pattern, &error) < 0) {
      std::fprintf(stderr, "RE2: %s: %s\n", term.c_str(), error.c_str());
      return nullptr;
    }
  }
  return set->Compile() ? std::move(set) : nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    return 2;
  }
  const presshawk::PeerTexts texts(argv[1]);
  const std::vector<std::string> terms = presshawk::ReadPeerTerms(argv[2]);
  std::unique_ptr<re2::RE2::Set> set;
  const double build_seconds =
      presshawk::SecondsOf([&] { set = Build(terms); });
  if (set == nullptr) {
    return 3;
  }
  std::vector<int> matched;
  return presshawk::ServeMatcher(
      "RE2::Set", build_seconds, texts,
      [&](const presshawk::PeerText& text, std::vector<uint32_t>* found) {
        found->clear();
        matched.clear();
        set->Match(re2::StringPiece(text.text.data(), text.text.size()),
                   &matched);
        for (const int term : matched) {
          found->push_back(static_cast<uint32_t>(term));
        }
      });
}
