import assert from 'node:assert/strict'
import {startErrorText} from '../../../src/output/run.ts'
import {exitStatusOf, runCommand} from '../../../src/services/run/command.ts'

/** Programs that cannot be started; Node throws some of the errors and emits others. */
const PROGRAMS: Record<string, [status: number, reason: string]> = {
  '': [127, 'command not found'],
  [`${import.meta.dirname}/no-such-program`]: [127, 'command not found'],
  [import.meta.filename]: [126, 'not executable'],
  [`${import.meta.filename}/x`]: [126, 'not a directory'],
  [`./${'x'.repeat(300)}`]: [126, 'name too long'],
}

describe('a command that cannot be started', () => {
  for (const [program, [status, reason]] of Object.entries(PROGRAMS))
    it(`has the exit status of env(1): ${status}, ${reason}`, async () => {
      const outcome = await runCommand([program])
      assert.equal(exitStatusOf(outcome), status)
      assert.equal(startErrorText(outcome.startError ?? ''), reason)
    })
})
