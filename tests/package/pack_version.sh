#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Packs the program of an earlier version and its configuration with today's
# packaging, to upgrade from:
#
#   PRESSHAWK_OLD_DEB=$(tests/package/pack_version.sh v0.1) ./dev test -R package_test
#
# Compiles that version whole, unless ccache knows it. The package stays in
# build/old-TAG; its version is that of CMakeLists.txt with ~TAG, so it is older.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tag=$1
code=(cmd core ingest matchers)
tree=$PWD/build/old-$tag
version=$(sed -n 's/^project(presshawk VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)~${tag//[^a-z0-9.]/}
if ! compgen -G "$tree/build/package/presshawk_*.deb" >/dev/null; then
  rm -rf "$tree"
  git clone -q . "$tree"
  rm -rf "${code[@]/#/$tree/}"
  git -C "$tree" checkout -q "$tag" -- "${code[@]}" deploy/config deploy/completion
  (cd "$tree" && PRESSHAWK_PACKAGE_VERSION=$version DEB_BUILD_OPTIONS=noautodbgsym \
    PRESSHAWK_XZ_LEVEL=0 ./dev package >&2)
fi
ls "$tree"/build/package/presshawk_*.deb
