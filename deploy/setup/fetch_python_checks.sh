# SPDX-License-Identifier: Apache-2.0
# The Python programs that tests/api, tests/browser and tests/integration run, in
# an environment of their own. Sourced by `dev`.

fetch_python_checks() {
  local folder=$CACHE/python-checks
  local wanted=(tests/api/requirements.txt tests/browser/requirements.txt
    tests/integration/requirements.txt)
  export PRESSHAWK_PYTHON_CHECKS=$folder
  cmp -s <(cat "${wanted[@]}") "$folder/requirements.txt" && return
  say "fetching what checks the API and the page"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check \
    "${wanted[@]/#/-r}" || die "pip failed: is PyPI reachable?"
  cat "${wanted[@]}" >"$folder/requirements.txt"
}
