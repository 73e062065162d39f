/** A clock that is never set: milliseconds since the process started. The first use of `performance` loads six modules of Node. */
export const uptime = (): number => process.uptime() * 1000
