// Which conditions of a query hold only where others do: what lint needs to say
// "finds nothing that … does not find" and "never holds". Careful rather than
// complete: what is not seen to be covered is not.
#pragma once

#include <string>
#include <vector>

#include "matchers/query/ast.h"

namespace presshawk {

// The canonical tokens of a term, wildcards as written.
std::vector<std::string> TokensOf(const Node& term);

// A term of words alone, which all forms of them meet.
bool IsPlain(const Node& node);

// A term ready to be compared with many.
class TermTokens {
 public:
  explicit TermTokens(const Node& node);
  // Wherever `narrow` occurs, this does.
  bool Cover(const TermTokens& narrow) const;

 private:
  bool is_plain_;
  std::vector<std::string> tokens_;
};

// Wherever `narrow` occurs, `wide` does. False where one is no term.
bool Covers(const Node& wide, const Node& narrow);

// Where `node` holds, the term `wide` occurs in the scope that both stand in;
// `in_scope`: that of a field, not the default one.
bool HoldsOnlyWith(const Node& wide, const Node& node, bool in_scope);

// Of operands of the NEAR family: every term of `operand` is covered by one of
// `by`.
bool AllCovered(const Node& by, const Node& operand);

}  // namespace presshawk
