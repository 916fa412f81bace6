"""Kinds that are loud by right, so that they are not tried on quiet commands."""

# What these run goes through something that is not modelled, and unknown text that is run is high: a quiet command is
# loud so by right. Only the destructive ones are tried.
OPAQUE = {
    "the last word of the command before", "operator A", "read with lastpipe", "function that calls itself",
    "function that shifts until its word", "function named like the program", "recursion", "case sets the name",
    "and-or sets the name", "value from getopts", "getopts", "name from a coprocess", "coprocess that is told",
    "path cut from PATH", "perl system of words", "perl exec of words", "perl backquotes", "perl system of a list",
    "tee into a process", "output into a process", "output process", "pipe into a loop", "loop over a here-document",
    "loop over a process", "awk system of input", "awk variable", "awk environment", "name from expr",
    "name from paste", "name from fold", "name from awk", "name from awk -F", "name from sed", "name from sed -E",
    "sed that takes off a prefix", "sed -n p", "sed -n of a line", "awk that prints the rest", "awk pipe of input",
    "head", "sort -n", "paste of words", "fold", "nl and cut", "column", "grep-like with sed", "append, then run",
    "file by a pattern", "file opened by exec", "PS4", "many colons",
    # Reads as one of another kind: a signal to every process, python's reader of its input, a limit of steps.
    "trap of a signal", "empty quotes inside words", "select", "case from tr", "perl open",
    # The stubs are scripts, which are read as such when a path names them.
    "path in /bin", "path with dots", "path by a variable", "relative path",
    # Lists that loops build.
    "compgen -W", "array through its indices", "for that builds an array", "while that shifts",
    "counting loop over an array", "while read builds an array", "source by PATH",
}

# Running what was decoded on the way is high in itself, whatever it says. Beginnings of names.
DISGUISES = ("base64", "base32", "xxd", "rev ", "gzip", "od and back", "name from rev", "sed that runs")
