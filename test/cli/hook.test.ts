import assert from 'node:assert/strict'
import {EventLog} from '../../src/cli/event-log.ts'
import {Hooks} from '../../src/cli/hook.ts'

const event = {
  event: 'message',
  id: '7',
  from: 'romeo@example.net',
  body: 'a "b"\n$(c)',
  stanzaId: 'x',
}

const long = {...event, body: 'x'.repeat(1_000_000)}

/** Events that the hooks wrote, and answers. */
function newHooks(exec: string, options: {jobs?: number; 'exec-fail'?: 'stop'} = {}) {
  const records: object[] = []
  const answers: string[] = []
  const log = new EventLog(async (record) => void records.push(record))
  const hooks = new Hooks({exec, ...options}, log)
  const answer = async (text: string): Promise<void> => void answers.push(text)
  return {answer, answers, hooks, records}
}

describe('hook', () => {
  it('gives the event to the command, on stdin and in variables', async () => {
    const {answer, answers, hooks} = newHooks('printf "%s|%s|" "$XMPP_BODY" "$XMPP_STANZA_ID"; cat')
    await hooks.run(event, answer)
    assert.deepEqual(answers, [`${event.body}|x|${JSON.stringify(event)}`])
  })

  it('answers nothing when the command says nothing', async () => {
    const {answer, answers, hooks} = newHooks('true')
    await hooks.run(event, answer)
    assert.deepEqual(answers, [])
  })

  it('leaves to stdin what is too long for a variable', async () => {
    const {answer, answers, hooks} = newHooks('echo "[$XMPP_BODY]"; wc -c')
    await hooks.run(long, answer)
    assert.match(answers[0] ?? '', /^\[\]\n\s*10000\d\d$/)
  })

  it('does not mind a command that reads nothing', async () => {
    const {answer, answers, hooks} = newHooks('exec < /dev/null; echo done')
    await hooks.run(long, answer)
    assert.deepEqual(answers, ['done'])
  })

  it('runs one after the other', async () => {
    const {answer, answers, hooks} = newHooks('sleep $XMPP_ID; echo $XMPP_ID')
    for (const id of ['0.2', '0']) await hooks.run({...event, id}, answer)
    assert.deepEqual(answers, ['0.2', '0'])
  })

  it('runs several at once where that is wanted', async () => {
    const {answer, answers, hooks} = newHooks('sleep $XMPP_ID; echo $XMPP_ID', {jobs: 2})
    for (const id of ['0.3', '0']) await hooks.run({...event, id}, answer)
    assert.deepEqual(answers, ['0'])
    await hooks.drain()
    assert.deepEqual(answers, ['0', '0.3'])
  })

  it('tells of a command that fails, and goes on', async () => {
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

  it('or stops, also when the command was killed', async () => {
    const {answer, hooks} = newHooks('kill -9 $$', {'exec-fail': 'stop'})
    await assert.rejects(hooks.run(event, answer), {
      code: 'command-failed',
      exitCode: 69,
      message: 'The command failed (SIGKILL)',
    })
  })
})
