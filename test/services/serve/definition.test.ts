import assert from 'node:assert/strict'
import {chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {parseDefinition} from '../../../src/services/serve/definition.ts'
import {readCommands} from '../../../src/services/serve/directory.ts'
import {assertMatchesSchema} from '../../support/schema.ts'

const parse = (document: unknown) => parseDefinition(JSON.stringify(document), 'x.json')

/** Problems that the schema cannot find: JIDs, durations, and two fields with one variable. */
const BEYOND_THE_SCHEMA = /not a JID|soon|XMPP_FIELD_A_B/

describe('the definition of a served command', () => {
  it('has a name, fields, JIDs and a time limit', () => {
    const document = {
      name: 'Deploy',
      instructions: 'Choose a target.\nIt takes a minute.',
      allow: ['Juliet@Example.com', 'romeo@example.net/orchard'],
      timeout: '2m',
      fields: [
        {
          name: 'target',
          type: 'list-single',
          required: true,
          options: ['a', {value: 'b', label: 'B'}],
        },
        {name: 'count', label: 'Number', value: 3, datatype: 'xs:int', min: 1, max: 9},
      ],
    }
    assertMatchesSchema(document, 'served-command')
    const definition = parse(document)
    assert.deepEqual(definition.allow, ['juliet@example.com', 'romeo@example.net/orchard'])
    assert.deepEqual(definition.instructions, ['Choose a target.', 'It takes a minute.'])
    assert.equal(definition.timeout, 120_000)
    const [target, count] = definition.fields
    assert.deepEqual(target?.options, [
      {label: 'a', value: 'a'},
      {label: 'B', value: 'b'},
    ])
    assert.deepEqual(count?.values, ['3'])
    assert.deepEqual(count?.validation?.max, '9')
  })

  it('allows no JID by default', () => {
    assert.deepEqual(parse({}), {
      ...{name: null, instructions: [], fields: [], allow: [], timeout: 30_000},
    })
  })

  const wrong: [unknown, RegExp][] = [
    [[], /object is missing/],
    [{alow: []}, /"alow" is unknown/],
    [{allow: 'a@b'}, /"allow" is not a list/],
    [{allow: ['a b@c']}, /not a JID/],
    [{timeout: 'soon'}, /soon/],
    [{fields: {}}, /"fields" is not a list/],
    [{fields: [{}]}, /field name ""/],
    [{fields: [{name: 'a=b'}]}, /field name "a=b"/],
    [{fields: [{name: 'a', type: 'text'}]}, /unknown type "text"/],
    [{fields: [{name: 'a-b'}, {name: 'a_B'}]}, /XMPP_FIELD_A_B/],
    [{fields: [{name: 'a', options: 1}]}, /"options" is not a list/],
    [{name: {}}, /"name" is not a text/],
  ]
  for (const [document, problem] of wrong)
    it(`is refused: ${problem.source}`, () => {
      assert.throws(() => parse(document), {code: 'bad-definition', exitCode: 78, message: problem})
      if (!BEYOND_THE_SCHEMA.test(problem.source))
        assert.throws(() => assertMatchesSchema(document, 'served-command'))
    })

  it('is refused if it is not JSON', () => {
    assert.throws(() => parseDefinition('{', 'x.json'), {message: /^x\.json: it is not JSON/})
  })
})

describe('the directory of served commands', () => {
  const {signal} = new AbortController()
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'served-'))
    write('deploy', '#!/bin/sh\n', 0o755)
    write('deploy.json', '{"name": "Deploy", "allow": ["a@b"]}')
  })
  afterEach(() => rmSync(dir, {recursive: true}))
  const write = (name: string, text: string, mode = 0o644): void => {
    writeFileSync(path.join(dir, name), text)
    chmodSync(path.join(dir, name), mode)
  }

  it('has the executable files, each with its definition', async () => {
    write('notes.txt', 'not executable')
    write('.hidden', '', 0o755)
    write('bare', '#!/bin/sh\n', 0o755)
    symlinkSync('nowhere', path.join(dir, 'broken'))
    const commands = await readCommands(dir, signal)
    assert.deepEqual(
      commands.map(({allow, name, node}) => [node, name, allow]),
      [
        ['bare', null, []],
        ['deploy', 'Deploy', ['a@b']],
      ],
    )
  })

  it('is refused where other users can write', async () => {
    for (const name of ['deploy', 'deploy.json', '.']) {
      const file = path.join(dir, name)
      chmodSync(file, 0o777)
      await assert.rejects(readCommands(dir, signal), {code: 'unsafe-mode', exitCode: 78})
      chmodSync(file, name === 'deploy.json' ? 0o644 : 0o755)
    }
  })

  it('is refused with a definition that is wrong, and where it cannot be read', async () => {
    write('deploy.json', '{"allow": "everybody"}')
    await assert.rejects(readCommands(dir, signal), {code: 'bad-definition', exitCode: 78})
    await assert.rejects(readCommands(path.join(dir, 'none'), signal), {
      code: 'no-input',
      exitCode: 66,
    })
  })
})
