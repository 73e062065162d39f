/** Builds dist/: the program in chunks, the file that loads them, and the manifest for oclif. */
import {createHash} from 'node:crypto'
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {Plugin} from '@oclif/core'
import {build, transform} from 'esbuild'
import {sharedFlags} from '../src/cli/flags.ts'
import {
  laterInOclif,
  noEditor,
  noUserLookup,
  oneStringWidth,
  sortedManifest,
} from './bundle-plugins.js'
import {licencesOf} from './licences.ts'

const root = path.dirname(import.meta.dirname)
const inRoot = (...parts) => path.join(root, ...parts)
const MAIN = 'src/cli/start/main.ts'
/** What most runs of the standalone executable need; it is loaded when the executable is built. */
const AHEAD = [MAIN, 'src/commands/send.ts', 'src/session/session.ts']

const commands = readdirSync(inRoot('src/commands'), {recursive: true})
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replaceAll(path.sep, '/'))
  .toSorted()
  .map((name) => ({
    id: name.replace(/\.ts$/, '').replaceAll('/', ':'),
    file: `src/commands/${name}`,
  }))

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minify: true,
  legalComments: 'none',
}

// esbuild splits ES modules only. Code from V8's cache can only be a script, so each chunk becomes a CommonJS module then.
const {metafile, outputFiles} = await build({
  ...common,
  format: 'esm',
  splitting: true,
  entryPoints: [MAIN, ...commands.map(({file}) => file)],
  entryNames: '[hash]',
  chunkNames: '[hash]',
  outdir: 'dist',
  write: false,
  metafile: true,
  external: ['@napi-rs/keyring', 'xmpp:commands'],
  alias: {
    debug: './scripts/stubs/debug.js',
    semver: './scripts/stubs/semver.js',
    'wsl-utils': './scripts/stubs/wsl-utils.js',
  },
  plugins: [laterInOclif, noEditor, noUserLookup, oneStringWidth, sortedManifest],
})

const nameOf = (output) => `./${path.basename(output)}`
const outputs = Object.entries(metafile.outputs)
const names = outputs.map(([output]) => nameOf(output))
const numberOf = (name) => names.indexOf(name)
const chunkOf = (entry) => {
  const [output] = outputs.find(([, {entryPoint}]) => entryPoint === entry)
  return numberOf(nameOf(output))
}

/** The text of each chunk is a property of an object literal, and the loader makes one script of several. */
async function propertyOf({path: file, text}) {
  const {code} = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: common.target,
    minify: true,
    supported: {'dynamic-import': false},
  })
  return [nameOf(file), `${JSON.stringify(nameOf(file))}(exports,require,module){${code}},`]
}

const texts = new Map(await Promise.all(outputFiles.map(propertyOf)))

/** A script of its own costs more than a few lines that are not used. */
const SMALL = 4096
const isNeeded = (kind, output) =>
  kind === 'import-statement' || texts.get(nameOf(output)).length < SMALL

let offset = 0
const chunks = outputs.map(([output, {imports}]) => {
  const {length} = texts.get(nameOf(output))
  const start = offset
  offset += length
  const needed = imports
    .filter(({external, kind, path: file}) => !external && isNeeded(kind, file))
    .map(({path: file}) => numberOf(nameOf(file)))
  return [nameOf(output), start, length, ...needed]
})
const text = names.map((name) => texts.get(name)).join('')
mkdirSync(inRoot('dist'), {recursive: true})
writeFileSync(inRoot('dist/chunks.js'), text, 'latin1')

const used = outputs.flatMap(([, {inputs}]) =>
  Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
)
writeFileSync(inRoot('dist/licences.txt'), licencesOf(used, root))

/** Of the chunks, and of the layout of the files that hold their compiled code. */
const hashOf = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex').slice(0, 16)
}

const index = {
  build: hashOf(text, readFileSync(inRoot('src/cli/start/code-cache.ts'))),
  main: chunkOf(MAIN),
  commands: Object.fromEntries(commands.map(({file, id}) => [id, chunkOf(file)])),
  ahead: AHEAD.map(chunkOf),
  chunks,
}
await build({
  ...common,
  format: 'cjs',
  entryPoints: {xmpp: 'src/cli/start/bundle.ts', snapshot: 'src/cli/start/snapshot.ts'},
  outdir: 'dist',
  outExtension: {'.js': '.cjs'},
  define: {BUNDLE: JSON.stringify(index)},
})

const plugin = new Plugin({errorOnManifestCreate: true, ignoreManifest: true, isRoot: true, root})
await plugin.load()
// Each run parses the manifest, and the flags that all commands share would be four fifths of it.
for (const {flags} of Object.values(plugin.manifest.commands))
  for (const name of Object.keys(sharedFlags)) delete flags[name]
// ASCII is read faster than other text.
const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
const manifest = JSON.stringify(plugin.manifest).replace(/[^ -~]/g, escaped)
writeFileSync(inRoot('oclif.manifest.json'), `${manifest}\n`)
