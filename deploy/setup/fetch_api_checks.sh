# The Python programs that tests/api runs, in an environment of their own.
# Sourced by `dev`.

fetch_api_checks() {
  local wanted=tests/api/requirements.txt folder=$CACHE/api-checks
  export PRESSHAWK_API_CHECKS=$folder
  cmp -s "$wanted" "$folder/requirements.txt" && return
  say "fetching what checks the API"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
  cp "$wanted" "$folder/requirements.txt"
}
