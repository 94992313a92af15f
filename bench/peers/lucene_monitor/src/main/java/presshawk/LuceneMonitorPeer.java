package presshawk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.monitor.MatchingQueries;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorConfiguration;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.MultiMatchingQueries;
import org.apache.lucene.monitor.MultipassTermFilteredPresearcher;
import org.apache.lucene.monitor.Presearcher;
import org.apache.lucene.monitor.QueryMatch;
import org.apache.lucene.monitor.TermFilteredPresearcher;

/**
 * Lucene Monitor: every list a registered query, articles matched in batches.
 *
 * <p>Usage: LuceneMonitorPeer CANONICAL PREFIX term|multipass BATCH
 *
 * <p>It is given our canonical text, which costs it nothing: white space separates its tokens, so
 * that its answers can be ours exactly. SIMPLE_MATCHER: ids only, no scores.
 */
public final class LuceneMonitorPeer {
  /** Title and body are values of one field, far apart: no phrase or window spans both. */
  private static final class CanonicalAnalyzer extends Analyzer {
    @Override
    protected TokenStreamComponents createComponents(String fieldName) {
      return new TokenStreamComponents(new WhitespaceTokenizer());
    }

    @Override
    public int getPositionIncrementGap(String fieldName) {
      return 10_000;
    }
  }

  private final Analyzer analyzer = new CanonicalAnalyzer();
  private final List<String[]> articles = new ArrayList<>();
  private final Monitor monitor;
  private final int batch;

  private long pairs;
  private long sum;

  private LuceneMonitorPeer(String presearcher, int batch) throws IOException {
    Presearcher filter =
        presearcher.equals("multipass")
            ? new MultipassTermFilteredPresearcher(2)
            : new TermFilteredPresearcher();
    // What changes the set of queries is committed at once here, and none changes later.
    MonitorConfiguration configuration =
        new MonitorConfiguration().setQueryUpdateBufferSize(50_000);
    monitor = new Monitor(analyzer, filter, configuration);
    this.batch = batch;
  }

  private void register(Path prefix) throws IOException {
    List<MonitorQuery> queries = new ArrayList<>();
    for (String line : Files.readAllLines(prefix)) {
      queries.add(new MonitorQuery(Integer.toString(queries.size()), Queries.parse(line)));
    }
    monitor.register(queries);
  }

  private Document document(int article) {
    Document document = new Document();
    for (String value : articles.get(article)) {
      document.add(new TextField(Queries.FIELD, value, Field.Store.NO));
    }
    return document;
  }

  private void found(int article, Iterable<QueryMatch> matches, PrintWriter out) {
    for (QueryMatch match : matches) {
      int query = Integer.parseInt(match.getQueryId());
      ++pairs;
      sum += article * 2654435761L + query * 40503L;
      if (out != null) {
        out.println(article + "\t" + query);
      }
    }
  }

  private void run(int first, int end, PrintWriter out) throws IOException {
    pairs = 0;
    sum = 0;
    for (int i = first; i < end; ) {
      if (batch == 1) {
        MatchingQueries<QueryMatch> matches =
            monitor.match(document(i), QueryMatch.SIMPLE_MATCHER);
        found(i, matches.getMatches(), out);
        ++i;
        continue;
      }
      int size = Math.min(batch, end - i);
      Document[] documents = new Document[size];
      for (int j = 0; j < size; ++j) {
        documents[j] = document(i + j);
      }
      MultiMatchingQueries<QueryMatch> matches =
          monitor.match(documents, QueryMatch.SIMPLE_MATCHER);
      for (int j = 0; j < size; ++j) {
        found(i + j, matches.getMatches(j), out);
      }
      i += size;
    }
  }

  private static long residentMegabytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    return 0;
  }

  private void serve() throws IOException {
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.trim().split(" +");
      int first = Integer.parseInt(words[1]);
      int end = Math.min(articles.size(), first + Integer.parseInt(words[2]));
      long begin = System.nanoTime();
      if (words.length > 3) {
        try (PrintWriter out = new PrintWriter(words[3])) {
          run(first, end, out);
        }
      } else {
        run(first, end, null);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "{\"seconds\":%.6f,\"articles\":%d,\"pairs\":%d,\"sum\":%s,\"resident_mb\":%d}%n",
          seconds,
          Math.max(0, end - first),
          pairs,
          Long.toUnsignedString(sum),
          residentMegabytes());
    }
  }

  public static void main(String[] arguments) throws IOException {
    LuceneMonitorPeer peer =
        new LuceneMonitorPeer(arguments[2], Integer.parseInt(arguments[3]));
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      peer.articles.add(line.split("\t", -1));
    }
    long begin = System.nanoTime();
    peer.register(Path.of(arguments[1]));
    System.out.printf(
        Locale.ROOT,
        "{\"ready\":\"lucene-monitor\",\"build_seconds\":%.3f,\"resident_mb\":%d}%n",
        (System.nanoTime() - begin) / 1e9,
        residentMegabytes());
    peer.serve();
  }
}
