/**
 * Edits the config file line by line, which preserves comments and order. The result is parsed, and written only if its
 * content is exactly as intended.
 */
import {isUtf8} from 'node:buffer'
import {readFile, readlink, realpath, stat} from 'node:fs/promises'
import path from 'node:path'
import {isDeepStrictEqual} from 'node:util'
import {EXIT, Failure, reasonOf} from '../../errors.ts'
import {withLock} from '../state/lock.ts'
import {replaceFile} from '../state/private-file.ts'
import {type Config, noConfigFile, parseConfig} from './config.ts'

export type ConfigContent = Omit<Config, 'file' | 'exists'>

export interface ConfigEdit {
  lines(lines: string[], toml: Toml): string[]
  content(before: ConfigContent): ConfigContent
}

export type Toml = typeof import('smol-toml')

/** @param edits called with the present content, which another process may have changed since the file was loaded */
export async function editConfig(
  {file}: Config,
  edits: (now: ConfigContent) => ConfigEdit[],
): Promise<void> {
  if (file === undefined) throw noConfigFile()
  try {
    const target = await targetOf(file)
    while (!(await editOnce(file, target, edits)));
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    const message = `Cannot write ${file}: ${reasonOf(cause)}`
    throw new Failure('config-not-written', message, EXIT.config, {cause})
  }
}

/** The file to write. A symbolic link, for example into a dotfiles folder, stays a link. */
async function targetOf(file: string): Promise<string> {
  const target = await realpath(file).catch(ifAbsent(undefined))
  if (target === undefined) {
    const link = await readlink(file).catch(ifNoLink)
    return link === undefined
      ? file
      : targetOf(path.resolve(await realpath(path.dirname(file)), link))
  }
  const stats = await stat(target).catch(ifAbsent(undefined))
  if (!stats || stats.isFile()) return target
  throw new Failure('config-not-written', `${file} is not a regular file`, EXIT.config)
}

/** False if another process took the lock meanwhile. */
function editOnce(
  file: string,
  target: string,
  edits: (now: ConfigContent) => ConfigEdit[],
): Promise<boolean> {
  return withLock(target, async (holdsLock) => {
    const before = await readFile(target).catch(ifAbsent(Buffer.alloc(0)))
    if (!isUtf8(before)) throw new Failure('bad-config', `${file} is not UTF-8 text`, EXIT.config)
    const after = await edited(before.toString(), file, edits)
    if (!(await holdsLock())) return false
    await replaceFile(target, after)
    return true
  })
}

const ifAbsent =
  <T>(instead: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT') return instead
    throw error
  }

const ifNoLink = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'EINVAL') ifAbsent(undefined)(error)
}

async function edited(
  before: string,
  file: string,
  edits: (now: ConfigContent) => ConfigEdit[],
): Promise<string> {
  const toml = await import('smol-toml')
  const [, mark = '', text = ''] = /^(\ufeff?)(.*)$/s.exec(before) ?? []
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n'
  let lines = text.trimEnd().split(/\r?\n/)
  let expected = await parseConfig(text, file)
  for (const edit of edits(expected)) {
    lines = edit.lines(lines, toml)
    expected = edit.content(expected)
  }
  const after = `${lines.join(lineBreak).trim()}${lineBreak}`
  const actual = await parseConfig(after, file).catch(() => undefined)
  if (!isDeepStrictEqual(actual, expected)) throw notEdited(file, text)
  return mark + after
}

/** The usual reason: the accounts are not separate tables. */
function notEdited(file: string, text: string): Failure {
  const lines = text.split(/\r?\n/)
  const table = lines.findIndex((line) => /^\s*\[\s*accounts\s*\]/.test(line))
  const inside = lines.slice(table + 1).findIndex((line) => /^\s*[^\s#]/.test(line)) + table + 1
  const dotted = lines.findIndex((line) => /^\s*accounts\s*[.=]/.test(line))
  const index = dotted === -1 && table !== -1 ? inside : dotted
  const where = index === -1 ? file : `${file}, line ${index + 1},`
  return new Failure(
    'config-not-edited',
    `Cannot edit ${where} without changing other values`,
    EXIT.config,
    {
      hint:
        index === -1
          ? 'The layout of the file is not supported: edit the file by hand'
          : 'Write each account as [accounts.NAME], followed by its keys, one per line',
    },
  )
}
