/** What is no command: help, topics, and words that nobody knows. Only here all of oclif is needed. */

import {readFileSync} from 'node:fs'
import path from 'node:path'
import {type Command, type Interfaces, Plugin, run} from '@oclif/core'
import {unknownCommand} from './unknown-command.ts'

/** `root` is the folder of package.json and of the manifest, which has what help tells of all commands. */
export async function runFrontEnd(argv: string[], root: string): Promise<void> {
  const plugin = new ManifestPlugin({isRoot: true, root})
  await plugin.load()
  try {
    await run(argv, {plugins: new Map([[plugin.name, plugin]]), root})
  } catch (error) {
    throw unknownCommand(error, plugin.commandIDs) ?? error
  }
}

class ManifestPlugin extends Plugin {
  /**
   * What oclif's own `load` does, less what takes 15 ms and is of no use here: it looks for files, and sorts by the
   * rules of the reader's language, for which Node first loads its tables.
   */
  override async load(): Promise<void> {
    const root = this.options.root
    const pjson = readJson(path.join(root, 'package.json')) as Interfaces.PJSON
    const manifest = readJson(path.join(root, 'oclif.manifest.json')) as Interfaces.Manifest
    const {name, version} = pjson
    Object.assign(this, {alias: name, isRoot: true, manifest, name, pjson, root, type: 'core'})
    Object.assign(this, {
      hasManifest: true,
      hooks: {},
      moduleType: 'commonjs',
      valid: true,
      version,
    })
    this.commandIDs = Object.keys(manifest.commands)
    this.commands = Object.entries(manifest.commands).map(([id, cached]) => ({
      ...cached,
      load: (): Promise<Command.Class> => Promise.reject(new Error(`${id} is run elsewhere`)),
      pluginAlias: name,
      pluginType: 'core',
    }))
  }
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))
