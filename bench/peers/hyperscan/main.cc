// SPDX-License-Identifier: Apache-2.0
// Raw Hyperscan, or with the other library linked, Vectorscan.
//
//   presshawk_peer_hyperscan TEXTS TERMS
#include <memory>

#include "bench/peers/hyperscan/boundary_scan.h"
#include "bench/peers/session.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    return 2;
  }
  const presshawk::PeerTexts texts(argv[1]);
  const std::vector<std::string> terms = presshawk::ReadPeerTerms(argv[2]);
  std::unique_ptr<presshawk::BoundaryScan> scan;
  const double build_seconds = presshawk::SecondsOf(
      [&] { scan = std::make_unique<presshawk::BoundaryScan>(terms); });
  return presshawk::ServeMatcher(
      hs_version(), build_seconds, texts,
      [&](const presshawk::PeerText& text, std::vector<uint32_t>* found) {
        scan->Scan(text.text, found);
      });
}
