import assert from 'node:assert/strict'
import {IdleTimeout} from '../../../../src/cli/idle-timeout.ts'
import {EXIT, Failure} from '../../../../src/errors.ts'
import {nextTurn} from '../../../../src/next-turn.ts'
import {
  ReconnectingSession,
  type Worker,
} from '../../../../src/services/send/batch/reconnecting-session.ts'

/** Records started jobs; the test ends them. */
class Jobs {
  readonly started: Array<{job: number; end(failure: Failure | null): void}> = []

  start(job: number): Promise<Failure | null> {
    return new Promise((resolve) => this.started.push({job, end: resolve}))
  }

  get numbers(): number[] {
    return this.started.map(({job}) => job)
  }
}

const upTo = (count: number): number[] => Array.from({length: count}, (_, i) => i)
const lost = (): Failure => new Failure('connection-lost', 'The connection is lost', EXIT.temporary)
const unknown = (): Failure =>
  new Failure('unknown-outcome', 'The outcome is unknown', EXIT.unknownOutcome)

describe('ReconnectingSession', () => {
  /** `session` resolves with a function that ends the next session. */
  function setUp(rateLimiter?: ConstructorParameters<typeof ReconnectingSession>[2]) {
    const jobs = new Jobs()
    const opened: Array<(failure: Failure) => void> = []
    let wake = (): void => {}
    const connection = new ReconnectingSession<Worker>(
      async (use) => {
        const closed = new Promise<Failure>((resolve) => opened.push(resolve))
        const used = use({closed})
        wake()
        await used
      },
      new IdleTimeout(600_000),
      rateLimiter,
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
          connection.run(
            () => jobs.start(job),
            (failure) => failure,
          ),
        ),
      )
    return {jobs, connection, run, session}
  }

  it('starts a few tasks until one is confirmed, and then all', async () => {
    const {jobs, connection, run, session} = setUp()
    await connection.while(async () => {
      await session()
      const ran = run(50)
      await nextTurn()
      assert.deepEqual(jobs.numbers, upTo(10))
      jobs.started[3]?.end(null)
      await nextTurn()
      const late = run(1)
      await nextTurn()
      assert.ok(jobs.started.length < 50, 'not all waiting tasks start in one turn')
      while (jobs.started.length < 51) await nextTurn()
      assert.deepEqual(jobs.numbers, [...upTo(50), 0], 'a later task starts after them')
      for (const {end} of jobs.started) end(null)
      await Promise.all([ran, late])
    })
  })

  it('has few unknown outcomes if a session breaks at once, and runs the rest on the next session', async () => {
    const {jobs, connection, run, session} = setUp()
    await connection.while(async () => {
      const end = await session()
      const ran = run(50)
      await nextTurn()
      for (const {end} of jobs.started.splice(0)) end(unknown())
      end(lost())
      await session()
      await nextTurn()
      assert.deepEqual(jobs.numbers, upTo(20).slice(10))
      jobs.started[0]?.end(null)
      while (jobs.started.length < 40) await nextTurn()
      for (const {end} of jobs.started) end(null)
      const results = await ran
      assert.equal(results.filter((failure) => failure === null).length, 40)
    })
  })

  it('repeats tasks whose stanza was not written', async () => {
    const {jobs, connection, run, session} = setUp()
    await connection.while(async () => {
      const end = await session()
      const ran = run(2)
      await nextTurn()
      const failure = lost()
      for (const {end} of jobs.started.splice(0)) end(failure)
      end(failure)
      await session()
      await nextTurn()
      assert.deepEqual(jobs.numbers, [0, 1])
      for (const {end} of jobs.started) end(null)
      assert.deepEqual(await ran, [null, null])
    })
  })

  it('applies the rate limit to tasks that waited for a session', async () => {
    const grants: Array<() => void> = []
    const limiter = {acquire: () => new Promise<number>((resolve) => grants.push(() => resolve(1)))}
    const {jobs, connection, run, session} = setUp(limiter)
    await connection.while(async () => {
      const end = await session()
      end(lost())
      await nextTurn() // until the loss is handled
      const ran = run(3)
      await session()
      await nextTurn()
      assert.deepEqual([jobs.numbers, grants.length], [[], 3])
      for (const [i, grant] of grants.entries()) {
        grant()
        await nextTurn()
        assert.deepEqual(jobs.numbers, upTo(i + 1))
      }
      for (const {end} of jobs.started) end(null)
      await ran
    })
  })
})
