import assert from 'node:assert/strict'
import {once} from 'node:events'
import {setTimeout as sleep} from 'node:timers/promises'
import {Failure} from '../../src/errors.ts'
import {type Deadline, type Limits, startDeadline} from '../../src/session/deadline.ts'

const NEVER = 3_600_000

describe('deadline', () => {
  let deadline: Deadline
  const start = (limits: Partial<Limits>): AbortSignal => {
    deadline = startDeadline(
      {connect: NEVER, whole: undefined, interrupt: undefined, ...limits},
      () => 'auth',
    )
    return deadline.signal
  }
  afterEach(() => deadline.clear())

  /** With how far the run has come, which is not known where the signal arrives. */
  const assertInterrupted = ({code, exitCode, message, stage}: Failure): void =>
    assert.deepEqual(
      [code, exitCode, message, stage],
      ['interrupted', 130, 'Interrupted by SIGINT', 'auth'],
    )

  const reasonOf = async (signal: AbortSignal): Promise<Failure> => {
    if (!signal.aborted) await once(signal, 'abort')
    assert.ok(signal.reason instanceof Failure)
    return signal.reason
  }

  it('of the connection: nothing was delivered', async () => {
    const {exitCode, message, stage} = await reasonOf(start({connect: 5}))
    assert.deepEqual([exitCode, stage], [75, 'auth'])
    assert.match(message, /did not come up within 5 ms/)
    assert.equal(deadline.over.aborted, false, 'the run may try again')
  })

  it('of the connection: over once it stands', async () => {
    const signal = start({connect: 5})
    deadline.connected()
    await sleep(20)
    assert.equal(signal.aborted, false)
  })

  it('of the run, before the session stands: nothing was delivered', async () => {
    assert.equal((await reasonOf(start({whole: 5}))).exitCode, 75)
    assert.equal(deadline.over.aborted, true)
  })

  it('of the run, in the session: what was waited for did not come', async () => {
    const signal = start({whole: 5})
    deadline.connected()
    const {code, exitCode, message} = await reasonOf(signal)
    assert.deepEqual([code, exitCode], ['timeout', 124])
    assert.match(message, /No answer came within 5 ms/)
  })

  it('set by somebody else, with the reason of that one', async () => {
    const failure = new Failure('interrupted', 'Interrupted by SIGINT', 130)
    const controller = new AbortController()
    const signal = start({interrupt: controller.signal})
    controller.abort(failure)
    assertInterrupted(await reasonOf(signal))
  })

  it('set by somebody else who knows how far it has come', async () => {
    const failure = new Failure('connection-lost', 'It was lost', 75, {stage: 'close'})
    assert.equal(await reasonOf(start({interrupt: AbortSignal.abort(failure)})), failure)
  })

  it('set by somebody else before it began', async () => {
    const failure = new Failure('interrupted', 'Interrupted by SIGINT', 130)
    assertInterrupted(await reasonOf(start({interrupt: AbortSignal.abort(failure)})))
  })

  it('not kept once it was cleared', async () => {
    const controller = new AbortController()
    const signal = start({connect: 5, whole: 5, interrupt: controller.signal})
    deadline.clear()
    controller.abort(new Failure('interrupted', 'Interrupted by SIGINT', 130))
    await sleep(20)
    assert.equal(signal.aborted, false)
  })
})
