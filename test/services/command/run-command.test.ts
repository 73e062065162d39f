/** Services that violate the specification: the requests that the run sends, and how it ends. */
import assert from 'node:assert/strict'
import {Failure} from '../../../src/errors.ts'
import type {CommandStage} from '../../../src/protocol/core/command.ts'
import {CommandRun, type RunCommandOptions} from '../../../src/services/command/run-command.ts'
import type {Element, Iq} from '../../../src/xml.ts'
import {readElement} from '../../support/xml.ts'

const FIELD = "<field var='name' type='text-single'><required/></field>"
const PIN = "<field var='pin' type='text-private'/>"

const stageOf = (attributes: string, content = ''): Element =>
  readElement(
    `<command xmlns='http://jabber.org/protocol/commands' node='x' ${attributes}>${content}</command>`,
  )

const form = (fields: string): string => `<x xmlns='jabber:x:data' type='form'>${fields}</x>`

const EXECUTING = "status='executing'"
const COMPLETED = stageOf("status='completed'")

/** Gives these answers in order, and records the requests. */
function serviceOf(...answers: Element[]) {
  const sent: string[] = []
  const set = async (payload: Element): Promise<Element | undefined> => {
    const {action, sessionid = '-'} = payload.attrs
    const values = [...String(payload).matchAll(/<field var="([^"]*)"[^>]*>(.*?)<\/field>/g)]
    const fields = values.map(([, name, text = '']) => `${name}=${text.replace(/<[^>]*>/g, '')}`)
    sent.push([action, sessionid, ...fields].join(' '))
    return answers.shift()
  }
  return {iq: {get: set, set} satisfies Iq, sent}
}

async function run(
  service: ReturnType<typeof serviceOf>,
  options: Partial<RunCommandOptions> & {pairs?: string[]},
): Promise<CommandStage> {
  const {pairs = [], ...rest} = options
  const {stage} = await new CommandRun(service.iq, {
    ...{node: 'x', to: 'localhost', sessionId: undefined, action: undefined, toEnd: false},
    ...{given: {pairs, secrets: []}, unanswered: 'fail', signal: new AbortController().signal},
    ...rest,
  }).run()
  return stage
}

describe('a run of an ad-hoc command', () => {
  it('submits the given values once, and every form with --to-end', async () => {
    const answers = (): Element[] => [
      stageOf(`${EXECUTING} sessionid='s'`, `<actions><next/></actions>${form(FIELD)}`),
      stageOf(
        `${EXECUTING} sessionid='s'`,
        `<actions execute='complete'><complete/></actions>${form("<field var='size'/>")}`,
      ),
      COMPLETED,
    ]
    const once = serviceOf(...answers())
    assert.equal((await run(once, {pairs: ['name=a']})).status, 'executing')
    assert.deepEqual(once.sent, ['execute -', 'next s name=a'])

    const all = serviceOf(...answers())
    const {status} = await run(all, {pairs: ['name=a', 'size=b'], toEnd: true})
    assert.equal(status, 'completed')
    assert.deepEqual(all.sent, ['execute -', 'next s name=a', 'complete s size=b'])
  })

  it('returns the form if no value is given and the caller can submit it later', async () => {
    const service = serviceOf(stageOf(`${EXECUTING} sessionid='s'`, form(FIELD)))
    const stage = await run(service, {unanswered: 'return'})
    assert.equal(stage.status, 'executing')
    assert.deepEqual(service.sent, ['execute -'])
  })

  it('continues without a session id if the service gives none, and with the newest if it changes', async () => {
    const without = serviceOf(stageOf(EXECUTING, form(FIELD)), COMPLETED)
    await run(without, {pairs: ['name=a']})
    assert.deepEqual(without.sent, ['execute -', 'complete - name=a'])

    const next = `<actions><next/></actions>${form(FIELD)}`
    const other = `<actions><next/></actions>${form("<field var='size'/>")}`
    const changing = serviceOf(
      stageOf(`${EXECUTING} sessionid='1'`, next),
      stageOf(`${EXECUTING} sessionid='2'`, other),
      stageOf(EXECUTING, form('')),
      COMPLETED,
    )
    await run(changing, {pairs: ['name=a', 'size=b'], toEnd: true})
    assert.deepEqual(changing.sent, ['execute -', 'next 1 name=a', 'next 2 size=b', 'complete 2'])
  })

  it('uses the actions of the current stage', async () => {
    const service = serviceOf(
      stageOf(`${EXECUTING} sessionid='s'`, `<actions execute='next'><next/></actions>${form('')}`),
      stageOf(
        `${EXECUTING} sessionid='s'`,
        `<actions execute='next'><prev/><complete/></actions>${form(FIELD)}`,
      ),
      COMPLETED,
    )
    await run(service, {pairs: ['name=a'], toEnd: true})
    assert.deepEqual(service.sent, ['execute -', 'next s', 'complete s name=a'])
  })

  it('ends if the service completes with neither note nor form', async () => {
    const service = serviceOf(COMPLETED)
    const {form, notes, status} = await run(service, {})
    assert.deepEqual({form, notes, status}, {form: null, notes: [], status: 'completed'})
  })

  it('does not submit the same answers to the same form again', async () => {
    const again = (): Element =>
      stageOf(`${EXECUTING} sessionid='s'`, `<note type='error'>Too long</note>${form(FIELD)}`)
    const service = serviceOf(again(), again(), again(), again())
    await assert.rejects(run(service, {pairs: ['name=a'], toEnd: true}), {
      code: 'form-refused',
      exitCode: 65,
      text: 'Too long',
    })
    assert.deepEqual(service.sent, ['execute -', 'complete s name=a', 'cancel s'])
  })

  const refusals: [string, Partial<RunCommandOptions> & {pairs?: string[]}, string][] = [
    ['a required field without a value', {}, 'missing-value'],
    ['a field that the form does not have', {pairs: ['nmae=a']}, 'unknown-field'],
    ['a secret in an argument', {pairs: ['name=a', 'pin=1']}, 'secret-on-argv'],
    ['an action that the stage does not allow', {pairs: ['name=a'], action: 'next'}, 'bad-action'],
  ]
  for (const [what, options, code] of refusals)
    it(`cancels the command after ${what}`, async () => {
      const service = serviceOf(
        stageOf(`${EXECUTING} sessionid='s'`, form(FIELD + PIN)),
        stageOf("status='canceled'"),
      )
      await assert.rejects(run(service, options), {code, exitCode: 2})
      assert.deepEqual(service.sent, ['execute -', 'cancel s'])
    })

  it('reports the first failure if the cancellation fails as well', async () => {
    const stage = stageOf(`${EXECUTING} sessionid='s'`, form(FIELD))
    let requests = 0
    const set = async (): Promise<Element | undefined> => {
      if (requests++ > 0) throw new Failure('closed', 'The connection is closed', 75)
      return stage
    }
    const iq: Iq = {get: set, set}
    await assert.rejects(run({iq, sent: []}, {}), {code: 'missing-value'})
  })

  it('continues the session of an earlier run', async () => {
    const service = serviceOf(COMPLETED)
    await run(service, {sessionId: 's', pairs: ['name=a', 'name=b']})
    assert.deepEqual(service.sent, ['execute s name=ab'])

    for (const action of ['prev', 'cancel'] as const) {
      const stopping = serviceOf(stageOf("status='canceled'"))
      await run(stopping, {sessionId: 's', action, pairs: ['name=a']})
      assert.deepEqual(stopping.sent, [`${action} s`])
    }
  })
})
