#compdef xmpp
# Completion of xmpp @VERSION@ for zsh. Add this line to ~/.zshrc, after compinit:
#   source <(xmpp completion zsh)
# Or save it as the file _xmpp in a folder of $fpath.

# Each list has pairs: a word and its description.
_xmpp_next_words() {
  next=()
  case $1 in
@NEXT_WORDS@
  esac
}

# A flag with a value has the kind of its values, or the values: --name=text, --show=away|dnd.
_xmpp_command() {
  flags=() args=()
  case $1 in
@COMMANDS@
    (*) return 1 ;;
  esac
  flags+=(@SHARED_FLAGS@)
}

# $1: the kind of the values, or the values.
_xmpp_values() {
  local state=${XDG_STATE_HOME:-$HOME/.local/state}/xmpp/completion file line
  local config=${XMPP_CONFIG:-${XDG_CONFIG_HOME:-$HOME/.config}/xmpp/config.toml}
  local table="^[[:space:]]*\\[accounts\\.(\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9_-]+))\\]"
  local -a values files match mbegin mend
  case $1 in
    (text) return 1 ;;
    (file) _files; return ;;
    (folder) _files -/; return ;;
    (contact) files=($state/contacts/*.txt(N)) ;;
    (room) files=($state/rooms/*.txt(N)) ;;
    (account)
      [[ -r $config ]] || return 1
      while IFS= read -r line; do
        [[ $line =~ $table ]] && values+=("${match[2]}${match[3]}${match[4]}")
      done <$config
      ;;
    (*) values=(${(s:|:)1}) ;;
  esac
  for file in $files; do values+=(${(f)"$(<$file)"}); done
  compadd -a values
}

# The arguments are pairs.
_xmpp_describe() {
  local -a names lines
  local word description
  for word description; do
    names+=("$word")
    lines+=("${(r:24:)word} $description")
  done
  compadd -l -d lines -a names
}

_xmpp() {
  emulate -L zsh
  local command= word flag description value= end= index=2 position=1
  local -a next flags args pairs
  while (( index < CURRENT )); do
    _xmpp_next_words "$command"
    word=${(Q)words[index]}
    pairs=()
    for flag description in $next; do [[ $flag == $word ]] && pairs=($flag); done
    (( $#pairs )) || break
    command=${command:+$command }$word
    (( index++ ))
  done
  if ! _xmpp_command "$command"; then
    _xmpp_next_words "$command"
    (( index == CURRENT && $#next )) && _xmpp_describe $next
    return
  fi
  for (( ; index < CURRENT; index++ )); do
    word=${(Q)words[index]}
    if [[ -n $value ]]; then
      value=
    elif [[ -n $end || $word != -?* ]]; then
      (( position++ ))
    elif [[ $word == -- ]]; then
      end=$index
    else
      for flag description in "${flags[@]}"; do
        [[ $flag == "$word="* ]] && value=${flag#*=}
      done
      [[ $word == --room ]] && args=(${args/contact/room})
    fi
  done
  if [[ -n $value ]]; then
    _xmpp_values $value
  elif [[ -n $end ]]; then
    if [[ $command == run ]]; then
      shift $end words
      (( CURRENT -= end ))
      _normal
    else
      _files
    fi
  elif [[ ${words[CURRENT]} == --*=* ]]; then
    for flag description in "${flags[@]}"; do
      if [[ $flag == "${words[CURRENT]%%=*}="* ]]; then
        compset -P '*='
        _xmpp_values ${flag#*=}
        return
      fi
    done
  elif [[ ${words[CURRENT]} == -* ]]; then
    pairs=()
    for flag description in "${flags[@]}"; do pairs+=("${flag%%=*}" "$description"); done
    _xmpp_describe "${pairs[@]}"
  elif (( $#args )); then
    (( position <= $#args )) || position=$#args
    _xmpp_values ${args[position]}
  fi
}

# The file of $fpath runs as the function; a sourced file declares it.
if [[ ${funcstack[1]} == _xmpp ]]; then
  _xmpp "$@"
else
  compdef _xmpp xmpp
fi
