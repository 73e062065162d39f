/** Plugins of esbuild: what the bundle leaves out, replaces, or loads later than the packages do. */
import {readFileSync} from 'node:fs'
import path from 'node:path'

const root = path.dirname(import.meta.dirname)
const oclif = path.join('node_modules', '@oclif', 'core')

/** A prompt of inquirer that is not used here, with half a megabyte of character sets. */
export const noEditor = {
  name: 'no-editor',
  setup({onLoad, onResolve}) {
    onResolve({filter: /^@inquirer\/editor$/}, ({path: id}) => ({path: id, namespace: 'no-editor'}))
    onLoad({filter: /.*/, namespace: 'no-editor'}, () => ({contents: 'export default undefined'}))
  },
}

/** cli-table3 measures with its own string-width of 2019, which miscounts Arabic, Hebrew, Thai and newer emoji. */
export const oneStringWidth = {
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

/** Packages and modules of Node that oclif loads on every run but rarely uses; they are loaded at their first use. */
const LATER = {
  'node:child_process': ['execSync'],
  'node:perf_hooks': ['performance', 'PerformanceObserver'],
  'node:readline': ['createInterface'],
  'ansi-escapes': ['cursorLeft', 'cursorUp', 'eraseDown', 'eraseLine'],
  'cli-spinners': ['dots2', 'line'],
  ejs: ['render'],
  'get-package-type': ['sync'],
  lilconfig: ['lilconfig'],
  minimatch: ['minimatch'],
  tinyglobby: ['glob'],
}
const LATER_FUNCTIONS = ['clean-stack', 'indent-string', 'string-width', 'widest-line', 'wrap-ansi']
const laterNames = [...Object.keys(LATER), ...LATER_FUNCTIONS]
export const laterInOclif = {
  name: 'later-in-oclif',
  setup({onLoad, onResolve}) {
    onResolve({filter: new RegExp(`^(${laterNames.join('|')})$`)}, ({importer, path: id}) =>
      importer.includes(oclif) ? {path: id, namespace: 'later'} : undefined,
    )
    onLoad({filter: /.*/, namespace: 'later'}, ({path: id}) => ({
      contents: LATER[id]
        ? `module.exports = {${LATER[id].map((name) => `get ${name}() { return require('${id}').${name} }`)}}`
        : `module.exports = (...args) => require('${id}')(...args)`,
      resolveDir: path.join(root, oclif),
    }))
  },
}

/** Replaces pieces of a file of oclif, which must be there. */
const replaced = (name, filter, replacements) => ({
  name,
  setup({onLoad}) {
    onLoad({filter}, ({path: file}) => {
      let contents = readFileSync(file, 'utf8')
      for (const [text, replacement] of Object.entries(replacements)) {
        if (!contents.includes(text)) throw new Error(`${file} has changed: look for ${text}`)
        contents = contents.replace(text, replacement)
      }
      return {contents}
    })
  },
})

/**
 * The manifest has the commands in order. To sort them again, oclif compares by the rules of a language, and the first such
 * comparison of a run takes Node 10 ms. In the standalone executable, the manifest is no file.
 */
export const sortedManifest = replaced('sorted-manifest', /oclif.core.lib.config.plugin\.js$/, {
  '.sort((a, b) => a.id.localeCompare(b.id))': '',
  'await (0, fs_1.readJson)(p)': `JSON.parse(require('${root}/src/packaged-files.ts').readPackagedFile(this.root, 'oclif.manifest.json'))`,
})

/** The name of the user's shell, which nothing uses here. In a container, a user may have no entry, and Node throws. */
export const noUserLookup = replaced('no-user-lookup', /oclif.core.lib.util.os\.js$/, {
  '(0, node_os_1.userInfo)().shell': 'undefined',
})
