import assert from 'node:assert/strict'
import {setImmediate as turn} from 'node:timers/promises'
import {IdleTimeout} from '../../../../src/cli/idle-timeout.ts'
import {EXIT, Failure} from '../../../../src/errors.ts'
import {
  ReconnectingSession,
  type Worker,
} from '../../../../src/services/send/batch/reconnecting-session.ts'

/** Jobs that end when the test says so. */
class Jobs {
  readonly begun: Array<{job: number; end(failure: Failure | null): void}> = []

  begin(job: number): Promise<Failure | null> {
    return new Promise((resolve) => this.begun.push({job, end: resolve}))
  }

  get numbers(): number[] {
    return this.begun.map(({job}) => job)
  }
}

const upTo = (count: number): number[] => Array.from({length: count}, (_, i) => i)
const lost = (): Failure => new Failure('connection-lost', 'It is gone', EXIT.temporary)
const unknown = (): Failure => new Failure('unknown-outcome', 'Who knows', EXIT.unknownOutcome)

describe('a link', () => {
  /** Runs jobs over sessions that end when the test says so; `session` resolves with how to end the next one. */
  function linked(pace?: ConstructorParameters<typeof ReconnectingSession>[2]) {
    const jobs = new Jobs()
    const opened: Array<(failure: Failure) => void> = []
    let wake = (): void => {}
    const link = new ReconnectingSession<Worker>(
      async (lend) => {
        const over = new Promise<Failure>((resolve) => opened.push(resolve))
        const lending = lend({over})
        wake()
        await lending
      },
      new IdleTimeout(600_000),
      pace,
    )
    const session = async (): Promise<(failure: Failure) => void> => {
      for (;;) {
        const end = opened.shift()
        if (end) return end
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
    const run = (count: number): Promise<(Failure | null)[]> =>
      Promise.all(
        upTo(count).map((job) =>
          link.run(
            () => jobs.begin(job),
            (failure) => failure,
          ),
        ),
      )
    return {jobs, link, run, session}
  }

  it('lets a few go until one of them is confirmed, and then all', async () => {
    const {jobs, link, run, session} = linked()
    await link.while(async () => {
      await session()
      const ran = run(50)
      await turn()
      assert.deepEqual(jobs.numbers, upTo(10))
      jobs.begun[3]?.end(null)
      await turn()
      const late = run(1)
      await turn()
      assert.ok(jobs.begun.length < 50, 'not all that waited in one flight')
      while (jobs.begun.length < 51) await turn()
      assert.deepEqual(jobs.numbers, [...upTo(50), 0], 'who comes late is behind them')
      for (const {end} of jobs.begun) end(null)
      await Promise.all([ran, late])
    })
  })

  it('that breaks at once leaves a few unknown, and keeps the rest for the next session', async () => {
    const {jobs, link, run, session} = linked()
    await link.while(async () => {
      const end = await session()
      const ran = run(50)
      await turn()
      for (const {end} of jobs.begun.splice(0)) end(unknown())
      end(lost())
      await session()
      await turn()
      assert.deepEqual(jobs.numbers, upTo(20).slice(10))
      jobs.begun[0]?.end(null)
      while (jobs.begun.length < 40) await turn()
      for (const {end} of jobs.begun) end(null)
      const results = await ran
      assert.equal(results.filter((failure) => failure === null).length, 40)
    })
  })

  it('tries again what had not left', async () => {
    const {jobs, link, run, session} = linked()
    await link.while(async () => {
      const end = await session()
      const ran = run(2)
      await turn()
      const failure = lost()
      for (const {end} of jobs.begun.splice(0)) end(failure)
      end(failure)
      await session()
      await turn()
      assert.deepEqual(jobs.numbers, [0, 1])
      for (const {end} of jobs.begun) end(null)
      assert.deepEqual(await ran, [null, null])
    })
  })

  it('keeps to the pace with what had to wait for it', async () => {
    const turns: Array<() => void> = []
    const pace = {acquire: () => new Promise<number>((resolve) => turns.push(() => resolve(1)))}
    const {jobs, link, run, session} = linked(pace)
    await link.while(async () => {
      const end = await session()
      end(lost())
      await turn() // the link has heard of it
      const ran = run(3)
      await session()
      await turn()
      assert.deepEqual([jobs.numbers, turns.length], [[], 3])
      for (const [i, go] of turns.entries()) {
        go()
        await turn()
        assert.deepEqual(jobs.numbers, upTo(i + 1))
      }
      for (const {end} of jobs.begun) end(null)
      await ran
    })
  })
})
