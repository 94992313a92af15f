# SPDX-License-Identifier: Apache-2.0
# build_librdkafka: builds librdkafka from the source package of a newer Debian
# into the cache, once; sets RDKAFKA_ROOT. Debian 12's own 2.0.2 loses messages
# in cooperative rebalances and cannot log in to Kafka 4 by SCRAM. Sourced by
# `dev`.
#
# build_librdkafka_static: librdkafka.a of the same version beside the shared
# library, for what is packaged.
#
# build_librdkafka_for_tsan: the same for ThreadSanitizer, which does not know
# the C11 threads that librdkafka uses otherwise; sets RDKAFKA_TSAN_ROOT.

RDKAFKA_VERSION_MIN=2.10

# fetch_librdkafka FOLDER: the source into FOLDER/source; sets RDKAFKA_VERSION.
fetch_librdkafka() {
  local work=$1 release tarball
  rm -rf "$work"
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/source"
  for release in forky sid; do
    say "fetching librdkafka's source package of Debian $release"
    echo "deb-src http://deb.debian.org/debian $release main" >"$work/sources.list"
    local apt=(apt-get -qq -o "Dir::Etc::sourcelist=$work/sources.list"
      -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$work/lists"
      -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root
      # Testing's lists are valid for a week: a mirror that lags still has the
      # package, signed as ever.
      -o Acquire::Check-Valid-Until=false)
    if "${apt[@]}" update >"$work/apt.log" 2>&1 &&
      (cd "$work" && "${apt[@]}" source --download-only librdkafka >>apt.log 2>&1); then
      break
    fi
  done
  tarball=$(find "$work" -maxdepth 1 -name 'librdkafka_*.orig.tar.*' -not -name '*.asc' | head -n 1)
  [ -n "$tarball" ] || {
    tail -n 5 "$work/apt.log" >&2
    die "librdkafka's source package cannot be fetched (deb-src of forky or sid; see $work/apt.log)"
  }
  RDKAFKA_VERSION=$(basename "$tarball" | sed -E 's/librdkafka_([0-9.]+)\.orig.*/\1/')
  printf '%s\n' "$RDKAFKA_VERSION_MIN" "$RDKAFKA_VERSION" | sort -V -C ||
    die "the mirror has librdkafka $RDKAFKA_VERSION; $RDKAFKA_VERSION_MIN or newer is needed"
  tar -xf "$tarball" -C "$work/source" --strip-components=1
}

# install_librdkafka FOLDER PREFIX [CMAKE ARGUMENTS]
install_librdkafka() {
  local work=$1 prefix=$2
  shift 2
  say "building librdkafka $RDKAFKA_VERSION (about a minute)"
  {
    cmake -S "$work/source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
      -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
      -DRDKAFKA_BUILD_EXAMPLES=OFF -DRDKAFKA_BUILD_TESTS=OFF "$@" &&
      ninja -C "$work/build" && DESTDIR="$work/staged" ninja -C "$work/build" install
  } >"$work/build.log" 2>&1 || {
    tail -n 20 "$work/build.log" >&2
    die "librdkafka $RDKAFKA_VERSION does not build; see $work/build.log"
  }
  # Into its place at once: an interrupted build leaves nothing behind.
  mv -T "$work/staged$prefix" "$prefix"
  rm -rf "$work"
}

# newest_in_cache NAME: the folder NAME-<version> of the highest version.
newest_in_cache() {
  find "$CACHE" -maxdepth 1 -name "$1-[0-9]*" 2>/dev/null | sort -V | tail -n 1
}

build_librdkafka() {
  RDKAFKA_ROOT=$(newest_in_cache librdkafka)
  [ -z "$RDKAFKA_ROOT" ] || return 0
  fetch_librdkafka "$WORK/librdkafka"
  RDKAFKA_ROOT=$CACHE/librdkafka-$RDKAFKA_VERSION
  install_librdkafka "$WORK/librdkafka" "$RDKAFKA_ROOT"
}

# Tests run with the shared library, so that they can talk to Kafka through the
# very same client (tests/chaos); what is shipped has it inside. Both are of one
# version, or what is shipped is not what was tested.
build_librdkafka_static() {
  build_librdkafka
  [ ! -e "$RDKAFKA_ROOT/lib/librdkafka.a" ] || return 0
  local work=$WORK/librdkafka-static built=$WORK/librdkafka-static-installed
  fetch_librdkafka "$work"
  [ "$RDKAFKA_ROOT" = "$CACHE/librdkafka-$RDKAFKA_VERSION" ] ||
    die "the mirror has librdkafka $RDKAFKA_VERSION by now, and the tests run with" \
      "$RDKAFKA_ROOT: remove that folder, and both are built anew"
  rm -rf "$built"
  # What it asserts names its source files, and not where they lay. As small as
  # Debian's own: -O2, and a section a function, for --gc-sections.
  install_librdkafka "$work" "$built" -DRDKAFKA_BUILD_STATIC=ON \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON "-DCMAKE_C_FLAGS_RELEASE=-O2 -DNDEBUG" \
    "-DCMAKE_C_FLAGS=-ffunction-sections -fdata-sections \
      -ffile-prefix-map=$work/source=librdkafka -ffile-prefix-map=$work/build=librdkafka"
  mv -T "$built/lib/librdkafka.a" "$RDKAFKA_ROOT/lib/librdkafka.a"
  rm -rf "$built"
}

build_librdkafka_for_tsan() {
  RDKAFKA_TSAN_ROOT=$(newest_in_cache librdkafka-tsan)
  [ -z "$RDKAFKA_TSAN_ROOT" ] || return 0
  fetch_librdkafka "$WORK/librdkafka-tsan"
  RDKAFKA_TSAN_ROOT=$CACHE/librdkafka-tsan-$RDKAFKA_VERSION
  install_librdkafka "$WORK/librdkafka-tsan" "$RDKAFKA_TSAN_ROOT" -DWITH_C11THREADS=OFF \
    "-DCMAKE_C_FLAGS=-fsanitize=thread -g -O1"
}
