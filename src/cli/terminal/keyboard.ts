/** What is typed at the terminal, a line at a time: what is typed ahead of a prompt is kept for the next one. */
import {PassThrough} from 'node:stream'

export interface Keyboard {
  /** For one prompt. Ends where the terminal does. */
  input: PassThrough & {setRawMode(raw: boolean): void}
  /** Aborts where the prompt stops reading, by Ctrl-D as well. */
  closed: AbortSignal
  close(): void
}

/** Typed, and read by no prompt yet. */
let ahead: Buffer = Buffer.alloc(0)

export function openKeyboard(): Keyboard {
  const {stdin} = process
  const stopped = new AbortController()
  const input = Object.assign(new PassThrough(), {
    setRawMode: (raw: boolean): void => void stdin.setRawMode(raw),
  })
  let next: NodeJS.Immediate | undefined
  // The answer to one line decides whether this prompt reads another, so each line has a turn of the event loop.
  const schedule = (): void => {
    next ??= setImmediate(() => {
      next = undefined
      if (ahead.length === 0 || stopped.signal.aborted) return
      const length = lineLength(ahead)
      input.write(ahead.subarray(0, length))
      ahead = ahead.subarray(length)
      schedule()
    })
  }
  const onData = (typed: Buffer): void => {
    ahead = Buffer.concat([ahead, typed])
    schedule()
  }
  const onEnd = (): void => void input.end()
  const stop = (): void => stopped.abort()
  input.on('pause', stop).on('close', stop)
  stdin.on('data', onData).on('end', onEnd).resume()
  schedule()
  return {
    input,
    closed: stopped.signal,
    close() {
      clearImmediate(next)
      stdin.off('data', onData).off('end', onEnd).pause()
      input.destroy()
    },
  }
}

/** With the line end, which is a carriage return while the terminal is in raw mode. */
function lineLength(typed: Buffer): number {
  const [line] = /^[^\r\n]*(?:\r\n|[\r\n])?/.exec(typed.toString('latin1')) ?? ['']
  return line.length
}
