import assert from 'node:assert/strict'
import {once} from 'node:events'
import {setTimeout as sleep} from 'node:timers/promises'
import {uptime} from '../../src/clock.ts'
import {Failure, type Stage} from '../../src/errors.ts'
import {type Deadline, type Limits, startDeadline} from '../../src/session/deadline.ts'

const NEVER = 3_600_000
const soon = (): Limits['whole'] => ({timeout: 5, began: uptime()})

describe('deadline', () => {
  let deadline: Deadline
  const start = (limits: Partial<Limits>, progress: Partial<Deadline> = {}): AbortSignal => {
    deadline = startDeadline({connect: NEVER, whole: undefined, interrupt: undefined, ...limits})
    Object.assign(deadline, {stage: 'auth', ...progress})
    return deadline.signal
  }
  afterEach(() => deadline.clear())

  /** Adds the stage of the run, which the sender of the signal does not know. */
  const assertInterrupted = ({code, exitCode, message, stage}: Failure, during: Stage): void =>
    assert.deepEqual(
      [code, exitCode, message, stage],
      ['interrupted', 130, 'Interrupted by SIGINT', during],
    )

  const reasonOf = async (signal: AbortSignal): Promise<Failure> => {
    if (!signal.aborted) await once(signal, 'abort')
    assert.ok(signal.reason instanceof Failure)
    return signal.reason
  }

  it('of the connection: nothing was delivered', async () => {
    const {exitCode, message, stage} = await reasonOf(start({connect: 5}))
    assert.deepEqual([exitCode, stage], [75, 'auth'])
    assert.match(message, /did not open within 5 ms/)
    assert.equal(deadline.runSignal.aborted, false, 'the run may try again')
  })

  it('of the connection: names the address and what may be wrong with it', async () => {
    const peer = 'h.example:5222 (starttls)'
    const blocked = await reasonOf(start({connect: 5}, {stage: 'connect', peer}))
    assert.match(blocked.hint ?? '', /^No connection to h\.example:5222 .* firewall/)
    deadline.clear()
    const silent = await reasonOf(start({connect: 5}, {stage: 'tls', peer}))
    assert.match(
      silent.hint ?? '',
      /^Connected to h\.example:5222 \(starttls\), which does not answer/,
    )
  })

  it('of the connection: has no effect once the connection is open', async () => {
    const signal = start({connect: 5})
    deadline.connected()
    await sleep(20)
    assert.equal(signal.aborted, false)
  })

  it('of the run, before the session is open: nothing was delivered', async () => {
    assert.equal((await reasonOf(start({whole: soon()}))).exitCode, 75)
    assert.equal(deadline.runSignal.aborted, true)
  })

  it('of the run, in the session: the answer did not arrive', async () => {
    const signal = start({whole: soon()})
    deadline.connected()
    const {code, exitCode, message} = await reasonOf(signal)
    assert.deepEqual([code, exitCode], ['timeout', 124])
    assert.match(message, /No answer came within 5 ms/)
  })

  it('of a run that began earlier: ends at once, and names the whole time', async () => {
    const {message} = await reasonOf(start({whole: {timeout: NEVER, began: uptime() - NEVER}}))
    assert.equal(message, 'The session did not open within 1 h')
  })

  it('set by the caller, with the reason of its signal', async () => {
    const failure = new Failure('interrupted', 'Interrupted by SIGINT', 130)
    const controller = new AbortController()
    const signal = start({interrupt: controller.signal})
    controller.abort(failure)
    assertInterrupted(await reasonOf(signal), 'auth')
  })

  it('set by the caller, with a reason that has the stage', async () => {
    const failure = new Failure('connection-lost', 'It was lost', 75, {stage: 'close'})
    assert.equal(await reasonOf(start({interrupt: AbortSignal.abort(failure)})), failure)
  })

  it('set by the caller before the start', async () => {
    const failure = new Failure('interrupted', 'Interrupted by SIGINT', 130)
    const signal = start({interrupt: AbortSignal.abort(failure)})
    assertInterrupted(await reasonOf(signal), 'resolve')
  })

  it('without effect after it was cleared', async () => {
    const controller = new AbortController()
    const signal = start({connect: 5, whole: soon(), interrupt: controller.signal})
    deadline.clear()
    controller.abort(new Failure('interrupted', 'Interrupted by SIGINT', 130))
    await sleep(20)
    assert.equal(signal.aborted, false)
  })
})
