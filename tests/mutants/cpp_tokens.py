"""C++ source text as tokens, with brackets matched and blocks told from initialiser lists: as much of the language as
the mutants of a regular, formatted code base need."""

import re
from dataclasses import dataclass

PATTERN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)
      |(?P<directive>\#(?:[^\n\\]|\\.|\\\n)*)
      |(?P<raw>R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)")
      |(?P<string>"(?:[^"\\\n]|\\.)*")
      |(?P<char>'(?:[^'\\\n]|\\.)*')
      |(?P<number>(?:0[xX][0-9a-fA-F']+|\d[\d']*(?:\.\d+)?)[uUlLfF]*)
      |(?P<word>[A-Za-z_]\w*)
      |(?P<sign>::|->|\+\+|--|<<=|>>=|<=>|<<|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\.\.\.|.)""",
    re.VERBOSE | re.DOTALL,
)

OPENERS = {"(": ")", "[": "]", "{": "}"}
LAMBDA_OF_BOOL = {"any_of", "all_of", "none_of", "find_if", "find_if_not"}


@dataclass
class Token:
    kind: str
    text: str
    begin: int
    end: int
    match: int = -1  # the index of the bracket's partner
    role: str = ""  # of "{": namespace, class, function, lambda, block, list
    name: str = ""  # of a function's "{": what it is called


class Source:
    """Tokens of one file. `scope[i]`: the index of the innermost "{" of a function or lambda around token i, or -1."""

    def __init__(self, text):
        self.text = text
        self.tokens = []
        for found in PATTERN.finditer(text):
            if found.lastgroup not in ("skip", "directive", "mark"):
                kind = "raw" if found.group("raw") else found.lastgroup
                self.tokens.append(Token(kind, found.group(), found.start(), found.end()))
        self._match_brackets()
        self.scope = self._scopes()

    def _match_brackets(self):
        open_at = []
        for index, token in enumerate(self.tokens):
            if token.kind != "sign":
                continue
            if token.text in OPENERS:
                open_at.append(index)
            elif token.text in OPENERS.values():
                partner = open_at.pop()
                token.match = partner
                self.tokens[partner].match = index
                if OPENERS[self.tokens[partner].text] != token.text:
                    raise ValueError(f"brackets do not match at byte {token.begin}")

    def text_at(self, index):
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def line(self, index):
        return self.text.count("\n", 0, self.tokens[index].begin) + 1

    def span(self, first, last):
        """The source text of the tokens first..last, blanks folded."""
        return " ".join(self.text[self.tokens[first].begin : self.tokens[last].end].split())

    def _role(self, index, outer):
        tokens = self.tokens
        before = self.text_at(index - 1)
        back = index - 1
        while back >= 0 and tokens[back].text not in (";", "{", "}", ")", "=", "(", ",", "return"):
            back -= 1
        head = [token.text for token in tokens[back + 1 : index]]
        if "namespace" in head:
            return "namespace", ""
        if head and head[0] in ("class", "struct", "enum", "union", "template"):
            return "class", ""
        if before in ("else", "do", ";", "{", "}", ":") and outer != "list":
            return "block", ""
        closes = back if self.text_at(back) == ")" and all(h in ("const", "noexcept", "mutable") for h in head) else -1
        if closes < 0 and self.text_at(back) == ")" and head[:1] == ["->"]:
            closes = back
        if before == "]" and self.text_at(tokens[index - 1].match - 1) in ("(", ",", "="):
            return "lambda", self._called(tokens[index - 1].match)
        if closes < 0:
            return "list", ""
        opener = tokens[closes].match
        callee = self.text_at(opener - 1)
        if callee == "]":
            return "lambda", self._called(tokens[opener - 1].match)
        if callee in ("if", "for", "while", "switch", "constexpr"):
            return "block", ""
        return ("function", self._defined(opener)) if outer in ("namespace", "class", "") else ("block", "")

    def _called(self, lambda_at):
        """The function that a lambda is handed to, when it is one that wants a bool of it."""
        depth = 0
        for index in range(lambda_at - 1, -1, -1):
            text = self.tokens[index].text
            if text in (")", "]", "}"):
                depth += 1
            elif text in ("(", "[", "{"):
                if depth == 0:
                    return "bool" if self.text_at(index - 1) in LAMBDA_OF_BOOL else ""
                depth -= 1
            elif text in (";", "=") and depth == 0:
                return ""
        return ""

    def _defined(self, opener):
        # Past the initialisers of a constructor to the name itself.
        index = opener
        while True:
            before = index - 2
            if self.text_at(before) in (",", ":") and self.text_at(before - 1) in (")", "}"):
                closing = before - 1
                index = self.tokens[closing].match
                continue
            return self.text_at(index - 1)

    def _scopes(self):
        scope, stack = [], []
        for index, token in enumerate(self.tokens):
            if token.text == "{" and token.kind == "sign":
                outer = self.tokens[stack[-1]].role if stack else ""
                token.role, token.name = self._role(index, outer)
                stack.append(index)
            elif token.text == "}" and token.kind == "sign":
                stack.pop()
            inner = [at for at in stack if self.tokens[at].role in ("function", "lambda")]
            scope.append(inner[-1] if inner else -1)
        return scope

    def function(self, index):
        """The name of the function that token `index` is in."""
        at = self.scope[index]
        while at >= 0 and self.tokens[at].role == "lambda":
            at = self.scope[at - 1] if at > 0 else -1
        return self.tokens[at].name if at >= 0 else ""

    def returns_bool(self, brace):
        token = self.tokens[brace]
        if token.role == "lambda":
            return token.name == "bool"
        index = brace - 1
        while index >= 0 and self.tokens[index].text not in (";", "}", "{", "public", "private"):
            index = self.tokens[index].match - 1 if self.tokens[index].text == ")" else index - 1
        return any(token.text == "bool" for token in self.tokens[index + 1 : index + 4])
