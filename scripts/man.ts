/** Writes the manual pages to dist/man/: xmpp(1), one page per command, and xmpp-config(5). The source is that of `xmpp help`. */
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import type {Command} from '@oclif/core'
import {namedSharedFlags} from '../src/cli/flags.ts'
import {EXIT_CODES, GROUPS} from '../src/cli/help-topics.ts'
import {configFile} from '../src/cli/pages/config-file.ts'
import {environment} from '../src/cli/pages/environment.ts'
import type {HelpPage} from '../src/cli/pages/page.ts'
import {argument, list, literal, page, prose, section, seeAlso} from './man/mdoc.ts'

const root = path.dirname(import.meta.dirname)
const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'))
const commands: Command.Cached[] = Object.values(read('oclif.manifest.json').commands)
const {description} = read('package.json')
const {SOURCE_DATE_EPOCH: epoch} = process.env
const date = new Date(epoch ? Number(epoch) * 1000 : Date.now()).toLocaleDateString('en-US', {
  dateStyle: 'long',
  timeZone: 'UTC',
})

const nameOf = (id: string): string => `xmpp ${id.replaceAll(':', ' ')}`
const pageName = (id: string): string => `xmpp-${id.replaceAll(':', '-')}`
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

function commandPage(command: Command.Cached): string {
  const {args, examples = [], flags, id, summary = ''} = command
  const fill = (text: string): string =>
    text
      .replaceAll('<%= config.bin %>', 'xmpp')
      .replaceAll('<%= command.id %>', id.replaceAll(':', ' '))
  const own = Object.values(flags)
  const meanings = Object.values(args).map((arg): [string, string] => [
    `Ar ${argument(arg.name.toUpperCase())}`,
    sentence(arg.description),
  ])
  return page({date, name: pageName(id), summary: lowerFirst(summary), volume: 1}, [
    section('SYNOPSIS', `.Nm ${argument(nameOf(id))}`, ...synopsis(command), '.Op Ar flags'),
    section(
      'DESCRIPTION',
      prose(command.description ? command.description : `${summary}.`),
      ...(meanings.length > 0 ? [list(meanings)] : []),
    ),
    ...(own.length > 0 ? [section('OPTIONS', flagList(own))] : []),
    section('EXIT STATUS', prose('The exit codes are those of'), '.Xr xmpp 1 .'),
    section(
      'EXAMPLES',
      literal(examples.map((example) => `$ ${fill(String(example))}`).join('\n')),
    ),
    seeAlso([MAIN, CONFIG, ...siblings(id)]),
  ])
}

/** The words after the name, as macros. */
function synopsis({args, id, strict, usage}: Command.Cached): string[] {
  const [given] = usage === undefined ? [] : [usage].flat()
  const words = given
    ? given.replace('<%= command.id %>', '').trim().split(' ')
    : Object.values(args).map(({multiple, name, required}) => {
        const word = `${name.toUpperCase()}${multiple || strict === false ? '...' : ''}`
        return required ? word : `[${word}]`
      })
  if (words.some((word) => word.includes('<%'))) throw new Error(`Unknown usage of ${id}`)
  return words.map((word) => {
    const [, optional] = /^\[(.+)\]$/.exec(word) ?? []
    if (word === '--') return '.Fl Fl'
    return optional === undefined ? `.Ar ${argument(word)}` : `.Op Ar ${argument(optional)}`
  })
}

const MAIN = {name: 'xmpp', volume: 1}
const CONFIG = {name: 'xmpp-config', volume: 5}
const reference = ({id}: Command.Cached) => ({name: pageName(id), volume: 1})

const siblings = (id: string): (typeof MAIN)[] =>
  commands
    .filter((other) => other.id !== id && other.id.split(':')[0] === id.split(':')[0])
    .map(reference)

function flagList(flags: Command.Flag.Cached[]): string {
  return list(
    flags.map((flag) => {
      const long = `Fl Fl ${flag.type === 'boolean' && flag.allowNo ? '[no\\-]' : ''}${flag.name.replaceAll('-', '\\-')}`
      const value =
        flag.type === 'option'
          ? ` Ns = Ns Ar ${argument(String(flag.helpValue ?? flag.options?.join('|') ?? 'VALUE'))}`
          : ''
      const text = [sentence(flag.summary), flag.description].filter(Boolean).join('\n\n')
      return [`${flag.char ? `Fl ${flag.char} , ` : ''}${long}${value}`, text]
    }),
  )
}

/** A word that is a value, such as `true:`, keeps its small letter. */
const sentence = (text = ''): string =>
  `${text.replace(/^[a-z](?=[a-z-]*(?:[ ,;]|$))/, (letter) => letter.toUpperCase())}.`

const sectionsOf = ({sections}: HelpPage): string[] =>
  sections.map(({lines, rows = [], text, title}) =>
    section(
      title,
      ...(text ? [prose(text)] : []),
      ...(rows.length > 0 ? [rowList(rows)] : []),
      ...(lines ? [literal(lines)] : []),
    ),
  )

const rowList = (rows: [string, string][]): string =>
  list(rows.map(([name, meaning]) => [`Sy ${argument(name)}`, sentence(meaning)]))

function mainPage(): string {
  const byWord = (word: string): Command.Cached[] =>
    commands.filter(({id}) => id === word || id.startsWith(`${word}:`))
  const groups = Object.entries(GROUPS).map(
    ([title, words]) =>
      `.Ss ${title.charAt(0)}${title.slice(1).toLowerCase()}\n${list(
        words.flatMap(byWord).map(({id, summary}) => [`Xr ${pageName(id)} 1`, sentence(summary)]),
      )}`,
  )
  const [first, ...others] = sectionsOf(environment)
  return page({date, name: 'xmpp', summary: lowerFirst(description), volume: 1}, [
    section('SYNOPSIS', '.Nm', '.Ar command', '.Op Ar arguments', '.Op Ar flags'),
    section(
      'DESCRIPTION',
      prose(
        'Each command connects to an XMPP server, performs one operation and reports its result as an exit code and, with --json, as JSON.',
      ),
    ),
    section('COMMANDS', ...groups),
    section('OPTIONS', prose('All commands have these flags.'), flagList(namedSharedFlags)),
    section(
      'ENVIRONMENT',
      ...[first, ...others].map((part = '') => part.replace(/^\.Sh /, '.Ss ')),
    ),
    section(
      'FILES',
      list([
        ['Pa ~/.config/xmpp/config.toml', 'The config file.'],
        ['Pa ~/.local/state/xmpp/', 'Tokens and caches.'],
      ]),
    ),
    section('EXIT STATUS', rowList(EXIT_CODES)),
    section(
      'EXAMPLES',
      literal(
        '$ xmpp login juliet@example.com\n$ xmpp send romeo@example.net "Good night, good night"',
      ),
    ),
    seeAlso([CONFIG, ...commands.map(reference)]),
  ])
}

function configPage(): string {
  const [first, ...others] = sectionsOf(configFile)
  return page({date, name: 'xmpp-config', summary: 'config file of xmpp', volume: 5}, [
    (first ?? '').replace(/^\.Sh .*/, '.Sh DESCRIPTION'),
    ...others,
    seeAlso([MAIN, ...commands.filter(({id}) => /^(config:|login$)/.test(id)).map(reference)]),
  ])
}

const folder = path.join(root, 'dist/man')
rmSync(folder, {recursive: true, force: true})
const write = (volume: number, name: string, text: string): void => {
  mkdirSync(path.join(folder, `man${volume}`), {recursive: true})
  writeFileSync(path.join(folder, `man${volume}`, `${name}.${volume}`), text)
}
write(1, 'xmpp', mainPage())
write(5, 'xmpp-config', configPage())
for (const command of commands) write(1, pageName(command.id), commandPage(command))
