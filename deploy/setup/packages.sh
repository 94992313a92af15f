# SPDX-License-Identifier: Apache-2.0
# Debian packages of the build and of the tests. Sourced by `dev`.

BUILD_PACKAGES=(
  build-essential cmake ninja-build pkg-config ccache ca-certificates dpkg-dev
  libabsl-dev libcli11-dev libcurl4-openssl-dev libevent-dev
  libhyperscan-dev libicu-dev liblz4-dev libsasl2-dev libsimdjson-dev
  libpq-dev libspdlog-dev libsqlite3-dev libssl-dev libyaml-cpp-dev libzstd-dev mold nlohmann-json3-dev
  prometheus-cpp-dev python3 zlib1g-dev
  libbenchmark-dev libgmock-dev libgtest-dev
)
TEST_PACKAGES=(
  chromium clang-14 clang-format-14 clang-tidy-14 curl debhelper default-jre-headless git jq lintian maven
  mmdebstrap openssl podman postgresql-15 prometheus prometheus-alertmanager python3-jsonschema python3-venv python3-yaml runc
  yamllint zstd
)
PACKAGE_PACKAGES=(debhelper git)
