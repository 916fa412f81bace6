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

# `heddle ...` itself: a command that is about this shell (cd, export, alias, ...) is handed over and runs here.
heddle() {
  [[ -t 0 && -t 1 ]] || { command heddle "$@"; return }
  local file code
  file=$(mktemp) || { command heddle "$@"; return }
  HEDDLE_HAND_OVER=$file command heddle "$@"
  code=$?
  if [[ $code == 201 ]]; then
    print -s -- "$(< $file)"
    source $file
    code=$?
  fi
  rm -f -- $file
  return $code
}
