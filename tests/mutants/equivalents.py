"""Mutants that no case can catch, with the reason: equivalent.txt. A reason, then the mutants it is about, indented."""


def read_equivalents(path, mutants):
    """The keys, and the lines that name no mutant (any more)."""
    keys = {mutant["key"] for mutant in mutants}
    known, stale = set(), []
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.startswith("  "):
            key = line.strip()
            known.add(key)
            if key not in keys:
                stale.append(key)
    return known, stale
