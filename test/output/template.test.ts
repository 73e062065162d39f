import assert from 'node:assert/strict'
import {EVENT_FIELDS, fillTemplate, parseTemplate} from '../../src/output/template.ts'
import {readSchema} from '../support/schema.ts'

interface EventSchema {
  $ref?: string
  properties?: Record<string, {const?: string}>
}

const fill = (template: string, event: object): string =>
  fillTemplate(parseTemplate(template), event)

const message = {
  ...{event: 'message', time: '2026-11-20T08:00:00.000Z', from: 'bob@example.com/x'},
  ...{body: 'Two\nlines', reply: {id: 'r1', to: null}, markable: true, subject: null},
}

describe('listen --format', () => {
  it('fills in fields, and leaves empty what an event does not have', () => {
    assert.equal(
      fill('{time} {from}: {body}', message),
      '2026-11-20T08:00:00.000Z bob@example.com/x: Two\n    lines',
    )
    assert.equal(fill('[{subject}{show}{error.code}]', message), '[]')
    assert.equal(fill('{reply.id} {reply} {markable}', message), 'r1 {"id":"r1","to":null} true')
  })

  it('has escapes for braces, line breaks, tabs and backslashes', () => {
    assert.equal(fill('{{{event}}}\\t\\\\\\n.', message), '{message}\t\\\n.')
  })

  it('makes control characters of the network visible', () => {
    const hostile = {from: 'a\u001b[2J', body: 'x\nbob: y\u202e', error: {message: 'a\nb'}}
    assert.equal(fill('{from}|{body}|{error.message}', hostile), 'a␛[2J|x\n    bob: y\\u{202e}|a␊b')
  })

  for (const [template, problem] of [
    ['{sender}', /no event has the field "sender"/],
    ['{reply.by}', /no event has the field "reply.by"/],
    ['{}', /no event has the field ""/],
    ['{constructor}', /no event has the field/],
    ['{body', /a \{ has no counterpart/],
    ['body}', /a \} has no counterpart/],
    ['\\d', /\\d has no meaning/],
    ['\\', /\\ has no meaning/],
  ] as const)
    it(`refuses ${template}`, () =>
      assert.throws(() => parseTemplate(template), {
        ...{code: 'bad-template', exitCode: 2, message: problem},
      }))

  it('knows the fields of all events that have a line', () => {
    const {$defs, oneOf} = readSchema('events') as unknown as {
      $defs: Record<string, EventSchema>
      oneOf: EventSchema[]
    }
    const fieldsOf = ({$ref, properties = {}}: EventSchema): string[] => [
      ...Object.keys(properties),
      ...($ref ? fieldsOf($defs[$ref.split('/').at(-1) ?? ''] ?? {}) : []),
    ]
    const withoutLine = [
      'ready',
      'command-failed',
      'command',
      'disconnected',
      'reconnected',
    ].concat(['gap', 'room-created', 'end'])
    const fields = oneOf
      .filter(({properties}) => !withoutLine.includes(properties?.event?.const ?? ''))
      .flatMap(fieldsOf)
    assert.deepEqual([...new Set(fields)].toSorted(), EVENT_FIELDS.toSorted())
  })
})
