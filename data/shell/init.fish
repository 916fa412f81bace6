# heddle for fish: Alt-h turns the words on the line into a command, which then stands on the line and in the history.
function _heddle_line
    set -l command (heddle ask -q --shell fish -- (commandline))
    or return
    commandline --replace -- $command
end
bind \eh _heddle_line
heddle completions fish | source
