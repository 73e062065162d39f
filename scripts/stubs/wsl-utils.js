/** oclif starts no browser and no shell here, so it need not know whether this is Windows. */
export const isWsl = false
