#!/bin/sh
# Sends the message of the action. All inputs are variables, so that no text of a workflow becomes part of a command.
set -eu

fail() {
  printf '::error title=xmpp::%s\n' "$1"
  exit 2
}

# Writes an output of several lines. The delimiter is random, so no value can end it and add an output of its own.
output() {
  delimiter=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s<<%s\n%s\n%s\n' "$1" "$delimiter" "$2" "$delimiter" >>"$GITHUB_OUTPUT"
}

summary() {
  printf 'XMPP message: %s\n' "$1" >>"$GITHUB_STEP_SUMMARY"
}

# The values of a jq expression, a line for each; nothing for a run that printed no JSON.
values() {
  printf '%s' "$json" | jq -r "$1"
}

case $INPUT_FAIL in
  auto | never | always) ;;
  *) fail 'The input "fail" is not auto, never or always' ;;
esac
case $INPUT_ROOM in
  true | false) ;;
  *) fail 'The input "room" is not true or false' ;;
esac
for tool in xmpp jq; do
  command -v "$tool" >/dev/null || fail "$tool is not installed on this runner"
done

set -- "--wait=$INPUT_WAIT"
[ -z "$INPUT_SUBJECT" ] || set -- "$@" "--subject=$INPUT_SUBJECT"
[ -z "$INPUT_REPLACE" ] || set -- "$@" "--replace=$INPUT_REPLACE"
[ "$INPUT_ROOM" = false ] || set -- "$@" --room
[ -z "$INPUT_NICK" ] || set -- "$@" "--nick=$INPUT_NICK"

status=0
json=$(printf '%s' "$INPUT_MESSAGE" | xmpp send --json --quiet --body-file=- "$@") || status=$?

state=$(values '.messages[]?.state')
output id "$(values '.messages[]?.id')"
output state "$state"
output exit-code "$status"

if [ "$status" -eq 0 ]; then
  summary "$(printf '%s' "$state" | sort | uniq -c | sed 's/^ *//; s/^1 //' | paste -sd, -)"
  exit 0
fi

# Of the first failure; on one line, and without what ends a code span of the summary.
reason=$(values '
  first(.error, (.messages[]? | .to as $to | .error | values | .message |= "\($to): \(.)") | values)
  | [.message, .hint] | map(values) | join(". ")')
reason=$(printf '%s' "$reason" | tr '\r\n`' "  '")
: "${reason:=xmpp printed no result}"
summary "exit code $status, \`$reason\`"
case $INPUT_FAIL:$status in
  never:* | auto:74 | auto:75 | auto:124) level=warning code=0 ;;
  *) level=error code=$status ;;
esac
# A percent sign begins an escape of workflow commands.
printf '::%s title=xmpp::%s (exit code %s)\n' "$level" "$(printf '%s' "$reason" | sed 's/%/%25/g')" "$status"
exit "$code"
