// SPDX-License-Identifier: Apache-2.0
// Reads alerts from Kafka, drops repeats, and highlights each hit in the article
// as it came. deploy/ALERTS.md explains each step; read_alerts.py does the same.
//
//   java -cp 'kafka/libs/*' ReadAlerts.java BOOTSTRAP_SERVERS ALERT_TOPIC GROUP
//
// It needs kafka-clients and jackson-databind, which every Kafka has in `libs`.
// It prints a line for each hit: the list, the article, and the words around the
// hit, which stands in «».

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

public class ReadAlerts {
  private static final int CONTEXT = 20; // Code points on each side.
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The value that a hit stands in, and where in it, in code points. */
  record Place(String value, int begin, int end) {
    String slice(int from, int to) {
      // Java counts strings in UTF-16, and alerts count code points.
      int length = value.codePointCount(0, value.length());
      int first = value.offsetByCodePoints(0, Math.max(0, Math.min(from, length)));
      int last = value.offsetByCodePoints(0, Math.max(0, Math.min(to, length)));
      return value.substring(first, last);
    }
  }

  /** Null for a hit that runs over several values. */
  static Place placeOf(JsonNode hit, JsonNode article) {
    if (hit.has("pointer")) {
      JsonNode raw = hit.get("raw");
      String value = article.at(hit.get("pointer").asText()).asText();
      return new Place(value, raw.get(0).asInt(), raw.get(1).asInt());
    }
    JsonNode value = article.path(hit.get("field").asText());
    Place place = new Place(value.asText(), hit.get("begin").asInt(), hit.get("end").asInt());
    boolean isThere = place.slice(place.begin, place.end).equals(hit.get("text").asText());
    return value.isValueNode() && isThere ? place : null;
  }

  static String highlighted(JsonNode hit, JsonNode article) {
    Place place = placeOf(hit, article);
    if (place == null) {
      return "«" + hit.get("text").asText() + "»";
    }
    return place.slice(place.begin - CONTEXT, place.begin)
        + "«" + place.slice(place.begin, place.end) + "»"
        + place.slice(place.end, place.end + CONTEXT);
  }

  static KafkaConsumer<String, byte[]> consumer(String servers, String group) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", servers, "group.id", group, "auto.offset.reset", "earliest",
            "enable.auto.commit", "false"),
        new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** Fetches a single article, by the `origin` of an alert. */
  static JsonNode articleAt(KafkaConsumer<String, byte[]> articles, JsonNode origin)
      throws Exception {
    TopicPartition partition =
        new TopicPartition(origin.get("topic").asText(), origin.get("partition").asInt());
    articles.assign(List.of(partition));
    articles.seek(partition, origin.get("offset").asLong());
    while (true) {
      for (ConsumerRecord<String, byte[]> record : articles.poll(Duration.ofSeconds(1))) {
        return JSON.readTree(record.value());
      }
    }
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    KafkaConsumer<String, byte[]> articles = consumer(arguments[0], "unused");
    KafkaConsumer<String, byte[]> alerts = consumer(arguments[0], arguments[2]);
    // A real receiver keeps the ids with the alerts, for as long as records can come again.
    Set<String> seen = new HashSet<>();
    alerts.subscribe(List.of(arguments[1]));
    while (true) {
      for (ConsumerRecord<String, byte[]> record : alerts.poll(Duration.ofSeconds(1))) {
        JsonNode alert = JSON.readTree(record.value());
        if (alert.get("schema").asInt() != 1 || seen.contains(alert.get("id").asText())) {
          continue;
        }
        JsonNode article = articleAt(articles, alert.get("origin"));
        for (JsonNode hit : alert.get("hits")) {
          String words = highlighted(hit, article).replaceAll("\\s+", " ").strip();
          out.println(alert.at("/watchlist/id").asText() + "\t" + alert.at("/article/id").asText()
              + "\t" + words);
        }
        seen.add(alert.get("id").asText());
      }
      alerts.commitSync(); // Only now: these alerts are dealt with.
    }
  }
}
