# SPDX-License-Identifier: Apache-2.0
# build_package: build/package/presshawk_VERSION_ARCH.deb and its -dbgsym. Sourced
# by `dev`.
#
# The same source in the same folder gives the same bytes: the time is that of the
# last commit, or SOURCE_DATE_EPOCH. PRESSHAWK_PACKAGE_VERSION names another
# version than that of CMakeLists.txt; DEB_BUILD_OPTIONS=noautodbgsym leaves the
# debug symbols out.

# What is compiled into the program, or linked into it whole: whose licences go
# with it.
third_party_licences() {
  local package
  for package in libcli11-dev nlohmann-json3-dev; do
    printf '==== %s, of the Debian package ====\n\n' "$package"
    cat "/usr/share/doc/$package/copyright"
  done
  printf '==== librdkafka ====\n\n'
  cat "$RDKAFKA_ROOT/share/licenses/librdkafka/LICENSES.txt"
}

build_package() {
  install_packages "${PACKAGE_PACKAGES[@]}"
  build_librdkafka_static
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null ||
    stat -c %Y CHANGELOG.md)}
  export SOURCE_DATE_EPOCH
  mkdir -p build
  exec {lock}>build/package.lock
  flock "$lock"  # Two at once would pack each other's halves.
  rm -rf build/package/deploy/man  # They bear the date.
  configure_and_build package "$RDKAFKA_ROOT" presshawk presshawk_man

  local build=$PWD/build/package work=$PWD/build/package/deb version
  version=${PRESSHAWK_PACKAGE_VERSION:-$(sed -n 's/^CMAKE_PROJECT_VERSION:.*=//p' "$build/CMakeCache.txt")}
  say "packing presshawk $version"
  rm -rf "$work" "$build"/*.deb
  mkdir -p "$work"
  cp -r deploy/package/debian "$work/debian"
  # The units' files, where debhelper looks for them.
  cp "$build/deploy/presshawk.service" "$work/debian/presshawk.service"
  cp "$build/deploy/presshawk-deliver.service" "$work/debian/presshawk.presshawk-deliver.service"
  cp deploy/systemd/presshawk.sysusers "$work/debian/presshawk.sysusers"
  cp deploy/systemd/presshawk.tmpfiles "$work/debian/presshawk.tmpfiles"
  third_party_licences >"$work/third-party.copyright"
  echo third-party.copyright >"$work/debian/presshawk.docs"
  printf 'presshawk (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md in the source.\n\n -- %s  %s\n' \
    "$version" "$(sed -n 's/^Maintainer: //p' deploy/package/debian/control)" \
    "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" >"$work/debian/changelog"
  (cd "$work" && PRESSHAWK_BUILD=$build PRESSHAWK_XZ_LEVEL=${PRESSHAWK_XZ_LEVEL:-6} \
    debian/rules binary) >"$build/deb.log" 2>&1 || {
    tail -n 20 "$build/deb.log" >&2
    die "packing failed; see $build/deb.log"
  }
  say "$(cd "$build" && ls -1 -- *.deb)"
}
