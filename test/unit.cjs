/**
 * Mocha's options for `npm run test:unit`: the test files that start no process, such as a server or the built command.
 * The others import `node:child_process`, or a module of test/ that does.
 */
const {existsSync, readdirSync, readFileSync} = require('node:fs')
const path = require('node:path')

/** A file, and the modules of test/ that it imports, directly or indirectly. */
function withImports(file, found = new Set()) {
  if (found.has(file) || !existsSync(file) || !file.startsWith(__dirname)) return found
  found.add(file)
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/from '(\..+\.ts)'/g)) {
    withImports(path.resolve(path.dirname(file), name), found)
  }
  return found
}

const isUnit = (file) =>
  ![...withImports(file)].some((module) =>
    readFileSync(module, 'utf8').includes('node:child_process'),
  )

module.exports = {
  parallel: true,
  jobs: 3, // some tests wait for a second or more
  spec: readdirSync(__dirname, {recursive: true, encoding: 'utf8'})
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join(__dirname, name))
    .filter(isUnit),
}
