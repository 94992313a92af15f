// SPDX-License-Identifier: Apache-2.0
#include "cmd/csv_text.h"

#include <gtest/gtest.h>

namespace presshawk {
namespace {

std::string Cell(std::string_view text) {
  std::string row;
  AppendCsvCell(text, &row);
  return row;
}

TEST(CsvTextTest, CellsAreQuotedWhereTheyMustBe) {
  EXPECT_EQ(Cell("plain text"), "plain text");
  EXPECT_EQ(Cell("a,b"), "\"a,b\"");
  EXPECT_EQ(Cell("a;b"), "\"a;b\"");
  EXPECT_EQ(Cell("say \"no\""), "\"say \"\"no\"\"\"");
  EXPECT_EQ(Cell(" x"), "\" x\"");
  EXPECT_EQ(Cell(""), "\"\"");
}

TEST(CsvTextTest, WhatASpreadsheetWouldRunIsText) {
  for (const char* text :
       {"=1+1", "+1", "-1", "@a", "＝1", "＋1", "－1", "＠a"}) {
    EXPECT_EQ(Cell(text), std::string("'") + text);
  }
  EXPECT_EQ(Cell("\t=1"), "' =1");
  EXPECT_EQ(Cell("\r=1"), "' =1");
  EXPECT_EQ(Cell("=cmd|' /C calc'!A0,1"), "\"'=cmd|' /C calc'!A0,1\"");
  EXPECT_EQ(Cell("a=b"), "a=b");
}

TEST(CsvTextTest, ARowIsOneLineOfValidText) {
  std::string rows;
  AppendCsvCell("", &rows);
  AppendCsvCell("a\r\nb\x01", &rows);
  AppendCsvNumber("-3", &rows);
  AppendCsvNumber("", &rows);
  AppendCsvCell("\xFF", &rows);
  EndCsvRow(&rows);
  AppendCsvCell("x", &rows);
  EndCsvRow(&rows);
  EXPECT_EQ(rows, "\"\",\"a  b \",-3,,\xEF\xBF\xBD\r\nx\r\n");
}

}  // namespace
}  // namespace presshawk
