# SPDX-License-Identifier: Apache-2.0
# fetch_kafka: Apache Kafka for the tests, by Maven into the cache, once.
# Sourced by `dev`.

KAFKA_VERSION=4.4.0

fetch_kafka() {
  local target="$CACHE/kafka-$KAFKA_VERSION"
  [ ! -d "$target" ] || return 0
  say "fetching Apache Kafka $KAFKA_VERSION by Maven"
  local work="$WORK/kafka"
  rm -rf "$work"
  mkdir -p "$work"
  cat >"$work/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>presshawk</groupId>
  <artifactId>kafka-for-tests</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>$KAFKA_VERSION</version>
    </dependency>
    <!-- Without it the broker logs nothing, and its readiness cannot be read. -->
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>2.25.5</version>
    </dependency>
  </dependencies>
</project>
XML
  if ! mvn -q -B -f "$work/pom.xml" dependency:copy-dependencies -DincludeScope=runtime \
    -DoutputDirectory="$work/jars" >"$work/maven.log" 2>&1; then
    tail -n 10 "$work/maven.log" >&2
    die "Kafka $KAFKA_VERSION cannot be fetched from Maven Central; see $work/maven.log"
  fi
  mv -T "$work/jars" "$target"
  rm -rf "$work"
}
