/** Addresses as they may be shown: that of a proxy may hold its password. */

/** Nothing before the last `@` is shown, nor anything of what may be a password that lost its `@`. */
export function redactUserinfo(address: string): string {
  const {rest, scheme} = split(address)
  const at = rest.lastIndexOf('@')
  if (at !== -1) return `${scheme}***@${rest.slice(at + 1)}`
  return URL.canParse(`http://${rest}`) ? address : `${scheme}***`
}

/** Whether a password stands before the host, however the rest is written. */
export function hasPassword(address: string): boolean {
  const {rest} = split(address)
  return rest.slice(0, Math.max(0, rest.lastIndexOf('@'))).includes(':')
}

function split(address: string): {scheme: string; rest: string} {
  const [, scheme = '', rest = ''] = /^([a-z][a-z\d+.-]*:\/\/)?(.*)$/is.exec(address) ?? []
  return {scheme, rest}
}
