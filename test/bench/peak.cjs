/** Loaded ahead of a program: leaves its peak memory, in kB, in the file that PEAK_FILE names. */
const {readFileSync, writeFileSync} = require('node:fs')

// Not the resourceUsage of Node: that begins with the peak of the process which started this one.
process.on('exit', () => {
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))
  writeFileSync(process.env.PEAK_FILE, peak)
})
