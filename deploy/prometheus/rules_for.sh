#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copies the rules with links to the runbooks that open.
#
#   rules_for.sh https://git.example/presshawk/deploy/runbooks FOLDER
set -eu
if [ $# -ne 2 ]; then
  echo "usage: $0 RUNBOOK_BASE_URL FOLDER" >&2
  exit 2
fi
case $1 in
  http://* | https://*) ;;
  *)
    echo "$0: $1 is no address: give one that begins with https:// or http://" >&2
    exit 2
    ;;
esac
rules=$(dirname "$0")/rules
url=$(printf '%s' "${1%/}" | sed 's/[&|\\]/\\&/g')
mkdir -p "$2"
for file in "$rules"/*.yml; do
  sed "s|\${runbook_base_url}|$url|" "$file" > "$2/$(basename "$file")"
done
