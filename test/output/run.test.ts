import assert from 'node:assert/strict'
import {commandLine, endedText} from '../../src/output/run.ts'
import {exitStatusOf} from '../../src/services/run/command.ts'

const subject = {command: 'make test', host: 'build-7'}
const ended = {status: 0, signal: null, startError: null}

describe('the text about a command', () => {
  for (const [outcome, ms, text, status] of [
    [ended, 1234, 'make test: succeeded after 1.2 s on build-7', 0],
    [
      {...ended, status: 2},
      192_345,
      'make test: failed with exit code 2 after 3 m 12 s on build-7',
      2,
    ],
    [
      {...ended, status: null, signal: 'SIGKILL'},
      12,
      'make test: killed by SIGKILL after 12 ms on build-7',
      137,
    ],
    [
      {...ended, status: null, startError: 'ENOENT'},
      1,
      'make test: could not be started on build-7 (command not found)',
      127,
    ],
    [
      {...ended, status: null, startError: 'EACCES'},
      1,
      'make test: could not be started on build-7 (not executable)',
      126,
    ],
  ] as const)
    it(text, () => {
      assert.equal(endedText(subject, outcome, ms), text)
      assert.equal(exitStatusOf(outcome), status)
    })

  it('quotes the words that a shell would split', () => {
    assert.equal(commandLine(['sh', '-c', "echo 'a b'"], false), `sh -c 'echo '\\''a b'\\'''`)
  })

  it('hides the arguments on request', () => {
    assert.equal(commandLine(['deploy', '--token', 'secret'], true), 'deploy')
  })

  it('cuts a long command', () => {
    assert.equal(commandLine(['echo', 'x'.repeat(1000)], false).length, 200)
  })
})
