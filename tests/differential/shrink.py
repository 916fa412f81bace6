"""Makes a failing script small: leaves out constructs, lines, then words and signs, as long as it still fails."""

import re


def without(parts, fails):
    """The shortest list found by leaving out runs of `parts`, halves first."""
    size = max(1, len(parts) // 2)
    while size >= 1:
        at = 0
        while at < len(parts):
            shorter = parts[:at] + parts[at + size:]
            if shorter and fails(shorter):
                parts = shorter
            else:
                at += size
        size //= 2
    return parts


def shrink(items, fails, budget=400):
    """`items` are lists of lines. `fails` is told a script and says whether it still fails."""
    left = [budget]

    def tried(script):
        left[0] -= 1
        return left[0] > 0 and fails(script)

    items = without(items, lambda parts: tried("\n".join(line for item in parts for line in item)))
    lines = without([line for item in items for line in item], lambda parts: tried("\n".join(parts)))
    return "".join(without(re.findall(r"\w+|\s+|.", "\n".join(lines)), lambda parts: tried("".join(parts))))
