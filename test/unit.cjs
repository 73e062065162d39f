/**
 * Mocha's options for `npm run test:unit`: the test files that start no process, such as a server or the built command.
 * The others import `node:child_process`, or a module of test/ or scripts/ that does.
 */
const {existsSync, readdirSync, readFileSync} = require('node:fs')
const path = require('node:path')

const FOLDERS = [__dirname, path.join(__dirname, '../scripts')]

/** The texts of a file, and of the modules of test/ and scripts/ that it imports, directly or indirectly. */
function textsOf(file, texts = new Map()) {
  if (texts.has(file) || !existsSync(file)) return texts
  if (!FOLDERS.some((folder) => file.startsWith(folder))) return texts
  const text = readFileSync(file, 'utf8')
  texts.set(file, text)
  for (const [, name] of text.matchAll(/from '(\..+\.ts)'/g)) {
    textsOf(path.resolve(path.dirname(file), name), texts)
  }
  return texts
}

const isUnit = (file) =>
  ![...textsOf(file).values()].some((text) => text.includes('node:child_process'))

module.exports = {
  parallel: true,
  jobs: 3, // some tests wait for a second or more
  spec: readdirSync(__dirname, {recursive: true, encoding: 'utf8'})
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join(__dirname, name))
    .filter(isUnit),
}
