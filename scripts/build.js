/** Builds dist/: one bundle with all commands, and what starts it; then the manifest that tells oclif what is in it. */
import {createHash} from 'node:crypto'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import path from 'node:path'
import {Plugin} from '@oclif/core'
import {build} from 'esbuild'

const root = path.dirname(import.meta.dirname)
const inRoot = (...parts) => path.join(root, ...parts)

/** The table of src/cli/commands.d.ts: each command is evaluated only when it is asked for. */
const commandTable = {
  name: 'commands',
  setup({onLoad, onResolve}) {
    onResolve({filter: /^xmpp:commands$/}, ({path: id}) => ({path: id, namespace: 'commands'}))
    onLoad({filter: /.*/, namespace: 'commands'}, () => {
      const files = readdirSync(inRoot('src/commands'), {recursive: true})
      const rows = files
        .filter((name) => name.endsWith('.ts'))
        .map((name) => {
          const id = name.replace(/\.ts$/, '').replaceAll(path.sep, ':')
          return `${JSON.stringify(id)}: () => import(${JSON.stringify(`./src/commands/${name}`)})`
        })
      return {contents: `export const commands = {${rows.join(',\n')}}`, resolveDir: root}
    })
  },
}

/** Of oclif, only what is used: its index loads all of it, and a glob library that a bundle has no files for. */
const lessOclif = {
  name: 'less-oclif',
  setup({onLoad, onResolve}) {
    onResolve({filter: /^(@oclif\/core|tinyglobby)$/}, ({path: id}) => ({
      path: id,
      namespace: 'less-oclif',
    }))
    onLoad({filter: /^tinyglobby$/, namespace: 'less-oclif'}, () => ({contents: ''}))
    onLoad({filter: /^@oclif\/core$/, namespace: 'less-oclif'}, () => ({
      contents: `
        export * as Args from '@oclif/core/args'
        export {Command} from '@oclif/core/command'
        export * as Errors from '@oclif/core/errors'
        export * as Flags from '@oclif/core/flags'
        export {Plugin} from '@oclif/core/config'
        export {run} from '@oclif/core/run'`,
      resolveDir: root,
    }))
  },
}

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  legalComments: 'none',
}
await build({
  ...common,
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/xmpp.cjs',
  external: ['@napi-rs/keyring'],
  plugins: [commandTable, lessOclif],
})
const bundle = readFileSync(inRoot('dist/xmpp.cjs'))
const id = createHash('sha256').update(bundle).digest('hex').slice(0, 16)
await build({
  ...common,
  entryPoints: ['src/cli/boot.ts'],
  outfile: 'dist/boot.cjs',
  external: ['./main.ts'],
  define: {BUILD_ID: JSON.stringify(id)},
})

const {commands} = createRequire(import.meta.url)(inRoot('dist/xmpp.cjs'))
class BuildPlugin extends Plugin {
  async getCommandIDs() {
    return Object.keys(commands)
  }

  async findCommand(id) {
    const {default: command} = await commands[id]()
    return Object.assign(command, {id, plugin: this})
  }
}
const plugin = new BuildPlugin({
  errorOnManifestCreate: true,
  ignoreManifest: true,
  isRoot: true,
  root,
})
await plugin.load()
writeFileSync(inRoot('oclif.manifest.json'), `${JSON.stringify(plugin.manifest)}\n`)
