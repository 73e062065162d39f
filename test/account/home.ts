/** A home directory of its own for each test that needs one. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import type {AccountFlags} from '../../src/account/config/options.ts'
import {resolveSettings, type Settings} from '../../src/account/settings.ts'
import type {Env} from '../../src/account/state/directories.ts'

export interface Home {
  env: {HOME: string}
  config: string
  state: string
  file(name: string, text: string, mode?: number): string
  /** Writes the config file. */
  write(toml: string): void
  remove(): void
}

export function newHome(): Home {
  const home = mkdtempSync(path.join(tmpdir(), 'xmpp-home-'))
  const config = path.join(home, '.config/xmpp/config.toml')
  mkdirSync(path.dirname(config), {recursive: true})
  return {
    env: {HOME: home},
    config,
    state: path.join(home, '.local/state/xmpp'),
    file(name, text, mode = 0o600) {
      const file = path.join(home, name)
      writeFileSync(file, text, {mode})
      return file
    },
    write: (toml) => writeFileSync(config, toml),
    remove: () => rmSync(home, {recursive: true, force: true}),
  }
}

/** Reads settings like a command without a terminal. */
export function settingsOf(flags: AccountFlags, env: Env): Promise<Settings> {
  return resolveSettings(flags, {
    env,
    timeout: '30s',
    limit: () => new AbortController().signal,
    warn: () => {},
    readStdin: () => Promise.resolve('from-stdin\nsecond line'),
    ask: () => Promise.reject(new Error('nobody is here')),
  })
}
