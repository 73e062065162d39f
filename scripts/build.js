/** Builds dist/: one bundle with all commands, and what starts it; then the manifest that tells oclif what is in it. */
import {createHash} from 'node:crypto'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import path from 'node:path'
import {Plugin} from '@oclif/core'
import {build} from 'esbuild'
import {lessOclif} from './less-oclif.js'
import {licencesOf} from './licences.js'

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
      const {name, version} = JSON.parse(readFileSync(inRoot('package.json')))
      const words = Object.entries({name, version}).map(
        ([key, value]) => `export const ${key} = ${JSON.stringify(value)}`,
      )
      const table = `export const commands = {${rows.join(',\n')}}`
      return {contents: [table, ...words].join('\n'), resolveDir: root}
    })
  },
}

/** A prompt that we do not have, and its half a megabyte of character sets. */
const noEditor = {
  name: 'no-editor',
  setup({onLoad, onResolve}) {
    onResolve({filter: /^@inquirer\/editor$/}, ({path: id}) => ({path: id, namespace: 'no-editor'}))
    onLoad({filter: /.*/, namespace: 'no-editor'}, () => ({contents: 'export default undefined'}))
  },
}

/** cli-table3 measures with its own string-width of 2019, which miscounts Arabic, Hebrew, Thai and newer emoji. */
const oneStringWidth = {
  name: 'one-string-width',
  setup({onLoad, onResolve}) {
    onResolve({filter: /^string-width$/}, ({importer}) =>
      importer.includes(`${path.sep}cli-table3${path.sep}`)
        ? {path: 'string-width', namespace: 'one-string-width'}
        : undefined,
    )
    onLoad({filter: /.*/, namespace: 'one-string-width'}, () => ({
      contents: "module.exports = require('string-width').default",
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
  // Code that comes out of V8's cache may have lost the way to Node's loader of modules.
  supported: {'dynamic-import': false},
  minify: true,
  legalComments: 'none',
}
const {metafile} = await build({
  ...common,
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/xmpp.cjs',
  external: ['@napi-rs/keyring'],
  metafile: true,
  plugins: [commandTable, lessOclif(root), noEditor, oneStringWidth],
})
const {inputs} = metafile.outputs['dist/xmpp.cjs']
writeFileSync(inRoot('dist/licences.txt'), licencesOf(Object.keys(inputs), root))
const bundle = readFileSync(inRoot('dist/xmpp.cjs'))
const id = createHash('sha256').update(bundle).digest('hex').slice(0, 16)
const {commands} = createRequire(import.meta.url)(inRoot('dist/xmpp.cjs'))
const firstWords = [...new Set(Object.keys(commands).map((id) => id.split(':', 1)[0]))]
await build({
  ...common,
  entryPoints: ['src/cli/boot.ts'],
  outfile: 'dist/boot.cjs',
  external: ['./main.ts'],
  define: {BUILD_ID: JSON.stringify(id), FIRST_WORDS: JSON.stringify(firstWords)},
})

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
