/** Removes user names and passwords from addresses before they are printed. */

/** Hides everything before the last `@`, and the whole address if it is malformed, since it may contain a password. */
export function redactUserinfo(address: string): string {
  const {rest, scheme} = split(address)
  const at = rest.lastIndexOf('@')
  if (at !== -1) return `${scheme}***@${rest.slice(at + 1)}`
  return URL.canParse(`http://${rest}`) ? address : `${scheme}***`
}

/** Whether there is a password before the host, also in a malformed address. */
export function hasPassword(address: string): boolean {
  const {rest} = split(address)
  return rest.slice(0, Math.max(0, rest.lastIndexOf('@'))).includes(':')
}

function split(address: string): {scheme: string; rest: string} {
  const [, scheme = '', rest = ''] = /^([a-z][a-z\d+.-]*:\/\/)?(.*)$/is.exec(address) ?? []
  return {scheme, rest}
}
