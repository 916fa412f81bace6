"""Mutants of C++ code: finds what can be switched off in one source and writes it so that a number does so at run time.

Kinds: a condition that never or always holds, an operand of && or || that is left out, a statement that is not done, a
limit that is a thousand times as high or 1, a word of a list or a row of a table that is missing."""

import re
from dataclasses import dataclass

from cpp_tokens import Source

ON = "::heddle_mutant::On"
ASSIGNS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
# Tokens that end an operand of && or ||, besides brackets.
STOPS = ASSIGNS | {";", ",", "return", "?", ":", "||", "case"}
KEYWORDS = set(
    """return break continue case default if else for while do switch using struct class enum union namespace template
    public private protected friend static constexpr const auto typedef goto try catch throw static_assert delete new
    explicit virtual inline extern""".split()
)


@dataclass
class Mutant:
    number: int
    file: str
    line: int
    function: str
    change: str  # "never", "always", "without", "not done", "limit x1000", "limit 1", "without word", "without row"
    text: str

    @property
    def key(self):
        return f"{self.file}: {self.function}: {self.change}: {self.text}"


class Mutator:
    """Instruments one source. `take` hands out numbers and records the mutants."""

    def __init__(self, text, file, first):
        self.source = Source(text)
        self.tokens = self.source.tokens
        self.file = file
        self.next = first
        self.mutants = []
        self.edits = []  # (begin, end, before, after): wraps of source text; (p, p, text, "") inserts
        self.tables = self._tables()
        self.limits = self._limits()

    def run(self):
        for index, token in enumerate(self.tokens):
            if self.source.scope[index] < 0 or self._in_constexpr(index):
                continue
            if token.kind == "word":
                self._word(index)
            elif token.text in ("&&", "||"):
                self._operand_chain(index)
            elif token.text == "?":
                self._ternary(index)
            if token.kind in ("word", "sign") and self._begins_statement(index):
                self._statement(index)
        self._table_uses()
        return self._written()

    # -- numbers and edits --

    def _take(self, index, change, text):
        number = self.next
        self.next += 1
        source = self.source
        self.mutants.append(Mutant(number, self.file, source.line(index), source.function(index), change, text))
        return number

    def _wrap(self, first, last, before, after):
        self.edits.append((self.tokens[first].begin, self.tokens[last].end, before, after))

    def _condition(self, first, last, always=True):
        text = self.source.span(first, last)
        never = self._take(first, "never", text)
        before = f"({ON}({never}) ? false : "
        if always:
            before += f"{ON}({self._take(first, 'always', text)}) ? true : "
        self._wrap(first, last, before + "static_cast<bool>(", "))")

    def _written(self):
        text = self.source.text
        closing = sorted(self.edits, key=lambda edit: (edit[1], -edit[0]))
        opening = sorted(self.edits, key=lambda edit: (edit[0], -edit[1]))
        events = [(end, 0, order, after) for order, (_, end, _, after) in enumerate(closing)]
        events += [(begin, 1, order, before) for order, (begin, _, before, _) in enumerate(opening)]
        out, at = [], 0
        for position, _, _, piece in sorted(events):
            out += [text[at:position], piece]
            at = position
        return "".join(out) + text[at:]

    # -- where one may change anything --

    def _in_constexpr(self, index):
        brace = self.source.scope[index]
        at = brace - 1
        while at >= 0 and self.tokens[at].text not in (";", "}", "{"):
            if self.tokens[at].text == "constexpr":
                return True
            at -= 1
        # A constexpr declaration inside a function.
        at = index
        while at > brace and self.tokens[at].text not in (";", "{", "}"):
            if self.tokens[at].text in ("constexpr", "static_assert"):
                return True
            at -= 1
        return self._constexpr_list(index, brace)

    def _constexpr_list(self, index, brace):
        for at in range(brace + 1, index):
            token = self.tokens[at]
            if token.text == "{" and token.role == "list" and token.match > index:
                back = at
                while back > brace and self.tokens[back].text not in (";", "}"):
                    if self.tokens[back].text == "constexpr":
                        return True
                    back -= 1
        return False

    # -- conditions --

    def _word(self, index):
        text, after = self.tokens[index].text, self.source.text_at(index + 1)
        if text == "if" and after == "(":
            self._if(index + 1)
        elif text == "while" and after == "(":
            self._condition(index + 2, self.tokens[index + 1].match - 1, always=False)
        elif text == "for" and after == "(":
            self._for(index + 1)
        elif text == "bool" and self.source.text_at(index + 2) == "=":
            self._bool(index + 3)
        elif text == "return" and after != ";" and self.source.returns_bool(self.source.scope[index]):
            end = self._statement_end(index)
            if end > index + 2 or self.tokens[index + 1].text not in ("true", "false"):
                self._condition(index + 1, end - 1)
        elif text == "InList" and after == "(" and self.source.text_at(index - 1) != "bool":
            self._in_list(index + 1)
        elif text in self.limits and self.source.text_at(index + 1) not in ("=", "]"):
            self.limits[text].append(index)

    def _bool(self, first):
        depth = 0
        for index in range(first, len(self.tokens)):
            text = self.tokens[index].text
            depth += (text in "([{") - (text in ")]}")
            if depth == 0 and text in (";", ","):
                if index > first + 1 or self.tokens[first].text not in ("true", "false"):
                    self._condition(first, index - 1)
                return

    def _if(self, opener):
        close = self.tokens[opener].match
        first = opener + 1
        for index in range(opener + 1, close):
            if self.tokens[index].text == ";" and self._depth_between(opener, index) == 0:
                first = index + 1
        head = self.source.span(first, close - 1)
        declared = re.match(r"(?:const )?(?:auto|bool|[A-Za-z_:]+(?:<.*?>)?)(?: ?[*&])? ?(\w+) = ", head)
        if not declared:
            self._condition(first, close - 1)
            return
        name = declared.group(1)
        never, always = self._take(first, "never", head), self._take(first, "always", head)
        test = f"; {ON}({never}) ? false : {ON}({always}) ? true : static_cast<bool>({name})"
        self._wrap(first, close - 1, "", test)

    def _depth_between(self, opener, index):
        at, depth = opener + 1, 0
        while at < index:
            depth += (self.tokens[at].text in "([{") - (self.tokens[at].text in ")]}")
            at += 1
        return depth

    def _for(self, opener):
        close = self.tokens[opener].match
        cuts = [
            i for i in range(opener + 1, close) if self.tokens[i].text == ";" and self._depth_between(opener, i) == 0
        ]
        if len(cuts) == 2 and cuts[1] > cuts[0] + 1:
            self._condition(cuts[0] + 1, cuts[1] - 1, always=False)

    def _ternary(self, index):
        first = self._operand_begin(index, STOPS - {"||"})
        self._condition(first, index - 1)

    # -- operands --

    def _operand_begin(self, index, stops):
        at = index - 1
        while at >= 0:
            text = self.tokens[at].text
            if text in (")", "]") or (text == "}" and self.tokens[self.tokens[at].match].role in ("list", "lambda")):
                at = self.tokens[at].match - 1
                continue
            if text in ("(", "[", "{", "}") or text in stops:
                break
            at -= 1
        return at + 1

    def _operand_end(self, index, stops):
        at = index + 1
        while at < len(self.tokens):
            text = self.tokens[at].text
            if text in ("(", "[", "{"):
                at = self.tokens[at].match + 1
                continue
            if text in (")", "]", "}") or text in stops:
                break
            at += 1
        return at - 1

    def _operand_chain(self, index):
        sign = self.tokens[index].text
        before = self.source.text_at(index - 1)
        if sign == "&&" and (before in ("auto", ">", ",") or before in KEYWORDS):
            return
        stops = STOPS | {"&&"} if sign == "&&" else STOPS
        first = self._operand_begin(index, stops)
        # The left operand belongs to this sign only when it is the first of its chain.
        if self.source.text_at(first - 1) != sign:
            self._without(first, index - 1, sign)
        self._without(index + 1, self._operand_end(index, stops), sign)

    def _without(self, first, last, sign):
        number = self._take(first, f"without operand of {sign}", self.source.span(first, last))
        self._wrap(first, last, f"({ON}({number}) || (" if sign == "&&" else f"(!{ON}({number}) && (", "))")

    # -- statements --

    def _begins_statement(self, index):
        before = self.source.text_at(index - 1)
        if before in (";", "else", "do"):
            return self._in_for_header(index) is False
        if before in ("{", "}"):
            brace = index - 1 if before == "{" else self.tokens[index - 1].match
            return self.tokens[brace].role != "list"
        if before == ")":
            return self.source.text_at(self.tokens[index - 1].match - 1) in ("if", "for", "while")
        if before == ":":
            at = index - 2
            while at > 0 and self.tokens[at].text not in (";", "{", "}", "case", "default", "?", "("):
                at -= 1
            return self.tokens[at].text in ("case", "default")
        return False

    def _in_for_header(self, index):
        depth = 0
        for at in range(index - 1, self.source.scope[index], -1):
            text = self.tokens[at].text
            depth += (text in ")]}") - (text in "([{")
            if depth < 0:
                return text in "(["
        return False

    def _statement_end(self, index):
        at = index
        while self.tokens[at].text != ";":
            at = self.tokens[at].match + 1 if self.tokens[at].text in ("(", "[", "{") else at + 1
        return at

    def _statement(self, index):
        text = self.tokens[index].text
        if text in KEYWORDS or text.startswith("TRY") or text in ("{", "}", ";"):
            return
        if not self._is_expression(index):
            return
        end = self._statement_end(index)
        number = self._take(index, "not done", self.source.span(index, end - 1))
        self._wrap(index, end - 1, f"({ON}({number}) ? static_cast<void>(0) : static_cast<void>(", "))")

    def _is_expression(self, index):
        """A call, an assignment or a step: a chain of names, calls and subscripts; not a declaration."""
        text = self.tokens[index].text
        if text in ("++", "--", "*"):
            return True
        if text == "(":
            return self.source.text_at(index + 1) == "void"
        at = index
        if text in ("[", "&"):
            return False
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.kind != "word":
                return False
            at += 1
            while self.source.text_at(at) in ("(", "["):
                at = self.tokens[at].match + 1
            follow = self.source.text_at(at)
            if follow in ("::", ".", "->"):
                at += 1
                continue
            return follow == ";" or follow in ASSIGNS or follow in ("++", "--")
        return False

    # -- limits, lists, tables --

    def _limits(self):
        """Numeric constants of this file and of the headers: name -> uses."""
        names = re.findall(r"\b(kMax\w+)\b", self.source.text)
        return {name: [] for name in names}

    def _tables(self):
        """constexpr arrays: name -> (index of the declaration, texts of the elements)."""
        out = {}
        for index, token in enumerate(self.tokens):
            if token.text != "]" or self.source.text_at(index + 1) != "=" or self.source.text_at(index + 2) != "{":
                continue
            name = self.source.text_at(self.tokens[index].match - 1)
            back = index
            while back >= 0 and self.tokens[back].text not in (";", "}"):
                back -= 1
            if not any(t.text == "constexpr" for t in self.tokens[back + 1 : index]):
                continue
            out[name] = (index, self._elements(index + 2))
        return out

    def _elements(self, opener):
        out, first, at = [], opener + 1, opener + 1
        close = self.tokens[opener].match
        while at <= close:
            text = self.tokens[at].text
            if text in ("(", "[", "{"):
                at = self.tokens[at].match + 1
                continue
            if text == "," or at == close:
                if at > first:
                    out.append((first, self.source.span(first, at - 1)))
                first = at + 1
            at += 1
        return out

    def _in_list(self, opener):
        first = opener + 1
        if self.tokens[first].kind == "string":
            last = first
            while self.tokens[last + 1].kind == "string":
                last += 1
            words = "".join(t.text[1:-1] for t in self.tokens[first : last + 1]).split()
        else:
            last = first
            declared = re.search(
                rf"constexpr std::string_view {self.tokens[first].text} =((?:\s*\"[^\"]*\")+);", self.source.text
            )
            if not declared or self.source.text_at(first + 1) != ",":
                return
            words = " ".join(re.findall(r'"([^"]*)"', declared.group(1))).split()
        begin = self.next
        for word in words:
            self._take(first, "without word", f"{word} of {self.source.span(first, last)[:60]}")
        self._wrap(first, last, f"::heddle_mutant::Words({begin}, {len(words)}, ", ")")

    def _table_uses(self):
        for name, uses in self.limits.items():
            if uses:
                high = self._take(uses[0], "limit x1000", name)
                low = self._take(uses[0], "limit 1", name)
                for index in uses:
                    self._wrap(index, index, f"::heddle_mutant::Limit({high}, {low}, ", ")")
        for name, (_, elements) in self.tables.items():
            uses = [
                index
                for index, token in enumerate(self.tokens)
                if token.text == name
                and self.source.scope[index] >= 0
                and (
                    self.source.text_at(index - 1) == ":"
                    or (self.source.text_at(index - 1) == "(" and self.source.text_at(index - 2) in ("begin", "end"))
                )
            ]
            if not uses:
                continue
            begin = self.next
            for first, text in elements:
                self._take(first, "without row", f"{text} of {name}")
            for index in uses:
                self._wrap(index, index, f"::heddle_mutant::Rows({begin}, ", ")")
