# heddle for fish: Alt-h turns the words on the line into a command, which then stands on the line and in the history.
function _heddle_line
    set -l command (heddle ask -q --shell fish -- (commandline))
    or return
    commandline --replace -- $command
end
bind \eh _heddle_line
heddle completions fish | source

# `heddle ...` itself: a command that is about this shell (cd, set, alias, ...) is handed over and runs here.
function heddle --wraps heddle
    if not isatty stdin; or not isatty stdout
        command heddle $argv
        return
    end
    set -l file (mktemp); or return
    HEDDLE_HAND_OVER=$file command heddle $argv
    set -l code $status
    if test $code = 201
        source $file
        set code $status
    end
    rm -f -- $file
    return $code
end
