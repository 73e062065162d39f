# Completion of xmpp @VERSION@ for bash 3.2 and later. Add this line to ~/.bashrc:
#   source <(xmpp completion bash)
# On macOS with bash 3.2: eval "$(xmpp completion bash)"

_xmpp_next_words() {
  next=
  case $1 in
@NEXT_WORDS@
  esac
}

# A flag with a value has the kind of its values, or the values: --name=text, --show=away|dnd.
_xmpp_command() {
  flags= args=
  case $1 in
@COMMANDS@
    *) return 1 ;;
  esac
  flags="$flags "@SHARED_FLAGS@
}

# bash splits the line at @, : and = as well: join the pieces that no space separates.
_xmpp_split() {
  local rest=${COMP_LINE:0:COMP_POINT} index piece trimmed
  words=()
  for ((index = 0; index <= COMP_CWORD; index++)); do
    piece=${COMP_WORDS[index]}
    trimmed=${rest#"${rest%%[![:space:]]*}"}
    case $trimmed in
      "$piece"*) ;;
      *) piece=$trimmed ;;
    esac
    if [[ $index -gt 0 && $trimmed == "$rest" ]]; then
      words[${#words[@]} - 1]+=$piece
    else
      words+=("$piece")
    fi
    rest=${trimmed#"$piece"}
  done
  cur=${words[${#words[@]} - 1]}
}

_xmpp_lines() {
  local file line
  for file; do
    [[ -r $file ]] || continue
    while IFS= read -r line; do candidates+=("$line"); done <"$file"
  done
}

_xmpp_accounts() {
  local file=${XMPP_CONFIG:-${XDG_CONFIG_HOME:-$HOME/.config}/xmpp/config.toml} line
  local table='^[[:space:]]*\[accounts\.("([^"]*)"|'\''([^'\'']*)'\''|([A-Za-z0-9_-]+))\]'
  [[ -r $file ]] || return
  while IFS= read -r line; do
    [[ $line =~ $table ]] || continue
    candidates+=("${BASH_REMATCH[2]}${BASH_REMATCH[3]}${BASH_REMATCH[4]}")
  done <"$file"
}

# $1: the kind of the values, or the values; $2: the part of the word before the value: --show=.
_xmpp_values() {
  local state=${XDG_STATE_HOME:-$HOME/.local/state}/xmpp/completion IFS
  front=$2
  typed=${cur#"$front"}
  case $1 in
    text) ;;
    file) files=-f ;;
    folder) files=-d ;;
    account) _xmpp_accounts ;;
    contact) _xmpp_lines "$state"/contacts/*.txt ;;
    room) _xmpp_lines "$state"/rooms/*.txt ;;
    *) IFS='|' && candidates=($1) ;;
  esac
}

_xmpp_find() {
  local command= next= flags= args= index=1 count=${#words[@]} word flag value= position=0 end=
  while [[ $index -lt $((count - 1)) ]]; do
    _xmpp_next_words "$command"
    word=${words[index]}
    case " $next " in
      *" $word "*) command=${command:+$command }$word ;;
      *) break ;;
    esac
    index=$((index + 1))
  done
  if ! _xmpp_command "$command"; then
    _xmpp_next_words "$command"
    if [[ $index -eq $((count - 1)) ]]; then candidates=($next); fi
    return
  fi
  for ((; index < count - 1; index++)); do
    word=${words[index]}
    if [[ -n $value ]]; then
      value=
    elif [[ -n $end || $word != -?* ]]; then
      position=$((position + 1))
    elif [[ $word == -- ]]; then
      end=yes
      position=0
    else
      for flag in $flags; do
        if [[ $flag == "$word"=* ]]; then value=${flag#*=}; fi
      done
      if [[ $word == --room ]]; then args=${args//contact/room}; fi
    fi
  done
  args=($args)
  if [[ -n $value ]]; then
    _xmpp_values "$value" ''
  elif [[ -n $end ]]; then
    files=-f
    if [[ $command == run && $position -eq 0 ]]; then files=-c; fi
  elif [[ $cur == --*=* ]]; then
    for flag in $flags; do
      if [[ $flag == "${cur%%=*}"=* ]]; then _xmpp_values "${flag#*=}" "${cur%%=*}="; fi
    done
  elif [[ $cur == -* ]]; then
    for flag in $flags; do candidates+=("${flag%%=*}"); done
  elif [[ ${#args[@]} -gt 0 ]]; then
    [[ $position -lt ${#args[@]} ]] || position=$((${#args[@]} - 1))
    _xmpp_values "${args[position]}" ''
  fi
}

# A JID can have the characters of a command substitution. An open quote stays open.
_xmpp_quote() {
  local index char quoted=
  if [[ -z $quote ]]; then
    printf -v word %q "$word"
    return
  fi
  for ((index = 0; index < ${#word}; index++)); do
    char=${word:index:1}
    case $quote$char in
      \"[\"\\\$\`]) char=\\$char ;;
      \"! | \'\') char=$quote\\$char$quote ;;
    esac
    quoted+=$char
  done
  word=$quoted
}

_xmpp() {
  local IFS=$' \t\n' words cur candidates=() files= front= typed word quote= split=
  _xmpp_split
  typed=$cur
  _xmpp_find
  COMPREPLY=()
  case $typed in
    [\"\']*) quote=${typed:0:1} typed=${typed:1} ;;
  esac
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$files" -- "$typed")
    return
  fi
  # readline replaces only the text after the last of these characters; @ is a part of it.
  if [[ -z $quote && $cur == *[@:=]* ]]; then
    split=${cur%[@:=]*}
    split=${cur:0:${#split}+1}
    case $COMP_WORDBREAKS in
      *"${split:${#split}-1}"*) split=${split%@} ;;
      *) split= ;;
    esac
  fi
  # Without compgen -W, which would run a command substitution in a JID.
  for word in ${candidates[@]+"${candidates[@]}"}; do
    [[ $word == "$typed"* ]] || continue
    word=$front$word
    word=${word#"$split"}
    _xmpp_quote
    COMPREPLY+=("$word")
  done
}

complete -F _xmpp xmpp
