import assert from 'node:assert/strict'
import {environment, sh} from '../support/cli.ts'
import {shRunner} from '../support/runner.ts'

const ESC = '\x1b['

/** Runs on a terminal of `script` from util-linux. */
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
  'with FORCE_COLOR': {words: HELP, env: {FORCE_COLOR: '1'}, colour: true},
  'with FORCE_COLOR in a dumb terminal': {
    words: HELP,
    env: {FORCE_COLOR: '1', TERM: 'dumb'},
    colour: true,
  },
  'none with FORCE_COLOR=0': {
    words: inTerminal(HELP),
    env: {FORCE_COLOR: '0', TERM: 'xterm-256color'},
    colour: false,
  },
  'none with NO_COLOR and FORCE_COLOR': {
    words: HELP,
    env: {FORCE_COLOR: '1', NO_COLOR: '1'},
    colour: false,
  },
  'in a terminal': {words: inTerminal(HELP), env: {TERM: 'xterm-256color'}, colour: true},
  'none in a terminal with NO_COLOR': {
    words: inTerminal(HELP),
    env: {TERM: 'xterm-256color', NO_COLOR: '1'},
    colour: false,
  },
  'none in a dumb terminal': {words: inTerminal(HELP), env: {TERM: 'dumb'}, colour: false},
  'none if only stderr is a terminal': {
    words: inTerminal(`${HELP} >out; cat out; rm out`),
    env: {TERM: 'xterm-256color'},
    colour: false,
  },
  'in a terminal with an empty NO_COLOR': {
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
      const run = words === HELP ? shRunner : sh // for one that is about no stream
      const {stderr, stdout} = await run(`cd "$(mktemp -d)"; ${words}`, {...environment(), ...env})
      assert.match(stdout, /USAGE|There is no flag/, stderr)
      assert.equal(stdout.includes(ESC), colour)
    })
  }
})
