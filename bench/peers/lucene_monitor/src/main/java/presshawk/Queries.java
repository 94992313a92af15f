package presshawk;

import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.Term;
import org.apache.lucene.queries.intervals.IntervalQuery;
import org.apache.lucene.queries.intervals.Intervals;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * Reads prefix expressions: (term new york) (and X Y) (or X Y) (not X) (near 5 a b).
 * Nested ANDs, and nested ORs, become clauses of one BooleanQuery, as a person would write them.
 */
final class Queries {
  static final String FIELD = "text";

  private final String[] tokens;
  private int at = 0;

  private Queries(String expression) {
    tokens = expression.replace("(", "( ").replace(")", " )").trim().split(" +");
  }

  static Query parse(String expression) {
    return new Queries(expression).expression();
  }

  private Query expression() {
    expect("(");
    String operation = tokens[at++];
    Query query =
        switch (operation) {
          case "term" -> phrase(words());
          case "near" -> near();
          case "and" -> combined(Occur.MUST);
          case "or" -> combined(Occur.SHOULD);
          default -> throw new IllegalArgumentException(operation);
        };
    expect(")");
    return query;
  }

  private Query combined(Occur occur) {
    BooleanQuery.Builder builder = new BooleanQuery.Builder();
    while (!tokens[at].equals(")")) {
      if (tokens[at + 1].equals("not")) {
        at += 2;
        builder.add(expression(), Occur.MUST_NOT);
        expect(")");
        continue;
      }
      Query operand = expression();
      if (operand instanceof BooleanQuery inner
          && inner.clauses().stream().allMatch(clause -> clause.getOccur() == occur)) {
        inner.clauses().forEach(builder::add);
      } else {
        builder.add(operand, occur);
      }
    }
    return builder.build();
  }

  private Query near() {
    int extra = Integer.parseInt(tokens[at++]);
    List<String> words = words();
    return new IntervalQuery(
        FIELD,
        Intervals.maxgaps(
            extra, Intervals.unordered(Intervals.term(words.get(0)), Intervals.term(words.get(1)))));
  }

  private List<String> words() {
    List<String> words = new ArrayList<>();
    while (!tokens[at].equals(")")) {
      words.add(tokens[at++]);
    }
    return words;
  }

  private static Query phrase(List<String> words) {
    return words.size() == 1
        ? new TermQuery(new Term(FIELD, words.get(0)))
        : new PhraseQuery(FIELD, words.toArray(new String[0]));
  }

  private void expect(String token) {
    if (!tokens[at++].equals(token)) {
      throw new IllegalArgumentException("expected " + token + " at " + (at - 1));
    }
  }
}
