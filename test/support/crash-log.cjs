/** Loaded into each run of the command under test: what nobody caught goes to a file, whatever the run makes of it. */
const {appendFileSync} = require('node:fs')

process.on('uncaughtExceptionMonitor', (error, origin) => {
  const command = process.argv.slice(2).join(' ')
  const {CRASH_LOG} = process.env
  if (CRASH_LOG) appendFileSync(CRASH_LOG, `xmpp ${command}: ${origin}: ${error?.stack ?? error}\n`)
})
