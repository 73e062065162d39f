/** The tables of docs/reliability.md: the program has each error with this exit code, and the suite expects it. */
import assert from 'node:assert/strict'
import {EXIT} from '../../src/errors.ts'
import {NS_STANZA_ERRORS, parseStanzaError} from '../../src/xml.ts'
import {filesIn, read} from '../support/repository.ts'
import {el} from '../support/xml.ts'

const EXIT_CODES: Readonly<Record<string, number>> = EXIT

const sources = filesIn('src', '.ts')
  .map((name) => read(`src/${name}`))
  .join('\n')

/** `new Failure('code', message, EXIT.name`, and the tables of conditions: `'code': [EXIT.name` and `'code': EXIT.name`. */
const DECLARATIONS = [
  /Failure\(\s*'(?<code>[\w-]+)',(?:(?!Failure\()[\s\S])*?EXIT\.(?<name>\w+)/g,
  /(?<![\w-])'?(?<code>[a-z][\w-]+)'?: \[?\s*EXIT\.(?<name>\w+)/g,
]
/** Functions whose failures have one exit code. */
const HELPERS: Record<string, number> = {protocolError: EXIT.protocol, failure: EXIT.protocol}

function declaredCodes(): Map<string, Set<number>> {
  const codes = new Map<string, Set<number>>()
  const add = (code: string, exitCode: number | undefined): void => {
    if (exitCode !== undefined) codes.set(code, (codes.get(code) ?? new Set()).add(exitCode))
  }
  for (const pattern of DECLARATIONS)
    for (const {groups: {code = '', name = ''} = {}} of sources.matchAll(pattern))
      add(code, EXIT_CODES[name])
  for (const [helper, exitCode] of Object.entries(HELPERS))
    for (const [, code = ''] of sources.matchAll(new RegExp(`${helper}\\(\\s*'([\\w-]+)'`, 'g')))
      add(code, exitCode)
  return codes
}

const expected = filesIn('test', '.test.ts')
  .filter((name) => !name.startsWith('docs/'))
  .map((name) => read(`test/${name}`))
  .join('\n')

/** Of an error with this condition that no table names. */
function exitCodeOfError(condition: string): number {
  const error = `<error type="cancel"><${condition} xmlns="${NS_STANZA_ERRORS}"/></error>`
  return parseStanzaError(el`<message type="error">${error}</message>`).exitCode
}

describe('docs/reliability.md', () => {
  const rows = [...read('docs/reliability.md').matchAll(/^\| ([^|]+) \| (\d+) \| `([\w-]+)` \|$/gm)]
  const codes = declaredCodes()

  it('has the faults of all stages', () => assert.ok(rows.length > 25))

  for (const [, fault = '', exitCode, code = ''] of rows)
    it(fault, () => {
      const declared = codes.get(code) ?? new Set([exitCodeOfError(code)])
      assert.ok(declared.has(Number(exitCode)), `${code} is not ${exitCode} in src/`)
      assert.match(expected, new RegExp(`\\b${code}\\b`), 'no test expects this code')
    })
})
