# heddle for bash: Alt-h turns the words on the line into a command, which then stands on the line and in the history.
_heddle_line() {
  local command
  command=$(heddle ask -q -- "$READLINE_LINE") || return
  READLINE_LINE=$command
  READLINE_POINT=${#command}
}
bind -x '"\eh": _heddle_line'
source <(heddle completions bash)
