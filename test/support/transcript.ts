/** Pages of the manual that are tests: `$ command`, its output, and `[status]` unless that is 0. */
interface Step {
  command: string
  status: number
  output: string
}

/** Lines that begin with # are comments; lines that begin with two spaces continue a command. */
export function parseTranscript(text: string): Step[] {
  return text
    .replace(/^#.*\n/gm, '')
    .split(/^\$ /m)
    .slice(1)
    .map((block) => {
      const lines = block.trimEnd().split('\n')
      const more = lines.slice(1).findIndex((line) => !line.startsWith('  > '))
      const length = more === -1 ? lines.length : more + 1
      const command = lines.slice(0, length).map((line) => line.replace(/^ {2}> /, ''))
      const rest = lines.slice(length)
      const status = /^\[(\d+)\]$/.exec(rest.at(-1) ?? '')?.[1]
      return {
        command: command.join('\n'),
        output: (status ? rest.slice(0, -1) : rest).join('\n'),
        status: Number(status ?? 0),
      }
    })
}

/** `<*>` in an expectation matches any text on one line: times, ids, ports. */
export function matches(expected: string, actual: string): boolean {
  const pattern = expected
    .split('<*>')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^\\n]*')
  return new RegExp(`^${pattern}$`).test(actual)
}
