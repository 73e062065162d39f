/** An esbuild plugin: of oclif only what is used, and of what that brings along nothing before it is used. */
import {createRequire} from 'node:module'
import path from 'node:path'

const OCLIF = `${path.sep}@oclif${path.sep}core${path.sep}`

/** Its index loads all of it at once. */
const INDEX = `
  module.exports = {
    get Args() { return require('@oclif/core/args') },
    get Command() { return require('@oclif/core/command').Command },
    get Flags() { return require('@oclif/core/flags') },
    get HelpBase() { return require('@oclif/core/help').HelpBase },
  }`

/** What loads when it is first touched: a run that prints no help and no error needs none of it. */
const LATER = [
  ...['ansis', 'clean-stack', 'ejs', 'indent-string', 'string-width'],
  ...['supports-color', 'widest-line', 'wrap-ansi'],
  ...['node:child_process', 'node:fs/promises', 'node:perf_hooks', 'node:readline'],
]

/** What is not there at all: debugging of oclif itself, and what is for plugins and their files. */
const NEVER = {
  debug: 'module.exports = () => Object.assign(() => {}, {enabled: false})',
  ...Object.fromEntries(
    ['lilconfig', 'minimatch', 'tinyglobby', 'typescript', 'wsl-utils'].map((id) => [id, '']),
  ),
}

/** oclif's own asks for the width at once, and thereby for both streams. */
const SCREEN = `
  const {settings} = require('./settings')
  const width = ({columns, isTTY}) => settings.columns ?? (isTTY && columns >= 1 ? Math.max(40, columns) : 80)
  module.exports = {
    get stdtermwidth() { return width(process.stdout) },
    get errtermwidth() { return width(process.stderr) },
  }`

export function lessOclif(root) {
  const {resolve} = createRequire(path.join(root, 'package.json'))
  const oclif = createRequire(resolve('@oclif/core'))
  const names = (list) => new RegExp(`^(?:${list.join('|')})$`)
  return {
    name: 'less-oclif',
    setup({onLoad, onResolve}) {
      onResolve({filter: /^@oclif\/core$/}, () => ({path: 'index', namespace: 'oclif-index'}))
      onLoad({filter: /.*/, namespace: 'oclif-index'}, () => ({contents: INDEX, resolveDir: root}))

      onResolve({filter: names(Object.keys(NEVER))}, ({importer, path: id}) =>
        importer.includes(OCLIF) ? {path: id, namespace: 'oclif-never'} : undefined,
      )
      onLoad({filter: /.*/, namespace: 'oclif-never'}, ({path: id}) => ({contents: NEVER[id]}))

      onResolve({filter: names(LATER)}, ({importer, namespace, path: id}) =>
        namespace === 'file' && importer.includes(OCLIF)
          ? {path: id, namespace: 'oclif-later'}
          : undefined,
      )
      onLoad({filter: /.*/, namespace: 'oclif-later'}, ({path: id}) => ({
        contents: later(id, oclif(id)),
        resolveDir: path.dirname(resolve('@oclif/core')),
      }))

      onLoad({filter: /@oclif\/core\/lib\/screen\.js$/}, ({path: file}) => ({
        contents: SCREEN,
        resolveDir: path.dirname(file),
      }))
    },
  }
}

/** A stand-in that becomes the module. What TypeScript's imports ask for at once is known already. */
const later = (id, real) => `
  const real = () => require(${JSON.stringify(id)})
  module.exports = new Proxy(() => {}, {
    get: (_, key) => (key === '__esModule' ? ${real.__esModule === true} : real()[key]),
    apply: (_, self, words) => Reflect.apply(real(), self, words),
  })`
