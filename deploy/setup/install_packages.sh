# SPDX-License-Identifier: Apache-2.0
# install_packages NAME...: installs what is missing. Sourced by `dev`.

install_packages() {
  local missing=() name
  for name in "$@"; do
    if [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" != installed ]; then
      missing+=("$name")
    fi
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing Debian packages: ${missing[*]}"
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "needs root, or sudo, to install: ${missing[*]}"
    sudo=(sudo)
  fi
  # The daemons among them are for the tests, which start their own.
  local policy=/usr/sbin/policy-rc.d made_policy=no
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
    "${sudo[@]}" chmod +x "$policy"
    made_policy=yes
    # Also when interrupted: it would keep the machine from starting services.
    trap "${sudo[*]} rm -f $policy" EXIT
  fi
  local status=0
  "${sudo[@]}" apt-get -qq update &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get -qq install -y --no-install-recommends "${missing[@]}" >"$WORK/apt.log" 2>&1 ||
    status=$?
  if [ "$made_policy" = yes ]; then
    "${sudo[@]}" rm -f "$policy"
    trap - EXIT
  fi
  if [ "$status" != 0 ]; then
    tail -n 20 "$WORK/apt.log" >&2 || true
    die "apt could not install: ${missing[*]} (is a Debian 12 mirror reachable? see $WORK/apt.log)"
  fi
}
