/**
 * Mocha's options for `npm run test:unit`: the test files that start neither a server nor the built command. The others
 * import one of two modules, directly or indirectly.
 */
const {existsSync, readdirSync, readFileSync} = require('node:fs')
const path = require('node:path')

const STARTERS = ['daemon.ts', 'cli.ts'].map((name) => path.join(__dirname, 'support', name))

/** All modules that a file imports, directly or indirectly. */
function importsOf(file, found = new Set()) {
  if (found.has(file) || !existsSync(file)) return found
  found.add(file)
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/from '(\..+\.ts)'/g)) {
    importsOf(path.resolve(path.dirname(file), name), found)
  }
  return found
}

const isUnit = (file) => {
  const imports = importsOf(file)
  return !STARTERS.some((starter) => imports.has(starter))
}

module.exports = {
  parallel: true,
  jobs: 2, // Mocha's default is one less than the number of processors
  spec: readdirSync(__dirname, {recursive: true, encoding: 'utf8'})
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join(__dirname, name))
    .filter(isUnit),
}
