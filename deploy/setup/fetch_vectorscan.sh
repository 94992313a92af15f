# SPDX-License-Identifier: Apache-2.0
# fetch_vectorscan: Vectorscan, Hyperscan's portable fork, from its Debian
# packages into the cache, once; sets VECTORSCAN_ROOT. Unpacked, not installed:
# the packages exclude Hyperscan's. Sourced by `dev`.

fetch_vectorscan() {
  VECTORSCAN_ROOT=$(newest_in_cache vectorscan)
  [ -z "$VECTORSCAN_ROOT" ] || return 0
  say "fetching Vectorscan"
  local work=$WORK/vectorscan version package lib
  rm -rf "$work"
  mkdir -p "$work/unpacked" "$work/prefix/lib/pkgconfig"
  (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download \
    libvectorscan-dev libvectorscan5 >apt.log 2>&1) ||
    die "Vectorscan cannot be fetched (apt-get download libvectorscan-dev; see $work/apt.log)"
  for package in "$work"/*.deb; do
    dpkg-deb -x "$package" "$work/unpacked"
  done
  lib=$(dirname "$(find "$work/unpacked" -name libhs.so)")
  version=$(sed -n 's/^Version: //p' "$lib/pkgconfig/libhs.pc")
  VECTORSCAN_ROOT=$CACHE/vectorscan-$version
  cp -a "$lib"/libhs* "$work/prefix/lib/"
  cp -a "$work/unpacked/usr/include" "$work/prefix/"
  sed -e "s|^prefix=.*|prefix=$VECTORSCAN_ROOT|" -e 's|^libdir=.*|libdir=${prefix}/lib|' \
    -e 's|^includedir=.*|includedir=${prefix}/include|' -e 's|^Cflags:.*|Cflags: -I${includedir}|' \
    "$lib/pkgconfig/libhs.pc" >"$work/prefix/lib/pkgconfig/libhs.pc"
  mv -T "$work/prefix" "$VECTORSCAN_ROOT"
  rm -rf "$work"
}
