/** Builds dist/: one bundle with all commands, the file that starts it, and the manifest for oclif. */
import {createHash} from 'node:crypto'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {Plugin} from '@oclif/core'
import {build} from 'esbuild'
import {licencesOf} from './licences.js'

const root = path.dirname(import.meta.dirname)
const inRoot = (...parts) => path.join(root, ...parts)

/** The table of src/cli/commands.d.ts, as oclif's strategy "explicit" reads it: each getter evaluates one command. */
const ids = readdirSync(inRoot('src/commands'), {recursive: true})
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replace(/\.ts$/, '').replaceAll(path.sep, ':'))
  .toSorted()
const commandTable = {
  name: 'commands',
  setup({onLoad, onResolve}) {
    onResolve({filter: /^xmpp:commands$/}, ({path: id}) => ({path: id, namespace: 'commands'}))
    onLoad({filter: /.*/, namespace: 'commands'}, () => {
      const getters = ids.map((id) => {
        const file = `./src/commands/${id.replaceAll(':', '/')}.ts`
        return `get ${JSON.stringify(id)}() { return require(${JSON.stringify(file)}).default }`
      })
      return {contents: `export const COMMANDS = {${getters.join(',\n')}}`, resolveDir: root}
    })
  },
}

/** A prompt of inquirer that is not used here, with half a megabyte of character sets. */
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

/** Modules of Node that oclif loads on every run and uses on few: each export is read when it is used. */
const LATER = {
  'node:child_process': ['execSync'],
  'node:perf_hooks': ['performance', 'PerformanceObserver'],
  'node:readline': ['createInterface'],
}
const laterInOclif = {
  name: 'later-in-oclif',
  setup({onLoad, onResolve}) {
    onResolve(
      {filter: new RegExp(`^(${Object.keys(LATER).join('|')})$`)},
      ({importer, path: id}) =>
        importer.includes(path.join('@oclif', 'core')) ? {path: id, namespace: 'later'} : undefined,
    )
    onLoad({filter: /.*/, namespace: 'later'}, ({path: id}) => ({
      contents: `module.exports = {${LATER[id].map((name) => `get ${name}() { return require('${id}').${name} }`)}}`,
    }))
  },
}

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  // Code from V8's cache may have no access to the module loader of Node.
  supported: {'dynamic-import': false},
  minify: true,
  legalComments: 'none',
}
const {metafile} = await build({
  ...common,
  entryPoints: ['src/cli/start/main.ts'],
  outfile: 'dist/xmpp.cjs',
  external: ['@napi-rs/keyring'],
  alias: {
    debug: './scripts/stubs/debug.js',
    semver: './scripts/stubs/semver.js',
    'wsl-utils': './scripts/stubs/wsl-utils.js',
  },
  metafile: true,
  plugins: [commandTable, laterInOclif, noEditor, oneStringWidth],
})
const {inputs} = metafile.outputs['dist/xmpp.cjs']
const used = Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0)
writeFileSync(inRoot('dist/licences.txt'), licencesOf(used, root))
const bundle = readFileSync(inRoot('dist/xmpp.cjs'))
const id = createHash('sha256').update(bundle).digest('hex').slice(0, 16)
const firstWords = [...new Set(ids.map((id) => id.split(':', 1)[0]))]
await build({
  ...common,
  entryPoints: ['src/cli/start/boot.ts'],
  outfile: 'dist/boot.cjs',
  external: ['./main.ts'],
  define: {BUILD_ID: JSON.stringify(id), FIRST_WORDS: JSON.stringify(firstWords)},
})

const plugin = new Plugin({errorOnManifestCreate: true, ignoreManifest: true, isRoot: true, root})
await plugin.load()
writeFileSync(inRoot('oclif.manifest.json'), `${JSON.stringify(plugin.manifest)}\n`)
