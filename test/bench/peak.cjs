/** Loaded before a program: writes its peak memory, in kB, to the file that PEAK_FILE names. */
const {readFileSync, writeFileSync} = require('node:fs')

// Not resourceUsage of Node, which begins with the peak of the parent process.
process.on('exit', () => {
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))
  writeFileSync(process.env.PEAK_FILE, peak)
})
