
# The end of a program whose tests are data: what each call prints goes to descriptor 3, with a NUL behind it.
heddle_call() { local out; out=$("$@" 2> /dev/null; printf x); printf '%s\0' "${out%x}" >&3; }
{{calls}}
