# build_librdkafka: builds librdkafka from the source package of a newer Debian
# into the cache, once; sets RDKAFKA_ROOT. Debian 12's own 2.0.2 loses messages
# in cooperative rebalances and cannot log in to Kafka 4 by SCRAM. Sourced by
# `dev`.

build_librdkafka() {
  RDKAFKA_ROOT=$(find "$CACHE" -maxdepth 1 -name 'librdkafka-[0-9]*' -not -name '*.tmp*' 2>/dev/null |
    sort -V | tail -n 1)
  [ -z "$RDKAFKA_ROOT" ] || return 0
  local work="$WORK/librdkafka" release version
  rm -rf "$work"
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  for release in forky trixie; do
    say "fetching librdkafka's source package of Debian $release"
    echo "deb-src http://deb.debian.org/debian $release main" >"$work/sources.list"
    local apt=(apt-get -qq -o "Dir::Etc::sourcelist=$work/sources.list"
      -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$work/lists"
      -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
    if "${apt[@]}" update >"$work/apt.log" 2>&1 &&
      (cd "$work" && "${apt[@]}" source --download-only librdkafka >>apt.log 2>&1); then
      break
    fi
  done
  local tarball
  tarball=$(find "$work" -maxdepth 1 -name 'librdkafka_*.orig.tar.*' -not -name '*.asc' | head -n 1)
  [ -n "$tarball" ] || {
    tail -n 5 "$work/apt.log" >&2
    die "librdkafka's source package cannot be fetched (deb-src of forky or trixie; see $work/apt.log)"
  }
  version=$(basename "$tarball" | sed -E 's/librdkafka_([0-9.]+)\.orig.*/\1/')
  say "building librdkafka $version (about a minute)"
  mkdir -p "$work/source"
  tar -xf "$tarball" -C "$work/source" --strip-components=1
  local prefix="$CACHE/librdkafka-$version"
  {
    cmake -S "$work/source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
      -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
      -DRDKAFKA_BUILD_EXAMPLES=OFF -DRDKAFKA_BUILD_TESTS=OFF &&
      ninja -C "$work/build" && DESTDIR="$work/staged" ninja -C "$work/build" install
  } >"$work/build.log" 2>&1 || {
    tail -n 20 "$work/build.log" >&2
    die "librdkafka $version does not build; see $work/build.log"
  }
  # Into its place at once: an interrupted build leaves nothing behind.
  mv -T "$work/staged$prefix" "$prefix"
  RDKAFKA_ROOT=$prefix
  rm -rf "$work"
}
