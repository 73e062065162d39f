/** As scripts/build.js does for the bundle: cli-table3 measures with the string-width of this project. */
const {createRequire, Module} = require('node:module')

const own = createRequire(require.resolve('cli-table3')).resolve('string-width')
const replaced = new Module(own)
replaced.exports = require('string-width').default
replaced.loaded = true
require.cache[own] = replaced
