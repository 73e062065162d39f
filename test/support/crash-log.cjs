/** Loaded into each run of the command under test: writes uncaught errors to a file, even if the run handles them. */
const {appendFileSync} = require('node:fs')

process.on('uncaughtExceptionMonitor', (error, origin) => {
  const command = process.argv.slice(2).join(' ')
  const {CRASH_LOG} = process.env
  if (CRASH_LOG) appendFileSync(CRASH_LOG, `xmpp ${command}: ${origin}: ${error?.stack ?? error}\n`)
})
