/** The stable interface, one promise a line: commands, flags, defaults, exit codes, error codes, settings, JSON keys. */
import type {Command} from '@oclif/core'
import {OPTIONS, type Option} from '../../src/account/config/options.ts'
import {namedSharedFlags} from '../../src/cli/flags.ts'
import {EXIT} from '../../src/errors.ts'
import {filesIn, read} from './repository.ts'
import {readSchema, schemaNames} from './schema.ts'

export function interfaceLines(): string[] {
  const {commands}: {commands: Record<string, Command.Cached>} = JSON.parse(
    read('oclif.manifest.json'),
  )
  const lines = [
    ...Object.values(commands).flatMap(linesOfCommand),
    ...linesOfFlags('all', namedSharedFlags),
    ...Object.entries(EXIT).map(([name, code]) => `exit-code ${code} ${name}`),
    ...errorCodes().map((code) => `error ${code}`),
    ...Object.entries<Option>(OPTIONS).flatMap(([key, {type, variable}]) => [
      `setting ${key} ${type}`,
      ...(variable ? [`variable ${variable}`] : []),
    ]),
    ...schemaNames.flatMap((name) => linesOfSchema(name)),
  ]
  return [...new Set(lines)].sort()
}

function linesOfCommand({args, flags, id}: Command.Cached): string[] {
  const name = id.replaceAll(':', ' ')
  return [
    `command ${name}`,
    ...Object.values(args).map(
      (arg) => `argument ${name} ${arg.name}${arg.required ? ' required' : ''}`,
    ),
    ...linesOfFlags(name, Object.values(flags)),
  ]
}

const linesOfFlags = (name: string, flags: Command.Flag.Cached[]): string[] =>
  flags.flatMap((flag) => {
    const long = `flag ${name} --${flag.name}`
    const value = flag.type === 'option' ? ' value' : ''
    const options = flag.type === 'option' ? (flag.options ?? []) : []
    return [
      `${long}${value}`,
      ...(flag.char ? [`${long} -${flag.char}`] : []),
      ...(flag.default === undefined ? [] : [`${long} default ${flag.default}`]),
      ...options.map((option) => `${long} option ${option}`),
    ]
  })

const errorCodes = (): string[] =>
  filesIn('src', '.ts').flatMap((file) =>
    [...read(`src/${file}`).matchAll(/(?:new Failure\(\s*|\bcode: )'([a-z0-9-]+)'/g)].map(
      ([, code = '']) => code,
    ),
  )

type Schema = Record<string, unknown>

/** Each key with its path; `required` if it is always present. */
function linesOfSchema(name: string): string[] {
  const root = readSchema(name)
  const lines: string[] = []
  const visit = (schema: Schema, path: string, seen: string[]): void => {
    const {$ref, items, properties = {}, required = []} = schema
    if (typeof $ref === 'string' && $ref.startsWith('#/$defs/') && !seen.includes($ref)) {
      const definition = (root.$defs as Record<string, Schema>)[$ref.slice('#/$defs/'.length)]
      if (definition) visit(definition, path, [...seen, $ref])
    }
    for (const [key, value] of Object.entries(properties as Record<string, Schema>)) {
      const keyPath = path === '' ? key : `${path}.${key}`
      const isRequired = (required as string[]).includes(key)
      lines.push(`json ${name} ${keyPath}${isRequired ? ' required' : ''}`)
      visit(value, keyPath, seen)
    }
    if (items) visit(items as Schema, `${path}[]`, seen)
    for (const key of ['oneOf', 'anyOf', 'allOf'])
      for (const part of (schema[key] as Schema[] | undefined) ?? []) visit(part, path, seen)
  }
  visit(root, '', [])
  return lines
}
