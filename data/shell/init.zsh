# heddle for zsh: Alt-h turns the words on the line into a command, which then stands on the line and in the history.
_heddle_line() {
  local command
  command=$(heddle ask -q --shell zsh -- "$BUFFER") || return
  BUFFER=$command
  CURSOR=${#BUFFER}
}
zle -N _heddle_line
bindkey '^[h' _heddle_line
(( $+functions[compdef] )) && source <(heddle completions zsh)
