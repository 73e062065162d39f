/** One line for each command, which the matrix runs. A new command without a line fails the tests. */

export interface Invocation {
  /**
   * The words after `xmpp`, as a shell reads them. $ALICE signs in, $BOB is another user, $NEW does not exist yet, and $TEA
   * is a room of alice.
   */
  words: string
  /** Its text output. */
  says: RegExp
  /** The words of runs before it, as alice; after `bob: `, as bob. */
  first?: string[]
  /** A shell line before it, with the function `as_bob`. */
  shell?: string
  /** Its standard input. */
  input?: string
  /** The name of the schema of its result, if it is not that of the command. */
  schema?: string
  /** Prints one JSON object on each line. */
  lines?: true
  /** Standard output is that of a command of the user, so the matrix does not apply. */
  stdoutOf?: 'command'
  /** Failures are part of its result, and have other tests. */
  reportsFailures?: true
  /** Needs this occupant in the room, so the matrix does not apply. */
  occupant?: 'bob'
  /** `guest`: connects, but does not sign in. `nobody`: does not even connect. */
  needs?: 'guest' | 'nobody'
}

const LOGIN = 'login --store file'
const CONTACT = 'roster add "$BOB"'
const CREATE = 'room create "$TEA" --preset team --field roomname=Tea --member "$BOB"'
const BOOKMARK = 'bookmark add "$TEA" --name Tea --autojoin'

export const INVOCATIONS: Record<string, Invocation> = {
  'accounts:default': {
    first: [LOGIN],
    words: 'accounts default "$ALICE"',
    says: /^\S+@localhost/,
    needs: 'nobody',
  },
  'accounts:list': {
    first: [LOGIN],
    words: 'accounts list',
    says: /^(alice-\d+@localhost)\t\1\tdefault\tfile\t/,
    needs: 'nobody',
  },
  'accounts:remove': {
    first: [LOGIN],
    words: 'accounts remove "$ALICE"',
    says: /alice-\d+@localhost/,
    needs: 'nobody',
  },
  'accounts:rename': {
    first: [LOGIN],
    words: 'accounts rename "$ALICE" work',
    says: /work/,
    needs: 'nobody',
  },
  ask: {
    shell: `(exec > bob 2>&1; as_bob xmpp listen --json --count 1 --timeout 20s --match yes/no --reply --exec 'echo yes') &
      until grep -qs ready bob; do sleep 0.1; done`,
    words: 'ask "$BOB" "Deploy?" --timeout 20s',
    says: /^yes\n$/,
  },
  'block:add': {words: 'block add "$BOB"', says: /^Blocked bob@localhost\n$/},
  'block:list': {
    first: ['block add "$BOB"'],
    words: 'block list',
    says: /^bob@localhost\n$/,
  },
  'block:remove': {
    first: ['block add "$BOB"'],
    words: 'block remove "$BOB"',
    says: /^Unblocked bob@localhost\n$/,
  },
  'bookmark:add': {
    words: 'bookmark add "$TEA" --name Tea',
    says: /^Added tea-alice-\d+@conference\.localhost\n$/,
  },
  'bookmark:list': {
    first: [BOOKMARK],
    words: 'bookmark list',
    says: /^tea-alice-\d+@conference\.localhost\tTea\t\tyes\n$/,
  },
  'bookmark:remove': {
    first: [BOOKMARK],
    words: 'bookmark remove "$TEA"',
    says: /^Removed tea-alice-\d+@conference\.localhost\n$/,
  },
  check: {words: 'check', says: /^ok {4}session {2}Signed in as alice-/m, reportsFailures: true},
  'command:list': {words: 'command list', says: /^(?:uptime\tGet uptime|ping\tPing)$/m},
  'command:run': {
    shell: 'xmpp command list | head -n 1 | cut -f 1 > node',
    words: 'command run "$(cat node 2> /dev/null || echo ping)"',
    says: /^Pong|running for/,
  },
  commands: {words: 'commands', says: /^ping\tMeasure /m, needs: 'nobody'},
  completion: {words: 'completion bash', says: /^# Completion of xmpp /, needs: 'nobody'},
  'config:check': {words: 'config check', says: /: 0 accounts, nothing wrong\n$/, needs: 'nobody'},
  'config:explain': {
    words: 'config explain',
    says: /^jid\talice-\d+@localhost\tXMPP_JID$/m,
    needs: 'nobody',
  },
  'config:path': {words: 'config path', says: /^\/.*\/config\.toml\n$/, needs: 'nobody'},
  'disco:features': {words: 'disco features', says: /^urn:xmpp:ping\tXEP-0199\tXMPP Ping$/m},
  'disco:info': {words: 'disco info', says: /^identity\tserver\/im\t\S+$/m},
  'disco:items': {words: 'disco items', says: /^conference\.localhost\t/m},
  download: {
    shell: 'printf good > note.txt && xmpp upload note.txt > url && rm note.txt',
    words: 'download "$(cat url 2> /dev/null || echo https://localhost/note.txt)"',
    says: /^note\.txt\n$/,
    needs: 'nobody',
  },
  'history:list': {
    first: ['send "$BOB" "good morning"'],
    words: 'history list',
    says: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d alice-\d+@localhost\/\S+ -> bob@localhost: good morning\n$/,
    schema: 'events',
    lines: true,
  },
  'history:prefs:get': {words: 'history prefs get', says: /^default\talways\n$/},
  'history:prefs:set': {
    words: 'history prefs set roster --never "$BOB"',
    says: /^default\troster\nnever\tbob@localhost\n$/,
  },
  info: {words: 'info', says: /^version\t(?:Prosody|ejabberd) /m},
  'iq:get': {
    words: `iq get '<query xmlns="jabber:iq:version"/>' --to localhost`,
    says: /^<query .*xmlns="jabber:iq:version".*<name>\w+<\/name>.*<\/query>\n$/,
    schema: 'iq',
  },
  'iq:set': {
    words: `iq set '<block xmlns="urn:xmpp:blocking"><item jid="romeo@localhost"/></block>'`,
    says: /^$/,
    schema: 'iq',
  },
  'last:get': {words: 'last get', says: /^running for .* s\n$/},
  listen: {
    first: ['bob: send "$ALICE" "good morning"'],
    words: 'listen --count 1 --timeout 20s',
    says: /^bob@localhost\S*: .*good morning$/m,
    schema: 'events',
    lines: true,
  },
  login: {words: 'login --store file', says: /^Signed in as alice-\d+@localhost/},
  logout: {
    first: [LOGIN],
    words: 'logout',
    says: /^Signed out of alice-\d+@localhost/,
    needs: 'nobody',
  },
  'nick:get': {first: ['nick set Ali'], words: 'nick get', says: /^Ali\n$/},
  'nick:set': {words: 'nick set Ali', says: /^The nickname is Ali\n$/},
  'password:set': {
    words: 'password set --new-password-file -',
    input: 'new-secret\n',
    says: /^Changed the password of alice-\d+@localhost\n$/,
  },
  ping: {words: 'ping', says: /^Reply from localhost in [\d.]+ ms\n$/},
  'presence:approve': {
    first: ['bob: presence subscribe "$ALICE"'],
    words: 'presence approve "$BOB"',
    says: /^bob@localhost sees the presence of this account\n$/,
  },
  'presence:deny': {
    first: ['bob: presence subscribe "$ALICE"'],
    words: 'presence deny "$BOB"',
    says: /^bob@localhost does not see the presence of this account\n$/,
  },
  'presence:get': {
    first: ['presence subscribe "$BOB"', 'bob: presence approve "$ALICE"'],
    words: 'presence get "$BOB"',
    says: /^bob@localhost\toffline\t/,
  },
  'presence:requests': {
    first: ['bob: presence subscribe "$ALICE"'],
    words: 'presence requests',
    says: /^bob@localhost/,
  },
  'presence:set': {
    words: 'presence set --show away',
    says: /^Contacts see this account as away\n$/,
  },
  'presence:subscribe': {
    words: 'presence subscribe "$BOB"',
    says: /^Requested a subscription from bob@localhost/,
  },
  'presence:unsubscribe': {
    first: ['presence subscribe "$BOB"'],
    words: 'presence unsubscribe "$BOB"',
    says: /bob@localhost/,
  },
  'presence:watch': {
    words: 'presence watch --timeout 1s',
    says: /^$/,
    lines: true,
  },
  register: {words: 'register "$NEW"', says: /^Created new-alice-\d+@localhost\n$/, needs: 'guest'},
  'room:affiliation:set': {
    first: [CREATE],
    words: 'room affiliation set "$TEA" admin "$BOB"',
    says: /^bob@localhost has the affiliation admin\n$/,
  },
  'room:configure': {
    first: [CREATE],
    words: 'room configure "$TEA" --field roomname=Coffee',
    says: /^Configured tea-alice-\d+@conference\.localhost\n$/,
  },
  'room:create': {
    words: 'room create "$TEA" --preset private',
    says: /^Created tea-alice-\d+@conference\.localhost\n$/,
  },
  'room:destroy': {
    first: [CREATE],
    words: 'room destroy "$TEA" --yes',
    says: /^Removed tea-alice-\d+@conference\.localhost\n$/,
  },
  'room:info': {first: [CREATE], words: 'room info "$TEA"', says: /^name\tTea\n/},
  'room:invite': {
    first: [CREATE],
    words: 'room invite "$TEA" "$BOB"',
    says: /^Invited bob@localhost\n$/,
  },
  'room:kick': {
    words: 'room kick "$TEA" bob',
    says: /^Removed bob from /,
    occupant: 'bob',
  },
  'room:list': {
    first: [`${CREATE} --field publicroom=1`],
    words: 'room list',
    says: /^tea-alice-\d+@conference\.localhost\tTea/m,
  },
  'room:members': {
    first: [CREATE],
    words: 'room members "$TEA"',
    says: /^alice-\d+@localhost\towner\t\t\nbob@localhost\tmember\t\t\n$/,
  },
  'room:subject:get': {
    first: [CREATE, 'room subject set "$TEA" "Tea time"'],
    words: 'room subject get "$TEA"',
    says: /^Tea time\n$/,
  },
  'room:subject:set': {
    first: [CREATE],
    words: 'room subject set "$TEA" "Tea time"',
    says: /^Set the subject of tea-alice-\d+@conference\.localhost\n$/,
  },
  'roster:add': {words: 'roster add "$BOB" --name Bob', says: /^Added bob@localhost/},
  'roster:export': {first: [CONTACT], words: 'roster export', says: /"jid": "bob@localhost"/},
  'roster:import': {
    words: 'roster import -',
    input: JSON.stringify({contacts: [{jid: 'romeo@localhost', name: 'Romeo', groups: []}]}),
    says: /romeo@localhost/,
  },
  'roster:list': {first: [CONTACT], words: 'roster list', says: /^bob@localhost\t/},
  'roster:remove': {
    first: [CONTACT],
    words: 'roster remove "$BOB"',
    says: /^Removed bob@localhost\n$/,
  },
  run: {words: 'run "$BOB" -- echo hello', says: /^hello\n$/, stdoutOf: 'command'},
  send: {
    words: 'send "$BOB" "good morning"',
    says: /^bob@localhost: accepted\b/,
  },
  'time:get': {
    words: 'time get',
    says: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d, same time as this computer\n$/,
  },
  unregister: {words: 'unregister --confirm "$ALICE"', says: /^Removed alice-\d+@localhost\n$/},
  schema: {words: 'schema ping', says: /"\$id": "ping.json"/, needs: 'nobody'},
  upload: {
    words: 'upload - --name note.txt',
    input: 'good morning',
    says: /^https:\/\/localhost:\d+\/\S+\/note\.txt\n$/,
  },
  'vcard:get': {first: ['vcard set --set fn=Alice'], words: 'vcard get', says: /^fn\tAlice$/m},
  'vcard:set': {words: 'vcard set --set fn=Alice', says: /\S\n$/},
  'version:get': {words: 'version get', says: /^(?:Prosody|ejabberd) \S+/},
  whoami: {words: 'whoami', says: /^jid\talice-\d+@localhost\/\S+\tXMPP_JID$/m},
}
