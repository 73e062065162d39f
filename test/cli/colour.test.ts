import assert from 'node:assert/strict'
import {environment, sh} from '../support/cli.ts'

const ESC = '\x1b['

/** In a terminal of util-linux's `script`; stderr is a file of its own where that is asked for. */
const inTerminal = (words: string): string => `script -qec '${words}' /dev/null </dev/null`

interface Case {
  words: string
  env: NodeJS.ProcessEnv
  colour: boolean
}

const HELP = 'xmpp ping --help'

const CASES: Record<string, Case> = {
  'none in a pipe': {words: `${HELP} | cat`, env: {TERM: 'xterm-256color'}, colour: false},
  'none in a file': {words: `${HELP} >out; cat out; rm out`, env: {}, colour: false},
  'where it is forced': {words: HELP, env: {FORCE_COLOR: '1'}, colour: true},
  'where it is forced, in a dumb terminal': {
    words: HELP,
    env: {FORCE_COLOR: '1', TERM: 'dumb'},
    colour: true,
  },
  'none where it is forced off': {
    words: inTerminal(HELP),
    env: {FORCE_COLOR: '0', TERM: 'xterm-256color'},
    colour: false,
  },
  'none where nobody wants it, though it be forced': {
    words: HELP,
    env: {FORCE_COLOR: '1', NO_COLOR: '1'},
    colour: false,
  },
  'in a terminal': {words: inTerminal(HELP), env: {TERM: 'xterm-256color'}, colour: true},
  'none in a terminal where nobody wants it': {
    words: inTerminal(HELP),
    env: {TERM: 'xterm-256color', NO_COLOR: '1'},
    colour: false,
  },
  'none in a dumb terminal': {words: inTerminal(HELP), env: {TERM: 'dumb'}, colour: false},
  'none where only stderr is a terminal': {
    words: inTerminal(`${HELP} >out; cat out; rm out`),
    env: {TERM: 'xterm-256color'},
    colour: false,
  },
  'an empty NO_COLOR is none': {
    words: inTerminal(HELP),
    env: {TERM: 'xterm-256color', NO_COLOR: ''},
    colour: true,
  },
  'in an error on a terminal': {
    words: inTerminal('xmpp ping --nope'),
    env: {TERM: 'xterm-256color'},
    colour: true,
  },
  'none in an error, in a file': {
    words: inTerminal('xmpp ping --nope 2>out; cat out; rm out'),
    env: {TERM: 'xterm-256color'},
    colour: false,
  },
  'none in an error, in a pipe': {words: 'xmpp ping --nope 2>&1 | cat', env: {}, colour: false},
}

describe('colour', () => {
  for (const [what, {colour, env, words}] of Object.entries(CASES)) {
    it(what, async () => {
      const {stderr, stdout} = await sh(`cd "$(mktemp -d)"; ${words}`, {...environment(), ...env})
      assert.match(stdout, /USAGE|There is no flag/, stderr)
      assert.equal(stdout.includes(ESC), colour)
    })
  }
})
