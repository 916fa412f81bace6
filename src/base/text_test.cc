#include "base/text.h"

#include <doctest/doctest.h>

using namespace heddle;

TEST_CASE("edit distance counts a swap of neighbours as one edit and stops at the limit") {
  CHECK(EditDistance("delete", "delete", 2) == 0);
  CHECK(EditDistance("delete", "detele", 2) == 2);
  CHECK(EditDistance("files", "flies", 2) == 1);
  CHECK(EditDistance("abc", "xyz", 1) == 2);
}

TEST_CASE("globs match whole texts") {
  CHECK(GlobMatch("mkfs*", "mkfs.ext4"));
  CHECK(GlobMatch("[!a]?c*", "xbcdef"));
  CHECK(GlobMatch("*/*.txt", "a/b.txt"));
  CHECK_FALSE(GlobMatch("[a-c]", "d"));
  CHECK_FALSE(GlobMatch("a*b", "ac"));
  CHECK(GlobMatch("[", "["));
}

TEST_CASE("base64 round-trips every length and refuses malformed text") {
  for (std::string_view text : {"", "a", "ab", "abc", "rm -rf /"}) CHECK(DecodeBase64(EncodeBase64(text)) == text);
  CHECK_FALSE(DecodeBase64("a"));
  CHECK_FALSE(DecodeBase64("%%%%"));
}

TEST_CASE("UTF-8 is checked strictly and terminals never see control bytes") {
  CHECK(IsUtf8("h\xC3\xA9llo"));
  CHECK_FALSE(IsUtf8("\xC0\xAF"));
  CHECK_FALSE(IsUtf8("\xED\xA0\x80"));
  CHECK(ForTerminal("a\x1b[31mb\xff") == "a\\x1b[31mb\\xff");
  CHECK(IsAscii("a = 1"));
  CHECK_FALSE(IsAscii("\xC3\xA9"));
  CHECK(IsPlainText("a\tb\n"));
  CHECK_FALSE(IsPlainText(std::string_view("a\0b", 3)));
  CHECK_FALSE(IsPlainText("a\x1b"));
  CHECK(ForTerminal("\xC2\x9b") == "\\xc2\\x9b");
  CHECK(ForTerminal("a\u202Eb") == "a\\xe2\\x80\\xaeb");  // right-to-left override
  CHECK(ForTerminal("a\u200Bb\uFEFF") == "a\\xe2\\x80\\x8bb\\xef\\xbb\\xbf");
  CHECK(ForTerminal("\u00e9\u2192") == "\u00e9\u2192");
}

TEST_CASE("foreign text stays on its line") {
  CHECK(ForTerminal("a\nb\tc\rd") == "a\\nb\\tc\\x0dd");
  CHECK(ForTerminal("a\nb\tc\rd", Layout::kLines) == "a\nb\tc\\x0dd");
  CHECK(ForTerminal("\u2764\ufe0f", Layout::kProse) == "\u2764\ufe0f");
  CHECK(ForTerminal("\u2764\ufe0f", Layout::kLines) == "\u2764\\xef\\xb8\\x8f");
  for (const std::string_view text :
       {"\U000e0041", "\U000e0100", "\u2028", "\u2066", "\u061c", "\u2060", "\u00a0", "\u3164"})
    CHECK(IsAscii(ForTerminal(text)));
  CHECK(ForTerminal("\u05d0\u4e2d\U0001f600") == "\u05d0\u4e2d\U0001f600");
  const std::string once = ForTerminal("a\n\x1b\u202e\xff");
  CHECK(ForTerminal(once) == once);
}

TEST_CASE("marks that pile up, or would lie over what stands before, are shown") {
  CHECK(ForTerminal("e\u0301\u0323") == "e\u0301\u0323");
  CHECK(ForTerminal("\u0301") == "\\xcc\\x81");
  std::string flood = "e";
  for (int i = 0; i < 6; ++i) flood += "\u0301";
  CHECK(ForTerminal(flood) == "e\u0301\u0301\u0301\u0301\\xcc\\x81\\xcc\\x81");
}

TEST_CASE("text is cut between characters") {
  CHECK(Clipped("a\u00e9", 2) == "a");
  CHECK(Clipped("a\u00e9", 3) == "a\u00e9");
  CHECK(Clipped("\u4e2d", 2).empty());
}

TEST_CASE("JSON hides nothing and means the same") {
  CHECK(VisibleJson("\"a\u202eb\u00e9\"") == "\"a\\u202eb\u00e9\"");
  CHECK(VisibleJson("\"\U000e0041\x7f\"") == "\"\\udb40\\udc41\\u007f\"");
  CHECK(JsonText("\u200b") == "\"\\u200b\"");
}

TEST_CASE("integers are whole or nothing") {
  CHECK(ParseInt("42") == 42);
  CHECK_FALSE(ParseInt("42x"));
  CHECK_FALSE(ParseInt("99999999999999999999"));
}

TEST_CASE("sizes read as people write them") {
  CHECK(HumanBytes(999) == "999 B");
  CHECK(HumanBytes(1500) == "1.5 kB");
  CHECK(HumanBytes(3100000000) == "3.1 GB");
}
