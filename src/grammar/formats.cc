#include "grammar/formats.h"

namespace heddle::grammar {
namespace {

// Calendar dates with the days each month has, and 29 February in leap years only (RFC 3339, appendix C).
#define HEDDLE_DATE                                                                                                    \
  "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|" \
  "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
// Leap seconds only at the end of a UTC day as far as the text itself shows it.
#define HEDDLE_OFFSET "([zZ]|[+\\-]([01][0-9]|2[0-3]):[0-5][0-9])"
#define HEDDLE_TIME \
  "(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?" HEDDLE_OFFSET "|23:59:60(\\.[0-9]+)?([zZ]|[+\\-]00:00))"
#define HEDDLE_LABEL "[a-zA-Z0-9]([a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])?"
#define HEDDLE_HOST HEDDLE_LABEL "(\\." HEDDLE_LABEL ")*"
#define HEDDLE_OCTET "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
#define HEDDLE_IPV4 HEDDLE_OCTET "(\\." HEDDLE_OCTET "){3}"
#define HEDDLE_H16 "[0-9a-fA-F]{1,4}"
#define HEDDLE_LS32 "(" HEDDLE_H16 ":" HEDDLE_H16 "|" HEDDLE_IPV4 ")"
// RFC 3986, appendix A.
#define HEDDLE_IPV6                                                                                                   \
  "((" HEDDLE_H16 ":){6}" HEDDLE_LS32 "|::(" HEDDLE_H16 ":){5}" HEDDLE_LS32 "|(" HEDDLE_H16 ")?::(" HEDDLE_H16        \
  ":){4}" HEDDLE_LS32 "|((" HEDDLE_H16 ":){0,1}" HEDDLE_H16 ")?::(" HEDDLE_H16 ":){3}" HEDDLE_LS32 "|((" HEDDLE_H16   \
  ":){0,2}" HEDDLE_H16 ")?::(" HEDDLE_H16 ":){2}" HEDDLE_LS32 "|((" HEDDLE_H16 ":){0,3}" HEDDLE_H16 ")?::" HEDDLE_H16 \
  ":" HEDDLE_LS32 "|((" HEDDLE_H16 ":){0,4}" HEDDLE_H16 ")?::" HEDDLE_LS32 "|((" HEDDLE_H16 ":){0,5}" HEDDLE_H16      \
  ")?::" HEDDLE_H16 "|((" HEDDLE_H16 ":){0,6}" HEDDLE_H16 ")?::)"
#define HEDDLE_UNRESERVED "a-zA-Z0-9\\-._~"
#define HEDDLE_SUB "!$&'()*+,;="
#define HEDDLE_PCT "%[0-9a-fA-F]{2}"
#define HEDDLE_PCHAR "([" HEDDLE_UNRESERVED HEDDLE_SUB ":@]|" HEDDLE_PCT ")"
#define HEDDLE_AUTHORITY                                                                                         \
  "(([" HEDDLE_UNRESERVED HEDDLE_SUB ":]|" HEDDLE_PCT ")*@)?(\\[(" HEDDLE_IPV6                                   \
  "|[vV][0-9a-fA-F]+\\.[" HEDDLE_UNRESERVED HEDDLE_SUB ":]+)\\]|([" HEDDLE_UNRESERVED HEDDLE_SUB "]|" HEDDLE_PCT \
  ")*)(:[0-9]*)?"
#define HEDDLE_QUERY "(\\?(" HEDDLE_PCHAR "|[/?])*)?(#(" HEDDLE_PCHAR "|[/?])*)?"
#define HEDDLE_ABEMPTY "(/" HEDDLE_PCHAR "*)*"
#define HEDDLE_URI                                                                                      \
  "[a-zA-Z][a-zA-Z0-9+.\\-]*:(//" HEDDLE_AUTHORITY HEDDLE_ABEMPTY "|/(" HEDDLE_PCHAR "+" HEDDLE_ABEMPTY \
  ")?|" HEDDLE_PCHAR "+" HEDDLE_ABEMPTY ")" HEDDLE_QUERY
#define HEDDLE_RELATIVE                                                                                            \
  "(//" HEDDLE_AUTHORITY HEDDLE_ABEMPTY "|/(" HEDDLE_PCHAR "+" HEDDLE_ABEMPTY ")?|([" HEDDLE_UNRESERVED HEDDLE_SUB \
  "@]|" HEDDLE_PCT ")+" HEDDLE_ABEMPTY "|)" HEDDLE_QUERY
// RFC 3987: the same with characters beyond ASCII.
#define HEDDLE_UCS "\\u{A0}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFEF}\\u{10000}-\\u{EFFFD}"
#define HEDDLE_IPCHAR "([" HEDDLE_UNRESERVED HEDDLE_SUB HEDDLE_UCS ":@]|" HEDDLE_PCT ")"
#define HEDDLE_IRI_REST                                                                           \
  "(//([" HEDDLE_UNRESERVED HEDDLE_SUB HEDDLE_UCS ":@\\[\\]]|" HEDDLE_PCT ")*)?(/|" HEDDLE_IPCHAR \
  ")*(\\?(" HEDDLE_IPCHAR "|[/?])*)?(#(" HEDDLE_IPCHAR "|[/?])*)?"
#define HEDDLE_ATOM "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~\\-]+"

struct Format {
  std::string_view name, pattern;
};

constexpr Format kFormats[] = {
    {"date", HEDDLE_DATE},
    {"time", HEDDLE_TIME},
    {"date-time", HEDDLE_DATE "[tT]" HEDDLE_TIME},
    // RFC 3339, appendix A.
    {"duration",
     "P([0-9]+W|[0-9]+Y([0-9]+M([0-9]+D)?)?(T([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S))?|[0-9]+M([0-9]+D)"
     "?(T([0-9]+H("
     "[0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S))?|[0-9]+D(T([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S)"
     ")?|T([0-9]+H([0-"
     "9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S))"},
    // RFC 5321: a dot-string (4.1.2) and a fully-qualified domain (2.3.5). Quoted local parts and address literals,
    // which the RFC allows and hardly anything accepts, are left out.
    {"email", HEDDLE_ATOM "(\\." HEDDLE_ATOM ")*@(" HEDDLE_LABEL "\\.)+" HEDDLE_LABEL},
    {"idn-email", "[^@\\s]+@[^@\\s]+"},
    {"hostname", "(?=.{1,253}$)" HEDDLE_HOST},
    {"idn-hostname", "[^\\s@/?#:.]+(\\.[^\\s@/?#:.]+)*"},
    {"ipv4", HEDDLE_IPV4},
    {"ipv6", HEDDLE_IPV6},
    {"uri", HEDDLE_URI},
    {"uri-reference", "(" HEDDLE_URI "|" HEDDLE_RELATIVE ")"},
    {"iri", "[a-zA-Z][a-zA-Z0-9+.\\-]*:" HEDDLE_IRI_REST},
    {"iri-reference", "([a-zA-Z][a-zA-Z0-9+.\\-]*:)?" HEDDLE_IRI_REST},
    // RFC 6570.
    {"uri-template", "([!#$&(-;=?-\\[\\]_a-z~" HEDDLE_UCS "]|" HEDDLE_PCT "|\\{[+#./;?&=,!@|]?([a-zA-Z0-9_]|" HEDDLE_PCT
                     ")(\\.?([a-zA-Z0-9_]|" HEDDLE_PCT ")+)*(:[1-9][0-9]{0,3}|\\*)?(,([a-zA-Z0-9_]|" HEDDLE_PCT
                     ")(\\.?([a-zA-Z0-9_]|" HEDDLE_PCT ")+)*(:[1-9][0-9]{0,3}|\\*)?)*\\})*"},
    {"uuid", "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"},
    // RFC 6901, and the draft of relative pointers.
    {"json-pointer", "(/([^/~]|~[01])*)*"},
    {"relative-json-pointer", "(0|[1-9][0-9]*)(#|(/([^/~]|~[01])*)*)"},
};

}  // namespace

std::string_view FormatPattern(std::string_view format) {
  for (const Format& each : kFormats) {
    if (each.name == format) return each.pattern;
  }
  return {};
}

}  // namespace heddle::grammar
