import assert from 'node:assert/strict'
import {colourFor, palette} from '../../../src/output/layout/colour.ts'

describe('colour', () => {
  const terminal = {isTTY: true}
  const decisions: [string, {isTTY?: boolean}, NodeJS.ProcessEnv, boolean][] = [
    ['on for a terminal', terminal, {TERM: 'xterm'}, true],
    ['on for a terminal without TERM (Windows)', terminal, {}, true],
    ['off in a pipe', {}, {TERM: 'xterm'}, false],
    ['off if isTTY is false', {isTTY: false}, {}, false],
    ['off with NO_COLOR', terminal, {NO_COLOR: '1'}, false],
    ['off with NO_COLOR=0, which is non-empty', terminal, {NO_COLOR: '0'}, false],
    ['on with an empty NO_COLOR', terminal, {NO_COLOR: ''}, true],
    ['off with TERM=dumb', terminal, {TERM: 'dumb'}, false],
    ['on in a pipe with FORCE_COLOR', {}, {FORCE_COLOR: '1'}, true],
    ['on with FORCE_COLOR=true', {}, {FORCE_COLOR: 'true'}, true],
    ['on with FORCE_COLOR and TERM=dumb, as CI has it', {}, {FORCE_COLOR: '1', TERM: 'dumb'}, true],
    ['undecided by an empty FORCE_COLOR: pipe', {}, {FORCE_COLOR: ''}, false],
    ['undecided by an empty FORCE_COLOR: terminal', terminal, {FORCE_COLOR: ''}, true],
    ['off with FORCE_COLOR=0', terminal, {FORCE_COLOR: '0'}, false],
    ['off with FORCE_COLOR=false', terminal, {FORCE_COLOR: 'false'}, false],
    ['off with NO_COLOR and FORCE_COLOR', terminal, {NO_COLOR: '1', FORCE_COLOR: '1'}, false],
  ]
  for (const [title, stream, env, expected] of decisions) {
    it(`is ${title}`, () => assert.equal(colourFor(stream, env), expected))
  }

  it('depends on the setting only, not on the environment of the process', () => {
    assert.equal(palette(false).bold.red('x'), 'x')
    assert.equal(palette(true).red('x'), '\u{1b}[31mx\u{1b}[39m')
  })
})
