#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs one test many times beside busy loops: what a race needs to show itself.
#
#   tests/runner/repeat.sh TIMES BUSY_LOOPS PROGRAM [ARGUMENT…]
#   tests/runner/repeat.sh 100 4 build/release/tests/integration/kafka_integration_test \
#     --gtest_filter=KafkaFaultsTest.BrokerRestartUnderLoadLosesNothing
#
# One line a run, with its seconds and how many have passed so far; the output of
# a run that fails is kept in the folder that the first line names. The loops are
# polite (nice 19), and the test is not. Exit status 1 when a run failed.
set -u
if [[ $# -lt 3 ]]; then
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
times=$1 busy=$2
shift 2

loops=()
end_loops() {
  if [[ ${#loops[@]} -gt 0 ]]; then
    kill "${loops[@]}" 2>/dev/null
    wait "${loops[@]}" 2>/dev/null
  fi
  loops=()
}
trap end_loops EXIT
trap 'exit 130' INT TERM
for ((i = 0; i < busy; ++i)); do
  nice -n 19 "$BASH" -c 'while :; do :; done' &
  loops+=($!)
done

kept=$(mktemp -d "${TMPDIR:-/tmp}/repeat.XXXXXX")
echo "logs: $kept"
failed=0
for ((run = 1; run <= times; ++run)); do
  begin=$SECONDS
  if "$@" >"$kept/$run.log" 2>&1; then
    echo "$run passed $((SECONDS - begin)) s, $((run - failed)) so far"
    rm "$kept/$run.log"
  else
    echo "$run FAILED $((SECONDS - begin)) s"
    failed=$((failed + 1))
  fi
done
echo "$failed of $times failed; logs: $kept"
[[ $failed -eq 0 ]]
