/** Mocha's spec reporter with a summary as the last line. */
const {reporters, Runner} = require('mocha')

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const {passes, failures, pending} = this.stats
      const skipped = pending > 0 ? `, ${pending} skipped` : ''
      reporters.Base.consoleLog(`${passes} passed, ${failures} failed${skipped}`)
    })
  }
}
