import assert from 'node:assert/strict'
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {identifyProcess} from '../../../src/account/state/process-status.ts'
import {EventLog} from '../../../src/cli/event-log.ts'
import {EXIT, Failure} from '../../../src/errors.ts'
import {ExecRunner} from '../../../src/services/listen/exec.ts'

const event = {
  event: 'message',
  id: '7',
  from: 'romeo@example.net',
  body: 'a "b"\n$(c)',
  stanzaId: 'x',
}

const long = {...event, body: 'x'.repeat(1_000_000)}

/** The events that the hooks emitted, and the answers. */
function newHooks(exec: string, options: {jobs?: number; 'exec-fail'?: 'stop'} = {}) {
  const records: object[] = []
  const answers: string[] = []
  const log = new EventLog(async (record) => void records.push(record))
  const run = new AbortController()
  const hooks = new ExecRunner({exec, ...options}, log, run.signal)
  const answer = async (text: string): Promise<void> => void answers.push(text)
  return {answer, answers, hooks, records, run}
}

describe('hook', () => {
  it('passes the event to the command, on stdin and in variables', async () => {
    const {answer, answers, hooks} = newHooks('printf "%s|%s|" "$XMPP_BODY" "$XMPP_STANZA_ID"; cat')
    await hooks.run(event, answer)
    assert.deepEqual(answers, [`${event.body}|x|${JSON.stringify(event)}`])
  })

  it('sends no answer if the command prints nothing', async () => {
    const {answer, answers, hooks} = newHooks('true')
    await hooks.run(event, answer)
    assert.deepEqual(answers, [])
  })

  it('passes a value that is too long for a variable on stdin only', async () => {
    const {answer, answers, hooks} = newHooks('echo "[$XMPP_BODY]"; wc -c')
    await hooks.run(long, answer)
    assert.match(answers[0] ?? '', /^\[\]\n\s*10000\d\d$/)
  })

  it('leaves XMPP_TO, the recipients of xmpp send, to the user', async () => {
    const {answer, answers, hooks} = newHooks('echo "[$XMPP_TO]"')
    try {
      await hooks.run({...event, ...{to: 'eve@example.com'}}, answer)
      process.env.XMPP_TO = 'ops@example.com'
      await hooks.run({...event, ...{to: 'eve@example.com'}}, answer)
      assert.deepEqual(answers, ['[]', '[ops@example.com]'])
    } finally {
      delete process.env.XMPP_TO
    }
  })

  it('removes passwords and XMPP_ variables of an outer event from the environment', async () => {
    const around = {XMPP_PASSWORD: 'secret', XMPP_ROOM_PASSWORD: 'secret', XMPP_BODY: 'stale'}
    Object.assign(process.env, around)
    try {
      const {answer, answers, hooks} = newHooks(
        'echo "$XMPP_PASSWORD,$XMPP_ROOM_PASSWORD,$XMPP_BODY,$XMPP_ID"',
      )
      await hooks.run({...event, body: null}, answer)
      assert.deepEqual(answers, [',,,7'])
    } finally {
      for (const name of Object.keys(around)) delete process.env[name]
    }
  })

  it('accepts a command that does not read its stdin', async () => {
    const {answer, answers, hooks} = newHooks('exec < /dev/null; echo done')
    await hooks.run(long, answer)
    assert.deepEqual(answers, ['done'])
  })

  it('runs one command at a time by default', async () => {
    const {answer, answers, hooks} = newHooks('sleep $XMPP_ID; echo $XMPP_ID')
    for (const id of ['0.2', '0']) await hooks.run({...event, id}, answer)
    assert.deepEqual(answers, ['0.2', '0'])
  })

  it('runs several commands at once with --jobs', async () => {
    const {answer, answers, hooks} = newHooks('sleep $XMPP_ID; echo $XMPP_ID', {jobs: 2})
    for (const id of ['0.3', '0']) await hooks.run({...event, id}, answer)
    assert.deepEqual(answers, ['0'])
    await hooks.drain()
    assert.deepEqual(answers, ['0', '0.3'])
  })

  it('emits an event for a command that fails, and continues', async () => {
    const {answer, answers, hooks, records} = newHooks('echo half; exit 3')
    await hooks.run(event, answer)
    assert.deepEqual(answers, [])
    const [{time: _, ...record}] = records as [Record<string, unknown>]
    assert.deepEqual(record, {
      event: 'command-failed',
      seq: 0,
      id: '7',
      from: 'romeo@example.net',
      status: 3,
      signal: null,
      message: 'The command failed (exit status 3)',
    })
  })

  it('stops with --exec-fail stop, also if a signal ended the command', async () => {
    const {answer, hooks} = newHooks('kill -9 $$', {'exec-fail': 'stop'})
    await assert.rejects(hooks.run(event, answer), {
      code: 'command-failed',
      exitCode: 69,
      message: 'The command failed (SIGKILL) for 7 from romeo@example.net',
    })
  })

  describe('at the end of the run', () => {
    const over = new Failure('timeout', 'It is over', EXIT.deadline)
    let dir: string
    beforeEach(() => {
      dir = mkdtempSync(path.join(tmpdir(), 'xmpp-hook-'))
    })
    afterEach(() => rmSync(dir, {recursive: true}))

    /** Resolves with the content of the file once it exists. */
    const written = async (name: string): Promise<string> => {
      const file = path.join(dir, name)
      while (!existsSync(file)) await sleep(10)
      return readFileSync(file, 'utf8').trim()
    }
    const isAlive = async (pid: string): Promise<boolean> =>
      (await identifyProcess(Number(pid))) !== undefined
    const script = (text: string): string =>
      `cd ${dir}; save() { echo "$2" > $1.new; mv $1.new $1; }; ${text}`

    it('ends the command with its child processes, and starts no other', async () => {
      const {answer, hooks, records, run} = newHooks(
        script('sleep 600 & save pid $!; wait; echo x'),
      )
      const running = hooks.run(event, answer)
      const pid = await written('pid')
      run.abort(over)
      await assert.rejects(running, over)
      while (await isAlive(pid)) await sleep(10) // the signal has been sent
      await assert.rejects(hooks.run(event, answer), over)
      await assert.rejects(hooks.drain(), over)
      assert.deepEqual(records, [])
    })

    it('sends SIGTERM first, and SIGKILL if the command does not end', async () => {
      const ignoresSigterm = script(
        "trap ': > asked' TERM; save pid $$; while :; do sleep 600 & wait; done",
      )
      const {answer, hooks, run} = newHooks(ignoresSigterm)
      const running = hooks.run(event, answer)
      const pid = await written('pid')
      run.abort(over)
      await assert.rejects(running, over)
      await written('asked')
      while (await isAlive(pid)) await sleep(10)
    })

    it('does not wait for a daemon that keeps the output', async () => {
      const daemon = script(
        "setsid sh -c 'echo $$ > d; mv d daemon; exec sleep 600' & save pid $$; wait",
      )
      const {answer, hooks, run} = newHooks(daemon)
      const running = hooks.run(event, answer)
      const pids = [await written('pid'), await written('daemon')]
      run.abort(over)
      await assert.rejects(running, over)
      assert.deepEqual(await Promise.all(pids.map(isAlive)), [false, true])
      process.kill(Number(pids[1]))
    })

    it('reports completed events in order, and none after an event that was interrupted', async () => {
      const command =
        'case $XMPP_ID in slow) until [ -e go ]; do sleep 0.05; done;; stuck) save stuck; sleep 600;; esac'
      const {hooks, run} = newHooks(script(command), {jobs: 3})
      const done: string[] = []
      for (const id of ['slow', 'fast', 'stuck']) {
        const started = hooks.run({...event, id})
        hooks.onDrained(() => done.push(id))
        if (id !== 'stuck') await started
      }
      await written('stuck')
      assert.deepEqual(done, [])
      writeFileSync(path.join(dir, 'go'), '')
      while (done.length < 2) await sleep(10)
      run.abort(over)
      await assert.rejects(hooks.drain(), over)
      assert.deepEqual(done, ['slow', 'fast'])
    })
  })
})
