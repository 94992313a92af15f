#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# with_python_checks.sh SCRIPT ARGUMENTS...: runs a Python script in the
# environment that `./dev setup --tests` made; 77 (skipped) without one.
checks=${PRESSHAWK_PYTHON_CHECKS:-$HOME/.cache/presshawk/python-checks}
if [ ! -x "$checks/bin/python" ]; then
  echo "skipped: ./dev setup --tests makes $checks"
  exit 77
fi
exec "$checks/bin/python" "$@"
