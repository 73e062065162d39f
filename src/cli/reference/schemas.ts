/** The JSON Schemas of the results, which are files of the package. */
import path from 'node:path'
import {EXIT, Failure} from '../../errors.ts'
import {packagedFilesIn, readPackagedFile} from '../../packaged-files.ts'

export interface SchemaEntry {
  /** `roster list`, `send batch`, `error`. */
  name: string
  title: string
}

/** Commands whose schema is named after their output, not after the command. */
const OTHER_NAMES: Record<string, string> = {
  'history-list': 'events',
  'iq-get': 'iq',
  'iq-set': 'iq',
  listen: 'events',
}

/** @param root the folder of package.json */
export const listSchemas = (root: string): SchemaEntry[] =>
  packagedFilesIn(root, 'schemas')
    .filter((file) => file.endsWith('.json'))
    .map((file) => path.parse(file).name)
    .sort()
    .map((file) => ({
      name: file.replaceAll('-', ' '),
      title: String(readFile(root, file).title ?? ''),
    }))

/** @param words the name of a command, or of another schema. Throws `unknown-schema` (2). */
export function readSchema(root: string, words: string[]): Record<string, unknown> {
  const name = words.join('-').replaceAll(' ', '-')
  const file = Object.hasOwn(OTHER_NAMES, name) ? (OTHER_NAMES[name] ?? name) : name
  if (listSchemas(root).some((schema) => schema.name === file.replaceAll('-', ' ')))
    return readFile(root, file)
  throw new Failure('unknown-schema', `"${words.join(' ')}" has no schema`, EXIT.usage, {
    hint: 'List the schemas with: xmpp schema',
  })
}

const readFile = (root: string, name: string): Record<string, unknown> =>
  JSON.parse(readPackagedFile(root, `schemas/${name}.json`))
