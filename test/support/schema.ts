/** JSON Schema 2020-12: checks output against schemas/ <https://json-schema.org/draft/2020-12> */
import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {Ajv2020} from 'ajv/dist/2020.js'

const folder = path.join(import.meta.dirname, '../../schemas')

/** The names of all schemas, such as `roster-list`. */
export const schemaNames: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => path.parse(file).name)

export function readSchema(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'))
}

const ajv = new Ajv2020({
  allErrors: true,
  allowUnionTypes: true, // ["string", "null"]: null means absent
  strictRequired: false, // a oneOf may require what the object around it describes
  validateFormats: false, // without a library of formats they would be unknown words
})
for (const name of schemaNames) ajv.addSchema(readSchema(name), `${name}.json`)

/** Throws unless the value matches the schema of that name. */
export function assertMatchesSchema(value: unknown, name: string): void {
  const validate = ajv.getSchema(`${name}.json`)
  assert.ok(validate, `schemas/${name}.json is missing`)
  if (validate(value)) return
  const what = ajv.errorsText(validate.errors, {dataVar: name, separator: '\n'})
  assert.fail(`${what}\nin ${JSON.stringify(value, null, 2)}`)
}
