import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {readSchema as readSchemaOf} from '../src/cli/reference/schemas.ts'
import {EXIT, Failure} from '../src/errors.ts'
import {INVOCATIONS} from './acceptance/invocations.ts'
import {assertMatchesSchema, readSchema, schemaNames} from './support/schema.ts'

const failureOf = (exitCode: number) => new Failure('not-found', 'It is not there', exitCode)
const document = (failure: Failure): unknown => JSON.parse(JSON.stringify({error: failure}))

describe('schemas', () => {
  for (const name of schemaNames) {
    it(`${name}: has a title and an id, and compiles`, () => {
      const schema = readSchema(name)
      assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema')
      assert.equal(schema.$id, `${name}.json`)
      assert.equal(typeof schema.title, 'string')
      assert.throws(() => assertMatchesSchema('no such result', name), /must be object/)
    })
  }

  it('error: has every exit code of a failure, and no other', () => {
    const results: number[] = [EXIT.ok, EXIT.otherAnswer]
    for (const exitCode of Object.values(EXIT).filter((code) => !results.includes(code)))
      assertMatchesSchema(document(failureOf(exitCode)), 'error')
    assert.throws(() => assertMatchesSchema(document(failureOf(1)), 'error'), /exitCode/)
  })

  it('error: only 75 is retryable', () => {
    const lying = {...failureOf(EXIT.unavailable).toJSON(), retryable: true}
    assert.throws(() => assertMatchesSchema({error: lying}, 'error'), /retryable/)
  })

  it('xmpp schema finds the schema of each command', () => {
    const root = path.join(import.meta.dirname, '..')
    for (const [id, {schema}] of Object.entries(INVOCATIONS)) {
      const {$id} = readSchemaOf(root, id.split(':'))
      assert.equal($id, `${schema ?? id.replaceAll(':', '-')}.json`)
    }
  })

  it('are part of the package', () => {
    const root = path.join(import.meta.dirname, '..')
    const {files} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
    assert.ok(files.includes('schemas'))
  })
})
